"""Who serves which line of a ranked request, decided over what is free. Pure.

The same rules as the ranked statement has, for requests with kits: a kit takes several
levels of one place, so many units of each, and comes from there whole. Each line goes to
the first of its places that has all of it; where none has and it may be split, to several
of them, in their order. What one line takes is gone for the next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Spot:
    """A place that may serve a line, and the levels one unit of it takes: how many units
    of each. All spots of one tier are asked before any of the next."""

    store: int
    takes: Mapping[int, int]
    tier: int = 1

    def has(self, left: Mapping[int, int]) -> int:
        """How many units of the line are left here."""
        return min(max(left.get(level, 0), 0) // n for level, n in self.takes.items())


@dataclass(frozen=True)
class Want:
    """Units of a line and the spots that may serve them, the best first; a fixed one must
    stand at its only spot."""

    units: int
    spots: tuple[Spot, ...]
    may_split: bool = False
    is_fixed: bool = False


@dataclass(frozen=True)
class Share:
    """So many units of a line come from one of its spots."""

    line: int
    spot: Spot
    units: int


@dataclass
class Served:
    """Who serves what. If a line cannot be served, `short` is which, and `left` what was
    free when its turn came."""

    left: dict[int, int]
    shares: list[Share] = field(default_factory=list)
    short: int | None = None

    def take(self, line: int, spot: Spot, units: int) -> None:
        """Units of a line come from there."""
        self.shares.append(Share(line, spot, units))
        for level, per_unit in spot.takes.items():
            self.left[level] = self.left.get(level, 0) - units * per_unit


def serve(
    wants: Sequence[Want],
    free: Mapping[int, int],
    *,
    is_one_place: bool,
    most_places: int,
) -> Served:
    """Serve the lines in their order, fixed ones first: all of them, or say which is
    short."""
    served = Served(dict(free))
    order = sorted(range(len(wants)), key=lambda number: not wants[number].is_fixed)
    alone: int | None = None
    for number in order:
        want = wants[number]
        if is_one_place and alone is None and not want.is_fixed:
            ranked = [wants[n] for n in order if not wants[n].is_fixed]
            alone = _alone(ranked, served.left) or 0
        spots = [
            one for one in want.spots if not alone or want.is_fixed or one.store == alone
        ]
        shares = _shares(want, spots, served.left)
        if not shares:
            served.short = number
            return served
        for spot, units in shares:
            served.take(number, spot, units)
    places = {one.spot.store for one in served.shares if not wants[one.line].is_fixed}
    if len(places) > most_places:
        served.short = next(n for n in order if not wants[n].is_fixed)
    return served


def _alone(wants: Sequence[Want], left: Mapping[int, int]) -> int | None:
    """The place that can serve all these lines, the best ranked first."""
    able = []
    for store in {spot.store for want in wants for spot in want.spots}:
        here = Served(dict(left))
        rank = 0
        for want in wants:
            found = [(n, one) for n, one in enumerate(want.spots) if one.store == store]
            if not found or found[0][1].has(here.left) < want.units:
                break
            rank += found[0][0]
            here.take(0, found[0][1], want.units)
        else:
            able.append((rank, store))
    return min(able)[1] if able else None


def _shares(
    want: Want, spots: Sequence[Spot], left: Mapping[int, int]
) -> list[tuple[Spot, int]]:
    for reach in sorted({spot.tier for spot in spots}):
        near = [spot for spot in spots if spot.tier <= reach]
        has = [spot.has(left) for spot in near]
        for spot, units in zip(near, has, strict=True):
            if units >= want.units:
                return [(spot, want.units)]
        if want.may_split and sum(has) >= want.units:
            return _split(want.units, near, has)
    return []


def _split(units: int, spots: Sequence[Spot], has: Sequence[int]) -> list[tuple[Spot, int]]:
    shares = []
    for spot, there in zip(spots, has, strict=True):
        if taken := min(units, there):
            shares.append((spot, taken))
            units -= taken
    return shares
