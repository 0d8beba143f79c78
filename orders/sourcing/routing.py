"""Which places send an order: the nearest that has all, else the fewest, then nearest.

With few candidates every combination is looked at, so the answer is the best one;
with many, the most promising ones are looked at and a greedy cover stands behind them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

EXACT_CANDIDATES = 12

Units = Mapping[str, int]


@dataclass(frozen=True)
class Candidate:
    """A place that might send some of the goods."""

    store_code: str
    distance_km: float
    available: Units

    def covers(self, demand: Units) -> bool:
        """Whether it has everything."""
        return all(self.available.get(sku, 0) >= n for sku, n in demand.items())

    def covered_units(self, demand: Units) -> int:
        """How many of the wanted units it has."""
        return sum(min(max(self.available.get(k, 0), 0), n) for k, n in demand.items())


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
        (c for c in candidates if c.covered_units(wanted)),
        key=lambda c: (c.distance_km, c.store_code),
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
    """Small sets first; of one size, the least way to go altogether first."""
    short_list = useful
    if len(useful) > EXACT_CANDIDATES:
        richest = sorted(useful, key=lambda c: (-c.covered_units(wanted), c.distance_km))
        short_list = sorted(richest[:EXACT_CANDIDATES], key=lambda c: c.distance_km)
    for size in range(2, min(max_parcels, len(short_list)) + 1):
        yield from sorted(
            combinations(short_list, size),
            key=lambda chosen: sum(c.distance_km for c in chosen),
        )


def _greedy(
    wanted: Units, useful: Sequence[Candidate], max_parcels: int
) -> list[Candidate]:
    """Always the place that has most of what is still missing, the nearest of equals."""
    chosen: list[Candidate] = []
    missing = dict(wanted)
    pool = list(useful)
    while pool and missing and len(chosen) < max_parcels:
        best = max(pool, key=lambda c: (c.covered_units(missing), -c.distance_km))
        if not best.covered_units(missing):
            break
        pool.remove(best)
        chosen.append(best)
        missing = _serve(wanted, chosen).missing
    return chosen


def _serve(wanted: Units, chosen: Sequence[Candidate]) -> Plan:
    """Let each SKU come whole from one place where possible, the nearest first."""
    left = dict(wanted)
    given: dict[str, dict[str, int]] = {c.store_code: {} for c in chosen}
    by_distance = sorted(chosen, key=lambda c: (c.distance_km, c.store_code))
    for sku in wanted:
        for candidate in _whole_first(sku, left[sku], by_distance):
            units = min(left[sku], max(candidate.available.get(sku, 0), 0))
            if units:
                given[candidate.store_code][sku] = units
                left[sku] -= units
    stops = tuple(
        Stop(c.store_code, c.distance_km, given[c.store_code])
        for c in by_distance
        if given[c.store_code]
    )
    return Plan(stops, {sku: n for sku, n in left.items() if n})


def _whole_first(sku: str, units: int, by_distance: Sequence[Candidate]) -> list[Candidate]:
    return sorted(by_distance, key=lambda c: c.available.get(sku, 0) < units)
