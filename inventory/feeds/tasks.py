"""Doors with a clock: imports that died are not left running for ever."""

from celery import shared_task

from inventory.feeds.operations import end_abandoned_feeds
from omniretail.kernel import clock

BATCH = 100


@shared_task(name="inventory.feeds.tasks.end_abandoned", ignore_result=True, expires=60)
def end_abandoned() -> None:
    """Say of imports nobody runs any more how far they came."""
    end_abandoned_feeds(at=clock.now(), limit=BATCH)
