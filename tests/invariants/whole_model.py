"""What a simple model knows when everything that can happen to stock happens."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from inventory.promises.models import Promise
from inventory.promises.operations import Room
from inventory.promises.queries import PromiseSlip, live_promises
from inventory.stock.models import StockLevel
from tests.clock import NOON
from tests.invariants.purchases import Purchases
from tests.invariants.shelf_moves import PLACES, SKUS, ShelfMoves
from tests.invariants.stock_model import Level

KIT, PARTS = "K-1", {"S-1": 2, "S-2": 1}
MADE_OF: Mapping[str, Mapping[str, int]] = {KIT: PARTS} | {sku: {sku: 1} for sku in SKUS}
Name = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """A live line as the model knows it: of what, where, until when, and which units of
    which part were sold over a till."""

    sku: str
    units: int
    at: str
    places: tuple[str, ...]
    ends_at: datetime | None = None
    lacking: Counter[str] = field(default_factory=Counter)

    def takes(self, part: str) -> int:
        return MADE_OF[self.sku].get(part, 0) * self.units

    def shrunk(self, by: int, lacking: Counter[str]) -> "Line":
        """What goes on when so many units of it have left."""
        left = self.units - by
        return replace(
            self,
            units=left,
            lacking=Counter(
                {
                    part: min(lacking[part], left * per_unit)
                    for part, per_unit in MADE_OF[self.sku].items()
                }
            ),
        )


class WholeModel(ShelfMoves, Purchases):
    """Two places, two articles, a kit of both; `told` is what an operation answered."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[Name, Line] = {}
        self.seconds = 0
        self.told: Any = None

    @property
    def at(self) -> datetime:
        return NOON + timedelta(minutes=self.minute, seconds=self.seconds)

    def attempt(self, should: bool, act: Callable[..., object], **terms: object) -> bool:
        """Do it a moment later than the last; it must succeed exactly when it should."""
        self.seconds += 1

        def do(**more: object) -> None:
            self.told = act(**more)

        do.__name__ = act.__name__
        return super().attempt(should, do, **terms)

    # ── what is free ─────────────────────────────────────────────────────────────

    def reserved(self, level: Level) -> int:
        store, part = level
        kept = sum(one.takes(part) for one in self.lines.values() if one.at == store)
        return kept + self.kept_for_transfers(level)

    def has(self, store: str, sku: str) -> int:
        """How many of it can be promised there."""
        return min(
            max(self.free((store, part)) - self.safety[store, part], 0) // per_unit
            for part, per_unit in MADE_OF[sku].items()
        )

    def take(self, store: str, sku: str, units: int) -> None:
        """Units that lay there do no longer; negative, come."""
        for part, per_unit in MADE_OF[sku].items():
            self.on_hand[store, part] -= per_unit * units

    # ── lines ────────────────────────────────────────────────────────────────────

    def line_name(self, number: int) -> Name:
        names = sorted(self.lines)
        return names[number % len(names)]

    def write_down(self, slips: list[PromiseSlip], sku: str, line: Line) -> None:
        """What was kept is what was asked, where it was to be kept."""
        for slip in slips:
            assert slip.store_code == line.at
            assert slip.quantity == line.takes(slip.sku_code)
            self.lines[slip.reference, slip.line] = line
        assert {slip.sku_code for slip in slips} == set(MADE_OF[sku])

    def keep(self, level: Level, served: list[str]) -> None:
        """What came for those who waited is a line like any other, but of this place."""
        store, sku = level
        for reference, units in Counter(served).items():
            known = {line for name, line in self.lines if name == reference}
            (slip,) = [one for one in live_promises(reference) if one.line not in known]
            assert (slip.store_code, slip.sku_code, slip.quantity) == (store, sku, units)
            self.lines[reference, slip.line] = Line(sku, units, store, ())

    def forget(self, name: Name) -> None:
        """The line ends without leaving: what a till has sold of it is not there."""
        line = self.lines.pop(name)
        for part, units in line.lacking.items():
            self.on_hand[line.at, part] -= units

    def replace_lacking(self, line: Line, count: int) -> None:
        """So many units leave: those that the line lacked were others, as far as others lay
        free, and what a till has sold is not there."""
        for part, per_unit in MADE_OF[line.sku].items():
            level = line.at, part
            lacked = line.lacking[part] - (line.units - count) * per_unit
            self.on_hand[level] -= min(max(0, lacked), self.free(level))

    def follow(self, room: Room) -> None:
        """What gave way went to a place of its own ranking that could keep it, or says
        what it lacks."""
        for one in room.moved:
            line = self.lines.pop((one.reference, one.was_line))
            assert (line.at, line.sku, line.units) == (
                one.source_code,
                one.sku_code,
                one.quantity,
            )
            assert one.target_code in line.places
            assert self.has(one.target_code, line.sku) >= line.units
            self.lines[one.reference, one.line] = replace(line, at=one.target_code)
        for lacks in room.uncovered:
            transfer = self.transfers.get(lacks.reference)
            if transfer:
                transfer.lacking += lacks.units
                continue
            line = self.lines[lacks.reference, lacks.line]
            line.lacking[lacks.sku_code] += lacks.units

    # ── what must agree ──────────────────────────────────────────────────────────

    def levels_agree(self) -> None:
        rows = StockLevel.objects.values_list(
            "store__code", "sku__code", "on_hand", "reserved", "safety_stock"
        )
        assert {(row[0], row[1]): row[2:] for row in rows} == {
            level: (self.on_hand[level], self.reserved(level), self.safety[level])
            for level in self.on_hand
        }
        assert self.lies_aside() == {key: n for key, n in self.aside.items() if n}

    def promises_agree(self) -> None:
        rows = Promise.objects.live().exclude(reference__in=self.transfers)
        said = rows.values_list(
            "reference", "line", "store__code", "sku__code", "quantity", "uncovered"
        )
        assert sorted(said) == sorted(
            (*name, line.at, part, line.takes(part), line.lacking[part])
            for name, line in self.lines.items()
            for part in MADE_OF[line.sku]
        )
        for number, one in self.transfers.items():
            waiting = [slip.uncovered for slip in live_promises(number)]
            assert waiting == ([one.lacking] if one.is_open and not one.sent else [])


__all__ = ["KIT", "MADE_OF", "PLACES", "SKUS", "Line", "WholeModel"]
