"""Doors with a clock: what moved, how fast it sells, what to order, who waited too long."""

from celery import shared_task

from inventory.replenishment.operations import (
    expire_waits,
    follow_categories,
    follow_kits,
    follow_places,
    follow_sales,
    propose_everything,
    refresh_everywhere,
    serve_new_terms,
    serve_what_time_ended,
    watch_levels,
)
from omniretail.kernel import clock
from omniretail.kernel.limits import limits


@shared_task(ignore_result=True, expires=15)
def watch_shelves() -> None:
    """Tell which shelves ran low, empty or full again, and those who wait for goods."""
    at = clock.now()
    watch_levels(at=at)
    serve_what_time_ended(at=at)
    follow_categories(at=at)
    follow_kits(at=at)
    follow_places(at=at)
    follow_sales(at=at)
    serve_new_terms(at=at)


@shared_task(ignore_result=True, expires=800)
def measure_and_propose() -> None:
    """Measure the places whose night is over, then propose what to order and move."""
    at = clock.now()
    if refresh_everywhere(at=at) < limits().velocity_batches:
        propose_everything(at=at)


@shared_task(ignore_result=True, expires=3_000)
def end_old_waits() -> None:
    """Nobody waits for ever."""
    expire_waits(at=clock.now(), limit=limits().waits_expired)
