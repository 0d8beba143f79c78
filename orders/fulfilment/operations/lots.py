"""Lots in bags: which were put in, and that they are what leaves."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from inventory.lots.operations import pick_lot, put_back_lot
from inventory.lots.queries import expired_picks, picked_lots
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.periods import business_date
from orders.fulfilment.models import Fulfilment, FulfilmentLine

LotsByLine = Mapping[str, Mapping[str, Mapping[str, int]]]


class GoodsExpired(DomainError):
    """Goods in this bag are past their date. Call it off, and take fresh ones."""

    kind = Kind.CONFLICT


def note_picked(
    fulfilment: Fulfilment,
    line: FulfilmentLine,
    sku_code: str,
    quantity: int,
    lot: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Write down of which lot the units are that went into the bag.

    Raises:
        NoLotsKept, LotNotHere, LotPastSale: it cannot be that one.
    """
    if not lot and not _may_keep_lots(line):
        return
    pick_lot(
        store_code=fulfilment.store.code,
        sku_code=sku_code,
        reference=fulfilment.order.number,
        line=line.promise_line,
        quantity=quantity,
        lot=lot,
        by=by,
        at=at,
    )


def note_put_back(
    fulfilment: Fulfilment, line: FulfilmentLine, units: Mapping[str, int], *, by: Actor
) -> None:
    """Units by SKU went back to their shelves."""
    for sku_code, number in units.items() if _may_keep_lots(line) else ():
        put_back_lot(
            store_code=fulfilment.store.code,
            sku_code=sku_code,
            reference=fulfilment.order.number,
            line=line.promise_line,
            units=number,
            by=by,
        )


def lots_leaving(
    fulfilment: Fulfilment, lines: Iterable[FulfilmentLine], *, at: datetime
) -> LotsByLine:
    """The lots in the bag, by promise and SKU; without lots nothing is asked.

    Raises:
        GoodsExpired: some lay in the bag until their date was over.
    """
    wanted = [line.promise_line for line in lines if _may_keep_lots(line)]
    if not wanted:
        return {}
    number, store = fulfilment.order.number, fulfilment.store
    today = business_date(at, store.time_zone)
    if past := expired_picks(number, wanted, today=today):
        raise GoodsExpired(lots=past)
    return picked_lots(number, wanted)


def _may_keep_lots(line: FulfilmentLine) -> bool:
    """A kit may have parts that do."""
    sku = line.order_line.sku
    return bool(sku.keeps_lots or sku.is_kit)
