"""Who is short of one SKU, who can spare some, and who has to order: pure arithmetic.

The most urgent place is served first: by the nearest place that has more than it sells in
the weeks ahead, then by the warehouse or the supplier it buys from. A giver keeps what it
needs itself, and no unit is given twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from math import asin, cos, radians, sin, sqrt

from inventory.replenishment.ordering import Marks, Terms, in_packs, missing

TRANSFER, PURCHASE = "TRANSFER", "PURCHASE"
_GLOBE_KM = 12_742
ONE_BY_ONE = Terms()
Origin = tuple[str, str, str]
"""For which place, and from which place or which supplier; one of the two is empty."""


@dataclass(frozen=True)
class Shelf:
    """One SKU at one place. `free` units lie here and nobody has them; `coming` are on
    their way. `gives` is whether it may feed other stores; it is fed by the place or the
    supplier it buys from, if one is named."""

    store_code: str
    latitude: float
    longitude: float
    free: int
    position: int
    marks: Marks
    per_day: Decimal
    gives: bool = True
    source_code: str = ""
    supplier_code: str = ""
    terms: Terms = ONE_BY_ONE
    most: int | None = None

    @property
    def origin(self) -> Origin:
        """Where it gets what no neighbour can give."""
        return self.store_code, self.source_code, self.supplier_code

    @property
    def missing(self) -> int:
        """Units that would bring it up to its target."""
        return missing(self.position, self.marks)

    @property
    def cover_days(self) -> Decimal | None:
        """For how many days it lasts; None where nothing is sold."""
        return Decimal(max(self.position, 0)) / self.per_day if self.per_day else None

    def surplus(self, weeks: int) -> int:
        """Units beyond its target and beyond what it sells in so many weeks."""
        return max(0, self.free - self.keeps(weeks))

    def keeps(self, weeks: int) -> int:
        """Units that it does not give away."""
        ahead = (self.per_day * 7 * weeks).to_integral_value(rounding=ROUND_CEILING)
        return max(self.marks.reorder_point, self.marks.target, int(ahead))


@dataclass(frozen=True)
class Suggestion:
    """Units for a place: from another place, or from a supplier."""

    kind: str
    store_code: str
    source_code: str
    supplier_code: str
    units: int
    spare: int = 0
    distance_km: int | None = None


@dataclass(frozen=True)
class Reach:
    """How far ahead a giver looks, and how far its goods travel to a neighbour."""

    weeks: int
    km: float


def suggest(
    shelves: Sequence[Shelf], reach: Reach, unwanted: Collection[Origin] = ()
) -> list[Suggestion]:
    """What to bring where, of one SKU, and nothing from origins that are not wanted."""
    by_code = {shelf.store_code: shelf for shelf in shelves}
    spare = {
        shelf.store_code: shelf.surplus(reach.weeks) for shelf in shelves if shelf.gives
    }
    depots = {shelf.source_code for shelf in shelves} & set(by_code)
    for code in depots - set(spare):
        depot = by_code[code]
        spare[code] = max(0, depot.free - depot.marks.reorder_point)
    found: list[Suggestion] = []
    for shelf in sorted(shelves, key=_urgency):
        wanted = shelf.missing
        for giver in _givers(shelf, shelves, reach.km):
            if (shelf.store_code, giver.store_code, "") in unwanted:
                continue
            units = min(wanted, spare.get(giver.store_code, 0))
            if units:
                found.append(_transfer(shelf, giver, units, spare))
                wanted -= units
        if wanted and shelf.origin not in unwanted:
            found += _ordered(shelf, wanted, by_code, spare)
    return found


def distance_km(one: Shelf, other: Shelf) -> float:
    """As the crow flies."""
    north = radians(other.latitude - one.latitude)
    east = radians(other.longitude - one.longitude)
    level = cos(radians(one.latitude)) * cos(radians(other.latitude))
    return _GLOBE_KM * asin(sqrt(sin(north / 2) ** 2 + level * sin(east / 2) ** 2))


def _urgency(shelf: Shelf) -> tuple[Decimal, str]:
    days = shelf.cover_days
    return (Decimal("Infinity") if days is None else days, shelf.store_code)


def _givers(shelf: Shelf, shelves: Sequence[Shelf], within_km: float) -> list[Shelf]:
    """Neighbours that may feed this place, the nearest first."""
    away = [
        (distance_km(shelf, one), one.store_code, one)
        for one in shelves
        if one.gives and one is not shelf and one.store_code != shelf.source_code
    ]
    return [one for km, _code, one in sorted(away, key=lambda x: x[:2]) if km <= within_km]


def _ordered(
    shelf: Shelf, wanted: int, by_code: dict[str, Shelf], spare: dict[str, int]
) -> list[Suggestion]:
    """What no neighbour can give: from the warehouse or the supplier it buys from."""
    room = None if shelf.most is None else shelf.most - shelf.position
    depot = by_code.get(shelf.source_code)
    if depot is not None and depot is not shelf:
        there = spare[depot.store_code]
        room = there if room is None else min(room, there)
        units = in_packs(wanted, shelf.terms, room=room)
        return [_transfer(shelf, depot, units, spare)] if units else []
    units = in_packs(wanted, shelf.terms, room=room)
    if shelf.supplier_code and units:
        return [Suggestion(PURCHASE, shelf.store_code, "", shelf.supplier_code, units)]
    return []


def _transfer(shelf: Shelf, giver: Shelf, units: int, spare: dict[str, int]) -> Suggestion:
    before = spare[giver.store_code]
    spare[giver.store_code] = before - units
    return Suggestion(
        TRANSFER,
        shelf.store_code,
        giver.store_code,
        "",
        units,
        spare=before,
        distance_km=round(distance_km(shelf, giver)),
    )
