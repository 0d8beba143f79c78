"""Which lots a picker takes from the shelf."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from inventory.lots.queries import LotView, first_out
from orders.fulfilment.queries.bags import FulfilmentView, LineView, PartView

Shelf = Mapping[str, Sequence[LotView]]


def with_lots(bags: Iterable[FulfilmentView], *, at: datetime) -> list[FulfilmentView]:
    """The bags, with the lots to take for what is still to be found: the first to expire
    first. One query for all bags of a place; without goods that keep lots, none."""
    found = list(bags)
    wanted: dict[str, set[str]] = {}
    for bag in found:
        codes = {one.sku_code for line in bag.lines for one in line.pieces if _lacks(one)}
        if bag.is_to_be_picked and codes:
            wanted.setdefault(bag.store_code, set()).update(codes)
    shelves = {store: first_out(store, codes, at=at) for store, codes in wanted.items()}
    return [
        replace(
            bag,
            lines=tuple(_line(line, shelves[bag.store_code]) for line in bag.lines),
        )
        if bag.is_to_be_picked and bag.store_code in shelves
        else bag
        for bag in found
    ]


def _lacks(piece: LineView | PartView) -> bool:
    """Whether units that are told apart by lots are still to be found."""
    return piece.keeps_lots and piece.missing_quantity > 0


def _line(line: LineView, shelf: Shelf) -> LineView:
    parts = (replace(part, lots=_to_take(part, shelf)) for part in line.parts)
    return replace(line, parts=tuple(parts), lots=_to_take(line, shelf))


def _to_take(piece: LineView | PartView, shelf: Shelf) -> tuple[LotView, ...]:
    return tuple(shelf.get(piece.sku_code, ())) if _lacks(piece) else ()
