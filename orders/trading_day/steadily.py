"""Asking the database of a service whose processes are being killed."""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

_TRIES, _PAUSE = 60, 0.5
Answer = TypeVar("Answer")


def steadily(ask: Callable[[], Answer]) -> Answer:
    """The answer, asked again on a fresh connection as long as the database is away."""
    for _try in range(_TRIES):
        try:
            return ask()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(_PAUSE)
    return ask()
