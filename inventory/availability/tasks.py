"""Doors with a clock: old changes of the stock are forgotten."""

from celery import shared_task

from inventory.availability.operations import forget_changes
from omniretail.kernel import clock
from omniretail.kernel.limits import limits


@shared_task(ignore_result=True, expires=3600)
def forget_old_changes() -> None:
    """Keep the changes of the last weeks, and the last one of each level."""
    forget_changes(before=clock.now() - limits().changes_kept)
