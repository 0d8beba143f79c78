"""Which lots lie in a bag: a clerk takes the first to expire, or names another."""

from datetime import datetime

from django.db import transaction

from inventory.lots.models import LotPick
from inventory.lots.operations.opening import NoLotsKept
from inventory.lots.queries import LotView, lot_rules, lots_lying
from inventory.stock.models import Bucket, StockLevel
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind


class LotNotHere(DomainError):
    """No unit of this lot is left on the shelf."""

    kind = Kind.CONFLICT


class LotPastSale(DomainError):
    """This lot may not be sold any more. Put it aside and take another one."""

    kind = Kind.RULE


@transaction.atomic
def pick_lot(
    *,
    store_code: str,
    sku_code: str,
    reference: str,
    line: str,
    quantity: int,
    by: Actor,
    at: datetime,
    lot: str = "",
) -> None:
    """Units for a promise are put into its bag: of the lot that was named, else of those
    that expire first. Goods without lots need nothing of it.

    Raises:
        NoLotsKept: a lot is named, and the SKU has none.
        LotNotHere: fewer units of the lot lie on the shelf.
        LotPastSale: its last day of sale is over.
    """
    del by  # the door's audit entry says who
    if not lot_rules([sku_code]):
        if lot:
            raise NoLotsKept(field="lot", sku=sku_code)
        return
    level = StockLevel.objects.locked().get(store__code=store_code, sku__code=sku_code)
    lying = lots_lying(store_code, [sku_code], at=at).get(sku_code, [])
    shelf = [one for one in lying if one.bucket == Bucket.ON_HAND]
    chosen = _named(shelf, lot, quantity) if lot else _first(shelf, quantity)
    LotPick.objects.put(
        store=level.store_id,
        sku=level.sku_id,
        lots=chosen,
        reference=reference,
        line=line,
        at=at,
    )


@transaction.atomic
def put_back_lot(
    *, store_code: str, sku_code: str, reference: str, line: str, units: int, by: Actor
) -> None:
    """Units of a bag go back to the shelf: those that were put in last."""
    del by
    rows = LotPick.objects.filter(
        store__code=store_code, lot__sku__code=sku_code, reference=reference, line=line
    )
    for row in rows.order_by("-at", "-pk"):
        back = min(units, row.units)
        units -= back
        if back == row.units:
            row.delete()
        elif back:
            LotPick.objects.filter(pk=row.pk).update(units=row.units - back)


def _named(shelf: list[LotView], lot: str, quantity: int) -> dict[str, int]:
    found = next((one for one in shelf if one.lot == lot), None)
    if found is None or found.free < quantity:
        raise LotNotHere(field="lot", lot=lot, available=found.free if found else 0)
    if found.is_past_sale:
        raise LotPastSale(field="lot", lot=lot, expires_on=found.expires_on)
    return {lot: quantity}


def _first(shelf: list[LotView], quantity: int) -> dict[str, int]:
    """The first to expire of what may be sold; where the lots know of fewer units, the
    clerk has found what nobody knew of, and no lot is said."""
    chosen: dict[str, int] = {}
    for one in shelf:
        units = min(one.free, quantity - sum(chosen.values()))
        if units > 0 and not one.is_past_sale:
            chosen[one.lot] = units
    return chosen
