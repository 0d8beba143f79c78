"""The programme's calendar: waiting points become spendable, old ones end."""

from datetime import datetime

from django.db import transaction

from loyalty.points.models import Lot, LotQuerySet
from loyalty.points.operations.ledger import bring_up_to_date, keep, lock_known


def activate_due(*, at: datetime, limit: int) -> int:
    """Bring accounts up to date that have points to activate; answers how many.

    One account per transaction: nobody at a till waits for the whole batch.
    """
    return _bring(Lot.objects.to_activate(at), at, limit)


def expire_due(*, at: datetime, limit: int) -> int:
    """Bring accounts up to date that have points to expire; answers how many."""
    return _bring(Lot.objects.to_expire(at), at, limit)


def _bring(due: LotQuerySet, at: datetime, limit: int) -> int:
    accounts = due.order_by("account").values_list("account", flat=True).distinct()
    chosen = list(accounts[:limit])
    for account_id in chosen:
        _bring_one(account_id, at)
    return len(chosen)


@transaction.atomic
def _bring_one(account_id: int, at: datetime) -> None:
    account = lock_known(account_id)
    bring_up_to_date(account, at)
    keep(account)
