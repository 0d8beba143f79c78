"""Goods that come, or leave, are told apart by lots where their SKU says so."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from inventory.lots.operations import (
    ToldLot,
    lots_set_aside,
    open_lots,
    put_back_lot,
    set_lots_aside,
)
from inventory.lots.queries import PickedLots, past_sale_lots, picked_lots
from inventory.supply.models import Transfer, TransferLine
from inventory.supply.quantities import Condition, Counted, Wanted, wanted_lots
from omniretail.kernel.actors import Actor
from omniretail.kernel.periods import business_date
from stores.network.queries import get_store

Lots = Mapping[tuple[str, Condition], Mapping[str, int]]
"""Units by lot of what comes of a SKU in one condition."""
Units = Sequence[tuple[TransferLine, int]]
"""How many units of lines that go to another place."""


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


def name_lots(
    transfer: Transfer,
    lines: Sequence[TransferLine],
    wanted: Sequence[Wanted],
    by: Actor,
    at: datetime,
) -> None:
    """Set the lots aside that were scanned for a transfer.

    Raises:
        NoLotsKept, LotNotHere: it cannot be of that lot.
    """
    named = wanted_lots(wanted)
    lots = {
        str(line.position): {line.sku.code: named[line.sku.code]}
        for line in lines
        if line.sku.code in named
    }
    if lots:
        set_lots_aside(
            store_code=transfer.source.code,
            reference=transfer.number,
            lots=lots,
            by=by,
            at=at,
        )


def keep_lots_granted(transfer: Transfer, granted: Units, by: Actor) -> None:
    """Where fewer units are granted than were set aside by lots, the rest is free."""
    named = picked_lots(transfer.number, [str(line.position) for line, _units in granted])
    for line, units in granted:
        own = named.get(str(line.position), {}).get(line.sku.code, {})
        surplus = sum(own.values()) - units
        if surplus > 0:
            put_back_lot(
                store_code=transfer.source.code,
                sku_code=line.sku.code,
                reference=transfer.number,
                line=str(line.position),
                units=surplus,
                by=by,
            )


def lots_kept(transfer: Transfer, units: Units) -> PickedLots:
    """The lots that are set aside for these lines.

    Raises:
        LotNotHere: units of one are gone meanwhile.
    """
    return lots_set_aside(
        store_code=transfer.source.code,
        reference=transfer.number,
        lines=[str(line.position) for line, number in units if number],
    )


def _today(store_code: str, at: datetime) -> date:
    return business_date(at, get_store(store_code).time_zone)
