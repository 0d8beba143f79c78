"""Doors with a clock: files of 1C are imported, imports that died are ended."""

from celery import shared_task

from inventory.feeds.operations import (
    end_abandoned_feeds,
    forget_exchange_files,
    land_exchange_files,
)
from omniretail.kernel import clock

BATCH = 100


@shared_task(name="inventory.feeds.tasks.end_abandoned", ignore_result=True, expires=60)
def end_abandoned() -> None:
    """Say of imports nobody runs any more how far they came."""
    end_abandoned_feeds(at=clock.now(), limit=BATCH)


@shared_task(name="inventory.feeds.tasks.land_files", ignore_result=True, expires=10)
def land_files() -> None:
    """Import the files that 1C has asked to be imported."""
    land_exchange_files(at=clock.now(), limit=BATCH)


@shared_task(name="inventory.feeds.tasks.forget_files", ignore_result=True, expires=600)
def forget_files() -> None:
    """Let go of files nobody will ask about any more."""
    forget_exchange_files(at=clock.now(), limit=BATCH)
