"""Waking the worker: the payment requests are the truth, a lost wake-up only delays."""

import contextlib
from collections.abc import Sequence

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

TASK = "orders.payments.tasks.settle_payments"


def wake_payments(keys: Sequence[str]) -> None:
    """Once this transaction is in, ask the worker to look after these requests.

    With the broker down, the schedule finds them a little later.
    """
    if keys:
        transaction.on_commit(lambda: _send(list(keys)), robust=True)


def _send(keys: list[str]) -> None:
    with contextlib.suppress(OperationalError, OSError):
        current_app.signature(TASK, args=[keys]).apply_async(retry=False)
