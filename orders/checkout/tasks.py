"""Checkout doors with a clock."""

from celery import shared_task

from omniretail.kernel import clock
from orders.carts.operations import abandon_carts
from orders.checkout.operations import resume_checkouts

BATCH = 100


@shared_task(name="orders.checkout.tasks.resume_stuck_checkouts")
def resume_stuck_checkouts() -> None:
    """Go on with checkouts that died or heard nothing."""
    resume_checkouts(at=clock.now(), limit=BATCH)


@shared_task(name="orders.checkout.tasks.abandon_old_carts")
def abandon_old_carts() -> None:
    """Put carts away that nobody touches any more."""
    abandon_carts(at=clock.now(), limit=BATCH)
