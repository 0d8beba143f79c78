"""Ranked requests with kits: the parts of a kit stand at one place, all together.

A kit takes several levels at once, so all levels that may serve are taken in key order,
and it is decided over what they say then. A kit is split over places by whole kits, and
where it stands it stays: its parts would have to move together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from inventory.catalogue.kits import Kit, Kits
from inventory.promises.models import Promise
from inventory.promises.operations.making import lock_levels
from inventory.promises.operations.refusing import refusal
from inventory.promises.operations.wanting import RankedDemand
from inventory.promises.queries import PromiseSlip, slip_of
from inventory.promises.ranked import RankedTerms
from inventory.promises.serving import Served, Share, Spot, Want, serve
from inventory.selling.models import promise_levels
from inventory.selling.queries import sellable_of
from inventory.stock.demand import Asked, Pair
from inventory.stock.models import Shift
from inventory.stock.operations import NotEnoughStock
from inventory.stock.queries import LevelKey
from omniretail.kernel.locking import Busy


@dataclass(frozen=True)
class Assembly:
    """A line of a request with kits: what it wants, under which name, and which places
    may keep it."""

    sku_code: str
    name: str
    index: int
    want: Want
    places: tuple[str, ...]
    kit: Kit | None = None
    ranking: tuple[int, ...] | None = None

    def name_at(self, store_code: str) -> str:
        """The name of the promise at a place; a fixed line has one name only."""
        return self.name if self.want.is_fixed else f"{self.name}:{store_code}"


def assembled(
    demands: Sequence[RankedDemand],
    made_up: Kits,
    keys: Mapping[Pair, LevelKey],
    stores: Mapping[str, int],
) -> tuple[Assembly, ...]:
    """What lines want of the levels that there are: a place without one of the parts
    makes no kit."""
    return tuple(
        Assembly(
            sku_code=demand.sku_code,
            name=demand.line,
            index=index,
            want=_want(demand, made_up.get(demand.sku_code), keys),
            places=demand.places,
            kit=made_up.get(demand.sku_code),
            ranking=None
            if demand.is_fixed
            else tuple(dict.fromkeys(stores[place] for place in demand.places)),
        )
        for index, demand in enumerate(demands)
    )


def _want(demand: RankedDemand, kit: Kit | None, keys: Mapping[Pair, LevelKey]) -> Want:
    per_unit = kit.parts if kit else {demand.sku_code: 1}
    spots = []
    for rank, place in enumerate(demand.places):
        here = {keys[place, sku]: n for sku, n in per_unit.items() if (place, sku) in keys}
        if len(here) == len(per_unit):
            store = next(iter(here)).store_id
            takes = {key.id: units for key, units in here.items()}
            spots.append(Spot(store, takes, 1 if rank < demand.preferred else 2))
    return Want(demand.quantity, tuple(spots), demand.may_split, demand.is_fixed)


def keep_assembled(
    lines: Sequence[Assembly], keys: Sequence[LevelKey], terms: RankedTerms
) -> list[PromiseSlip]:
    """Keep all lines or none.

    Raises:
        NotEnoughStock: no place can promise a line.
    """
    levels = {key.id: key for key in keys}
    lock_levels(keys)
    found = sellable_of(levels, channel=terms.channel, at=terms.at)
    served = serve(
        [line.want for line in lines],
        {key.id: found[key.store_code, key.sku_code].units for key in keys},
        is_one_place=terms.is_one_place,
        most_places=terms.most_places,
    )
    if served.short is not None:
        raise _shortage(lines[served.short], served, levels, terms)
    return _write(lines, served.shares, levels, terms)


def _write(
    lines: Sequence[Assembly],
    shares: Sequence[Share],
    levels: Mapping[int, LevelKey],
    terms: RankedTerms,
) -> list[PromiseSlip]:
    taken: dict[int, int] = {}
    for share in shares:
        for level, per_unit in share.spot.takes.items():
            taken[level] = taken.get(level, 0) + share.units * per_unit
    shifts = [Shift(level, reserved=units) for level, units in taken.items()]
    kept = promise_levels(shifts, channel=terms.channel, at=terms.at)
    if len(kept) != len(shifts):
        raise Busy
    rows = [
        (
            Promise(
                **_standing(line, levels[level], terms),
                per_kit=per_unit,
                quantity=share.units * per_unit,
                spare=kept[level].spare,
            ),
            levels[level],
            line.kit.code if line.kit else "",
        )
        for share in shares
        for line in [lines[share.line]]
        for level, per_unit in share.spot.takes.items()
    ]
    Promise.objects.bulk_create(row for row, _key, _kit in rows)
    return [
        slip_of(row, key.store_code, key.sku_code, kit_code=kit) for row, key, kit in rows
    ]


def _standing(line: Assembly, key: LevelKey, terms: RankedTerms) -> dict[str, Any]:
    may_move = line.kit is None and line.ranking is not None
    return {
        "store_id": key.store_id,
        "sku_id": key.sku_id,
        "kit_id": line.kit.id if line.kit else None,
        "status": terms.status,
        "owner": terms.owner,
        "reference": terms.reference,
        "line": line.name_at(key.store_code),
        "ends_at": terms.ends_at,
        "extended_at": terms.extended_at,
        "payment_in_flight": terms.is_paying,
        "is_provisional": may_move,
        "ranking": list(line.ranking or ()) if may_move else None,
        "created_at": terms.at,
        "allocated_at": terms.allocated_at,
        "channel": terms.channel or "",
    }


def _shortage(
    line: Assembly, served: Served, levels: Mapping[int, LevelKey], terms: RankedTerms
) -> NotEnoughStock:
    """A line that must stand somewhere says which part is short there, and why; another
    one, what each place had."""
    field = f"lines/{line.index}/sku"
    if line.want.is_fixed and line.want.spots:
        short = _short_levels(line.want.units, line.want.spots[0], served.left)
        asked = {
            level: Asked(
                (levels[level].store_code, levels[level].sku_code), units, line.index
            )
            for level, units in short
        }
        told = refusal(
            list(asked.values()),
            {one.pair: levels[level] for level, one in asked.items()},
            channel=terms.channel,
            at=terms.at,
        )
        return _as_it_was_then(told, [served.left.get(one, 0) for one, _n in short])
    had = {_store(spot, levels): spot.has(served.left) for spot in line.want.spots}
    left = [had.get(place, 0) for place in line.places]
    facts: dict[str, Any] = {
        "store": line.places[0] if line.want.is_fixed else None,
        "sku": line.sku_code,
        "wanted": line.want.units,
        "available": sum(left) if line.want.may_split else max(left),
        "places": [
            {"store": place, "available": units}
            for place, units in zip(line.places, left, strict=True)
        ],
    }
    return NotEnoughStock(field=field, **facts, shortages=[facts])


def _as_it_was_then(told: NotEnoughStock, left: Sequence[int]) -> NotEnoughStock:
    """What the levels had when the turn of the line came, after the lines before it."""
    told_of = cast(list[dict[str, Any]], told.facts["shortages"])
    shortages = [
        {**one, "available": max(0, units)}
        for one, units in zip(told_of, left, strict=True)
    ]
    facts = {**told.facts, **shortages[0], "shortages": shortages}
    return type(told)(field=told.field, **facts)


def _short_levels(units: int, spot: Spot, left: Mapping[int, int]) -> list[tuple[int, int]]:
    return [
        (level, units * per_unit)
        for level, per_unit in spot.takes.items()
        if left.get(level, 0) < units * per_unit
    ]


def _store(spot: Spot, levels: Mapping[int, LevelKey]) -> str:
    return levels[next(iter(spot.takes))].store_code
