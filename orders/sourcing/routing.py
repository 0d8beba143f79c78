"""Which places send an order: one that has all, else the fewest; of equals those that the
channel prefers, then the nearest.

With few candidates every combination is looked at, so the answer is the best one;
with many, the most promising ones are looked at and a greedy cover stands behind them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

EXACT_CANDIDATES = 12
USUAL_PRIORITY = 100

Units = Mapping[str, int]


@dataclass(frozen=True)
class Candidate:
    """A place that might send some of the goods. What it has of a kit lies on its shelves
    as parts, which other lines may want too; a kit is sent whole."""

    store_code: str
    distance_km: float
    available: Units
    kits: Mapping[str, Units] = field(default_factory=dict)
    priority: int = USUAL_PRIORITY

    @property
    def turn(self) -> tuple[int, float, str]:
        """Where it stands among places that can serve equally well, the first one first:
        the channel's priority comes before the way to go."""
        return self.priority, self.distance_km, self.store_code

    def without(self, taken: Iterable[tuple[str, int]]) -> "Candidate":
        """The place once these units (SKU, how many) are taken from it."""
        left = dict(self.available)
        for sku, units in taken:
            for part, per_kit in self.kits.get(sku, {sku: 1}).items():
                left[part] = left.get(part, 0) - units * per_kit
        return replace(self, available=left)

    def covers(self, demand: Units) -> bool:
        """Whether it has everything."""
        if not self.kits:
            return all(self.available.get(sku, 0) >= n for sku, n in demand.items())
        return self.covered_units(demand) == sum(demand.values())

    def covered_units(self, demand: Units) -> int:
        """How many of the wanted units it has, in their order."""
        here = self.available
        if not self.kits:
            return sum(min(max(here.get(sku, 0), 0), n) for sku, n in demand.items())
        shelf = Shelf(self)
        return sum(shelf.take(sku, n) for sku, n in demand.items())


class Shelf:
    """What is left at a place while units are put together there."""

    def __init__(self, place: Candidate) -> None:
        self._left = dict(place.available)
        self._kits = place.kits

    def has(self, sku: str) -> int:
        """How many more of it there are; of a kit, how many its parts make."""
        left, parts = self._left, self._kits.get(sku)
        if parts is None:
            return max(left.get(sku, 0), 0)
        return min(max(left.get(part, 0), 0) // n for part, n in parts.items())

    def take(self, sku: str, units: int) -> int:
        """Take as many as there are, and no more than wanted."""
        taken = min(units, self.has(sku))
        for part, per_kit in self._kits.get(sku, {sku: 1}).items():
            self._left[part] = self._left.get(part, 0) - taken * per_kit
        return taken


@dataclass(frozen=True)
class Stop:
    """What one place sends."""

    store_code: str
    distance_km: float
    units: dict[str, int]


@dataclass(frozen=True)
class Plan:
    """Who sends what; `missing` is what nobody has within the allowed parcels."""

    stops: tuple[Stop, ...]
    missing: dict[str, int]

    @property
    def complete(self) -> bool:
        return not self.missing


def plan(demand: Units, candidates: Iterable[Candidate], *, max_parcels: int) -> Plan:
    """Choose the places for a demand, which is summed per SKU already."""
    wanted = {sku: n for sku, n in demand.items() if n > 0}
    if not wanted:
        return Plan((), {})
    useful = sorted(
        (c for c in candidates if c.covered_units(wanted)), key=lambda c: c.turn
    )
    for candidate in useful:
        if candidate.covers(wanted):
            return _serve(wanted, [candidate])
    for chosen in _combinations(wanted, useful, max_parcels):
        served = _serve(wanted, chosen)
        if served.complete:
            return served
    return _serve(wanted, _greedy(wanted, useful, max_parcels))


def _combinations(
    wanted: Units, useful: Sequence[Candidate], max_parcels: int
) -> Iterator[tuple[Candidate, ...]]:
    """Small sets first; of one size, those of the places that the channel prefers, and
    then the least way to go altogether."""
    short_list = useful
    if len(useful) > EXACT_CANDIDATES:
        richest = sorted(useful, key=lambda c: (-c.covered_units(wanted), *c.turn))
        short_list = sorted(richest[:EXACT_CANDIDATES], key=lambda c: c.turn)
    for size in range(2, min(max_parcels, len(short_list)) + 1):
        yield from sorted(
            combinations(short_list, size),
            key=lambda chosen: (
                sorted(c.priority for c in chosen),
                sum(c.distance_km for c in chosen),
            ),
        )


def _greedy(
    wanted: Units, useful: Sequence[Candidate], max_parcels: int
) -> list[Candidate]:
    """Always the place that has most of what is still missing; of equals the preferred,
    then the nearest."""
    chosen: list[Candidate] = []
    missing = dict(wanted)
    pool = list(useful)
    while pool and missing and len(chosen) < max_parcels:
        best = min(pool, key=lambda c: (-c.covered_units(missing), *c.turn))
        if not best.covered_units(missing):
            break
        pool.remove(best)
        chosen.append(best)
        missing = _serve(wanted, chosen).missing
    return chosen


def _serve(wanted: Units, chosen: Sequence[Candidate]) -> Plan:
    """Let each SKU come whole from one place where possible, the preferred
    first, then the nearest."""
    left = dict(wanted)
    given: dict[str, dict[str, int]] = {c.store_code: {} for c in chosen}
    in_turn = sorted(chosen, key=lambda c: c.turn)
    shelves = {c.store_code: Shelf(c) for c in in_turn}
    for sku in wanted:
        whole_first = sorted(shelves, key=lambda code: shelves[code].has(sku) < left[sku])
        for code in whole_first:
            if units := shelves[code].take(sku, left[sku]):
                given[code][sku] = units
                left[sku] -= units
    stops = tuple(
        Stop(c.store_code, c.distance_km, given[c.store_code])
        for c in in_turn
        if given[c.store_code]
    )
    return Plan(stops, {sku: n for sku, n in left.items() if n})
