"""The clock of fulfilment: bags nobody collects, and bags that are late."""

from celery import shared_task

from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from orders.fulfilment.operations import expire_uncollected, notice_late

BATCH = 200


@shared_task
def expire_uncollected_bags() -> int:
    """Put back what was kept as long as promised."""
    return expire_uncollected(by=SYSTEM, at=clock.now(), limit=BATCH)


@shared_task
def notice_late_bags() -> int:
    """Tell customers once that it takes longer."""
    return notice_late(at=clock.now(), limit=BATCH)
