"""Callers that start at the same moment, each on its own database connection."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")

PATIENCE_SECONDS = 30


def run_together(calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Run the calls in threads that leave one barrier together; answers come in the
    order of the calls, an exception standing for the call that raised it."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | Exception:
        try:
            connection.ensure_connection()
            barrier.wait(PATIENCE_SECONDS)
            return call()
        except Exception as exception:  # noqa: BLE001 - the test judges it
            return exception
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
