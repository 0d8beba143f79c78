"""The clock of fulfilment: bags nobody collects, bags that are late, and goods that may
not be sold any more."""

from celery import shared_task

from inventory.lots.queries import due_for_quarantine
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from orders.fulfilment.operations import expire_uncollected, notice_late, take_off_expired

BATCH = 200


@shared_task
def expire_uncollected_bags() -> int:
    """Put back what was kept as long as promised."""
    return expire_uncollected(by=SYSTEM, at=clock.now(), limit=BATCH)


@shared_task
def notice_late_bags() -> int:
    """Tell customers once that it takes longer."""
    return notice_late(at=clock.now(), limit=BATCH)


@shared_task
def take_off_expired_lots() -> int:
    """Each place begins its day without what expired overnight; answers how many SKUs."""
    at = clock.now()
    due = due_for_quarantine(at=at, limit=BATCH)
    for store_code, sku_code in due:
        take_off_expired(store_code=store_code, sku_code=sku_code, by=SYSTEM, at=at)
    return len(due)
