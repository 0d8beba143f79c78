"""Counting goods by scanning them, before they become a receipt or a transfer."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from inventory.catalogue.queries import SkuNotFound, shelf_sku_ids, sku_by_gtin, sku_ids
from inventory.supply.models import TallyLine
from inventory.supply.quantities import Condition
from inventory.supply.queries import Awaited, AwaitedNotFound, awaited
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from stores.network.queries import get_store

BLIND = "BLIND"
OUTGOING = "OUT"


class NotExpected(DomainError):
    """This article does not come with this document."""


@transaction.atomic
def tally_unit(
    *,
    store_code: str,
    document: str,
    code: str,
    condition: Condition,
    by: Actor,
    at: datetime,
) -> str:
    """Count one unit of what was scanned (a GTIN or a SKU's own code); answers the SKU.

    `document` is what the goods come with, or BLIND, or OUTGOING for goods to send.

    Raises:
        SkuNotFound: nobody knows the code.
        AwaitedNotFound: the place does not wait for such a document.
        NotExpected: the document does not name this article.
    """
    sku = _sku_of(code)
    if document not in (BLIND, OUTGOING):
        _refuse_foreign(awaited(store_code, document), document, sku)
    TallyLine.objects.add(
        store=get_store(store_code).id,
        employee=by.key,
        document=document,
        sku=shelf_sku_ids([sku])[sku],
        condition=condition,
        at=at,
    )
    return sku


@transaction.atomic
def untally_unit(
    *, store_code: str, document: str, sku_code: str, condition: str, by: Actor
) -> None:
    """Count one unit less; less than none is none."""
    rows = TallyLine.objects.of(store_code, by.key, document).filter(
        sku__code=sku_code, condition=condition
    )
    if not rows.filter(quantity__gt=1).update(quantity=F("quantity") - 1):
        rows.delete()


@transaction.atomic
def clear_tally(*, store_code: str, document: str, by: Actor) -> None:
    """Begin counting anew."""
    TallyLine.objects.of(store_code, by.key, document).delete()


def _sku_of(code: str) -> str:
    try:
        return sku_by_gtin(code)
    except SkuNotFound:
        known = sku_ids([code, code.upper()])
        if not known:
            raise SkuNotFound(field="code", sku=code[:60]) from None
        return next(iter(known))


def _refuse_foreign(found: Awaited | None, document: str, sku: str) -> None:
    if found is None:
        raise AwaitedNotFound(number=document)
    if sku not in {line[0] for line in found.lines}:
        raise NotExpected(
            field="code",
            sku=sku,
            expected=[name for _sku, name, units in found.lines if units],
        )
