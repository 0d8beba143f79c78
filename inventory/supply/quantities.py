"""Lines of a document, summed per SKU before anything is checked. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inventory.stock.serial_numbers import folded


class Condition(StrEnum):
    """How goods look when they come."""

    GOOD = "GOOD"
    DAMAGED = "DAMAGED"


@dataclass(frozen=True)
class Wanted:
    """Units of one SKU that somebody asks for; of which lot, if that was scanned."""

    sku_code: str
    quantity: int
    lot: str = ""


@dataclass(frozen=True)
class Counted:
    """Units of one SKU that somebody counted, in one condition; of a serialised one, with
    their serial numbers; of which lot, and until when it is good, where the SKU says
    so."""

    sku_code: str
    quantity: int
    condition: Condition = Condition.GOOD
    serials: tuple[str, ...] = ()
    lot: str = ""
    expires_on: date | None = None


@dataclass(frozen=True)
class Arrived:
    """All that came of one SKU; `index` is the first line that says so."""

    sku_code: str
    good: int
    damaged: int
    index: int
    good_serials: tuple[str, ...] = ()
    damaged_serials: tuple[str, ...] = ()

    def serials(self, condition: Condition) -> tuple[str, ...]:
        """The serial numbers of the good or of the damaged units."""
        is_good = condition is Condition.GOOD
        return self.good_serials if is_good else self.damaged_serials

    @property
    def units(self) -> int:
        """Good and damaged ones together."""
        return self.good + self.damaged

    @property
    def field(self) -> str:
        """Where in the request it is said."""
        return f"lines/{self.index}/quantity"


def wanted_units(lines: Iterable[Wanted]) -> dict[str, int]:
    """How many of each SKU are wanted, in the order of the lines."""
    units: dict[str, int] = {}
    for line in lines:
        units[line.sku_code] = units.get(line.sku_code, 0) + line.quantity
    return units


def wanted_lots(lines: Iterable[Wanted]) -> dict[str, dict[str, int]]:
    """How many units of which lots are wanted, by SKU; of no lot in particular, none."""
    lots: dict[str, Counter[str]] = {}
    for line in lines:
        if line.lot:
            lots.setdefault(line.sku_code, Counter())[line.lot] += line.quantity
    return {sku: dict(own) for sku, own in lots.items()}


def arrivals(lines: Sequence[Counted]) -> list[Arrived]:
    """What came of each SKU, in the order of the lines."""
    found: dict[str, Arrived] = {}
    for index, line in enumerate(lines):
        before = found.get(line.sku_code, Arrived(line.sku_code, 0, 0, index))
        is_good = line.condition is Condition.GOOD
        good = line.quantity if is_good else 0
        found[line.sku_code] = Arrived(
            line.sku_code,
            before.good + good,
            before.damaged + line.quantity - good,
            before.index,
            before.good_serials + (line.serials if is_good else ()),
            before.damaged_serials + (() if is_good else line.serials),
        )
    return list(found.values())


def fingerprint(lines: Iterable[Counted]) -> str:
    """A digest by which the same goods told twice are known again: in whatever order, and
    however they are spread over lines."""
    units: Counter[tuple[str, str, str, str]] = Counter()
    serials: dict[tuple[str, str, str, str], list[str]] = {}
    for line in lines:
        day = line.expires_on.isoformat() if line.expires_on else ""
        key = line.sku_code, str(line.condition), line.lot, day
        units[key] += line.quantity
        serials.setdefault(key, []).extend(folded(text) for text in line.serials)
    told = [(key, units[key], sorted(serials[key])) for key in sorted(units)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True)
class Arrival:
    """How units that came are booked: out of transit, or found after they were lost."""

    from_transit: int
    from_lost: int


def out_of(units: int, *, in_transit: int, lost: int) -> Arrival | None:
    """Take units from the road first, then from what was given up; None if there are
    not so many."""
    from_transit = min(units, in_transit)
    from_lost = units - from_transit
    return None if from_lost > lost else Arrival(from_transit, from_lost)


def lots_shared(
    lots: Mapping[str, int], units: int
) -> tuple[dict[str, int], dict[str, int]]:
    """So many units of the lots, and what is left of them."""
    first, rest = dict[str, int](), dict[str, int]()
    for lot, number in lots.items():
        taken = min(number, units - sum(first.values()))
        first |= {lot: taken} if taken else {}
        rest |= {lot: number - taken} if number > taken else {}
    return first, rest


def good_share(booked: Arrival, good: int) -> tuple[Arrival, Arrival]:
    """The good and the damaged part of what came; good units come off the road first."""
    good_transit = min(good, booked.from_transit)
    of_good = Arrival(good_transit, good - good_transit)
    return of_good, Arrival(
        booked.from_transit - good_transit, booked.from_lost - of_good.from_lost
    )
