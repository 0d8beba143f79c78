"""Doors with a clock: what to count today, and what can be put right at last."""

from celery import shared_task

from inventory.counts.operations import propose_everywhere, settle_short_counts
from omniretail.kernel import clock


@shared_task(ignore_result=True, expires=3_000)
def propose_daily_counts() -> None:
    """Name for each place whose night is over the articles to count today."""
    propose_everywhere(at=clock.now())


@shared_task(ignore_result=True, expires=300)
def settle_what_is_short() -> None:
    """Lower levels by what was missing and is not promised any more."""
    settle_short_counts(at=clock.now())
