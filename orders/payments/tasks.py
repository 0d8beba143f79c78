"""Payment doors with a clock."""

from celery import shared_task

from omniretail.kernel import clock
from orders.payments.operations import settle_request, settle_wanted

BATCH = 100


@shared_task(name="orders.payments.tasks.settle_payments")
def settle_payments(keys: list[str]) -> None:
    """Ask the gateway for requests that were just written."""
    for key in keys:
        settle_request(key=key, at=clock.now())


@shared_task(name="orders.payments.tasks.settle_due_payments")
def settle_due_payments() -> None:
    """Ask the gateway for whatever is due, woken or not."""
    settle_wanted(at=clock.now(), limit=BATCH)
