"""Which lots lie in a bag: a clerk takes the first to expire, or names another."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction

from inventory.lots.models import LotPick
from inventory.lots.operations.opening import NoLotsKept
from inventory.lots.queries import (
    LotView,
    PickedLots,
    lot_rules,
    lots_lying,
    overdrawn_lots,
    picked_lots,
)
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
    chosen = _named(lying, lot, quantity) if lot else _first(lying, quantity)
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


def check_lot_here(
    *, store_code: str, sku_code: str, lot: str, quantity: int, at: datetime
) -> None:
    """Refuse a lot of which fewer units lie on the shelf; nothing is written.

    Raises:
        LotNotHere: the answer says how many there are.
    """
    _lying_here(lots_lying(store_code, [sku_code], at=at).get(sku_code, ()), lot, quantity)


@transaction.atomic
def set_lots_aside(
    *, store_code: str, reference: str, lots: PickedLots, by: Actor, at: datetime
) -> None:
    """Units of the lots that were named, by line and SKU, are what these lines will be
    kept with. From the moment on that they are promised, no other sale takes them.

    Raises:
        NoLotsKept: a lot is named, and the SKU has none.
        LotNotHere: fewer units of a lot lie on the shelf.
    """
    del by  # the door's audit entry says who
    skus = {sku for own in lots.values() for sku in own}
    if strangers := skus - lot_rules(skus).keys():
        raise NoLotsKept(field="lot", sku=min(strangers))
    levels = _locked_levels(store_code, skus)
    lying = lots_lying(store_code, skus, at=at)
    for line, own in lots.items():
        for sku, named in own.items():
            for lot, units in named.items():
                _lying_here(lying.get(sku, ()), lot, units)
            LotPick.objects.put(
                store=levels[sku].store_id,
                sku=levels[sku].sku_id,
                lots=named,
                reference=reference,
                line=line,
                at=at,
            )


@transaction.atomic
def lots_set_aside(
    *, store_code: str, reference: str, lines: Collection[str]
) -> PickedLots:
    """The lots that were named for these lines, which are promised; all are still there.

    Raises:
        LotNotHere: units of one left the shelf meanwhile, or went into another bag.
    """
    found = picked_lots(reference, lines)
    skus = {sku for own in found.values() for sku in own}
    if not skus:
        return found
    _locked_levels(store_code, skus)
    gone = overdrawn_lots(store_code, skus)
    for own in found.values():
        for sku, named in own.items():
            for lot in named.keys() & gone.get(sku, {}).keys():
                raise LotNotHere(field="lot", lot=lot, available=gone[sku][lot])
    return found


def _locked_levels(store_code: str, skus: Collection[str]) -> Mapping[str, StockLevel]:
    rows = StockLevel.objects.filter(store__code=store_code, sku__code__in=skus)
    return {row.sku.code: row for row in rows.select_related("sku").locked()}


def _lying_here(lying: Iterable[LotView], lot: str, quantity: int) -> LotView:
    here = (one for one in lying if one.bucket == Bucket.ON_HAND and one.lot == lot)
    found = next(here, None)
    if found is None or found.free < quantity:
        raise LotNotHere(field="lot", lot=lot, available=found.free if found else 0)
    return found


def _named(lying: list[LotView], lot: str, quantity: int) -> dict[str, int]:
    found = _lying_here(lying, lot, quantity)
    if found.is_past_sale:
        raise LotPastSale(field="lot", lot=lot, expires_on=found.expires_on)
    return {lot: quantity}


def _first(lying: list[LotView], quantity: int) -> dict[str, int]:
    """The first to expire of what may be sold; where the lots know of fewer units, the
    clerk has found what nobody knew of, and no lot is said."""
    chosen: dict[str, int] = {}
    for one in lying:
        if one.bucket != Bucket.ON_HAND:
            continue
        units = min(one.free, quantity - sum(chosen.values()))
        if units > 0 and not one.is_past_sale:
            chosen[one.lot] = units
    return chosen
