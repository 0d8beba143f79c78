"""Doors with a clock: holds end when their time is over."""

from celery import shared_task

from inventory.promises.operations import expire_holds
from omniretail.kernel import clock

_BATCH = 500
_MOST_BATCHES = 20


@shared_task(ignore_result=True, expires=30)
def expire_overdue_holds() -> None:
    """Give back what was held and not paid for."""
    for _batch in range(_MOST_BATCHES):
        if not expire_holds(at=clock.now(), limit=_BATCH):
            return
