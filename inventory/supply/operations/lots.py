"""Goods that come are told apart by lots where their SKU says so."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from inventory.lots.operations import ToldLot, open_lots
from inventory.lots.queries import past_sale_lots
from inventory.supply.quantities import Condition, Counted
from omniretail.kernel.periods import business_date
from stores.network.queries import get_store

Lots = Mapping[tuple[str, Condition], Mapping[str, int]]
"""Units by lot of what comes of a SKU in one condition."""


@dataclass(frozen=True)
class ByLots:
    """The lines as they are booked, and how many units of which lot they bring."""

    lines: Sequence[Counted]
    lots: Lots = field(default_factory=dict)


def by_lots(
    store_code: str, lines: Sequence[Counted], *, at: datetime, is_required: bool = True
) -> ByLots:
    """Make the lots of these lines known. What may not be sold any more where it comes is
    not for the shelf, however it looks: it goes where damaged goods go.

    Raises:
        LotMissing, ExpiryMissing, OtherExpiry, NoLotsKept: `field` names the line.
    """
    told = [
        ToldLot(line.sku_code, line.lot, line.expires_on, index)
        for index, line in enumerate(lines)
    ]
    rules = open_lots(lines=told, is_required=is_required)
    if not rules:
        return ByLots(lines)
    past = past_sale_lots(
        [(line.sku_code, line.lot) for line in lines if line.lot],
        today=_today(store_code, at),
    )
    booked = [
        replace(line, condition=Condition.DAMAGED)
        if (line.sku_code, line.lot) in past
        else line
        for line in lines
    ]
    lots: dict[tuple[str, Condition], Counter[str]] = {}
    for line in booked:
        if line.lot:
            cell = line.sku_code, line.condition
            lots.setdefault(cell, Counter())[line.lot] += line.quantity
    return ByLots(booked, lots)


def _today(store_code: str, at: datetime) -> date:
    return business_date(at, get_store(store_code).time_zone)
