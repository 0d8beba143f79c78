"""Lots in bags: which were put in, and that they are what leaves."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from inventory.catalogue import gs1
from inventory.lots.operations import pick_lot, put_back_lot
from inventory.lots.queries import picked_lots
from omniretail.kernel.actors import Actor
from orders.fulfilment.models import Fulfilment, FulfilmentLine

LotsByLine = Mapping[str, Mapping[str, Mapping[str, int]]]


def lot_of(code: str, lot: str, *, today: date) -> str:
    """The lot that was named, else the one on the symbol that was scanned."""
    said = lot.strip() or None
    symbol = gs1.read(code, today=today) if said is None else None
    return said or (symbol.lot if symbol else "")


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


def lots_leaving(fulfilment: Fulfilment, lines: Iterable[FulfilmentLine]) -> LotsByLine:
    """The lots in the bag, by promise and SKU; without lots nothing is asked."""
    wanted = [line.promise_line for line in lines if _may_keep_lots(line)]
    return picked_lots(fulfilment.order.number, wanted) if wanted else {}


def _may_keep_lots(line: FulfilmentLine) -> bool:
    """A kit may have parts that do."""
    sku = line.order_line.sku
    return bool(sku.keeps_lots or sku.is_kit)
