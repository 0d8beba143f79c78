"""Goods come back as the lots they were sold from."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from inventory.lots.models import NAMELESS
from inventory.lots.queries import (
    LotRule,
    lot_rules_of_parts,
    lots_with_customers,
    past_sale_lots,
)
from inventory.stock.operations import Disposition, restock_return
from inventory.stock.queries import parted
from omniretail.kernel.actors import Actor
from omniretail.kernel.periods import business_date
from stores.network.queries import get_store

Line = tuple[str, int, str]
Cell = tuple[str, str]


@transaction.atomic
def restock_by_lots(
    *,
    store_code: str,
    lines: Sequence[Line],
    sold: Iterable[str],
    returned: Iterable[str],
    reference: str,
    by: Actor,
    at: datetime,
    serials: Mapping[Cell, Sequence[str]] | None = None,
) -> None:
    """Goods come back from a customer who bought them under `sold`, some of which came
    back under `returned` before. Units of a lot are that lot again; one that may not be
    sold any more goes to quarantine instead of the shelf.

    Raises: as `restock_return`.
    """
    rules = lot_rules_of_parts({sku for sku, _units, _goes in lines})
    lots: dict[Cell, Counter[str]] = {}
    if rules:
        lines, lots = _by_lots(store_code, lines, sold, returned, rules, at)
    restock_return(
        store_code=store_code,
        lines=lines,
        reference=reference,
        serials=serials,
        lots=lots,
        by=by,
        at=at,
    )


def _by_lots(
    store_code: str,
    lines: Sequence[Line],
    sold: Iterable[str],
    returned: Iterable[str],
    rules: Mapping[str, LotRule],
    at: datetime,
) -> tuple[list[Line], dict[Cell, Counter[str]]]:
    """The parts to take back, and of which lots they are by SKU and disposition."""
    wanted = parted([((store_code, sku), units) for sku, units, _goes in lines])
    known = lots_with_customers(sold, returned, rules)
    past = past_sale_lots(
        [(sku, lot) for sku, own in known.items() for lot in own],
        today=business_date(at, get_store(store_code).time_zone),
    )
    found: Counter[Cell] = Counter()
    lots: dict[Cell, Counter[str]] = {}
    for _pair, piece in wanted.pieces:
        goes = lines[piece.index][2]
        for lot, units in _taken(known.get(piece.sku_code, {}), piece.quantity):
            is_past = (piece.sku_code, lot) in past and goes == Disposition.RESTOCK
            cell = piece.sku_code, Disposition.QUARANTINE if is_past else goes
            found[cell] += units
            if lot:
                lots.setdefault(cell, Counter())[lot] += units
    return [(sku, units, goes) for (sku, goes), units in found.items()], lots


def _taken(known: dict[str, int], units: int) -> Iterable[tuple[str, int]]:
    """So many units of the lots that are known, and the rest of none; they are counted
    off, so that the next line does not name them again."""
    for lot in list(known):
        number = min(units, known[lot])
        if number:
            known[lot] -= number
            units -= number
            yield lot, number
    if units:
        yield NAMELESS, units
