"""What can happen to units within a place: set aside, brought back, taken back."""

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from inventory.promises.operations import rebuild_levels
from inventory.stock.models import SHELVES, StockLevel
from inventory.stock.operations import USUAL, Placement, move_units, reverse_movement
from inventory.stock.queries import balance
from omniretail.kernel.actors import SYSTEM
from tests.invariants.stock_model import Level, StockModel

PLACES = ("msk-1", "spb-1")
SKUS = ("S-1", "S-2")
levels = st.tuples(st.sampled_from(PLACES), st.sampled_from(SKUS))
buckets = st.sampled_from(list(SHELVES))


@dataclass(frozen=True)
class Step:
    """A move that was made, and whether it was taken back."""

    level: Level
    source: str
    target: str
    units: int
    names: tuple[str, ...]


class ShelfMoves(StockModel):
    """Moves between the buckets of a place, with the model beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: dict[int, Step] = {}
        self.taken_back: set[int] = set()

    def lying(self, level: Level, bucket: str) -> int:
        """What may be taken out of a bucket."""
        return self.free(level) if bucket == "ON_HAND" else self.aside[level, bucket]

    def lies_aside(self) -> dict[tuple[Level, str], int]:
        """What the levels say of all buckets beside the shelf."""
        rows = StockLevel.objects.select_related("store", "sku")
        return {
            ((row.store.code, row.sku.code), bucket): row.holds(bucket)
            for row in rows
            for bucket in SHELVES
            if bucket != "ON_HAND" and row.holds(bucket)
        }

    def shift(self, level: Level, source: str, target: str, units: int) -> None:
        for bucket, change in ((source, -units), (target, units)):
            if bucket == "ON_HAND":
                self.on_hand[level] += change
            elif bucket in SHELVES:
                self.aside[level, bucket] += change

    @rule(level=levels, way=st.tuples(buckets, buckets), number=st.integers(1, 3))
    def bring(self, level: Level, way: tuple[str, str], number: int) -> None:
        source, target = way
        store, sku = level
        should = source != target and number <= self.lying(level, source)
        reference = self.new_reference()
        names = self.names_in(sku, (store, source), number)
        lines = [Placement(sku, number, source, target, names)]
        if self.attempt(
            should,
            move_units,
            store_code=store,
            lines=lines,
            reason=USUAL[target],
            reference=reference,
        ):
            self.shift(level, source, target, number)
            self.name(names, (store, target))
            again = move_units(
                store_code=store,
                lines=lines,
                reason=USUAL[target],
                reference=reference,
                by=SYSTEM,
                at=self.at,
            )
            (key,) = again.movements
            self.steps[key] = Step(level, source, target, number, names)

    @precondition(lambda self: self.steps)
    @rule(number=st.integers(0, 1_000))
    def take_back_a_move(self, number: int) -> None:
        keys = sorted(self.steps)
        key = keys[number % len(keys)]
        step = self.steps[key]
        store = step.level[0]
        is_there = step.units <= self.lying(step.level, step.target)
        is_named = self.may_leave(step.names, (store, step.target))
        should = key not in self.taken_back and is_there and is_named
        if self.attempt(should, reverse_movement, movement=key, reason="wrong"):
            self.shift(step.level, step.target, step.source, step.units)
            self.name(step.names, (store, step.source))
            self.taken_back.add(key)

    @rule(level=levels, wrong=st.integers(1, 3))
    def tamper_and_rebuild(self, level: Level, wrong: int) -> None:
        rows = StockLevel.objects.filter(store__code=level[0], sku__code=level[1])
        rows.update(damaged=self.aside[level, "DAMAGED"] + wrong)
        told = rebuild_levels(by=SYSTEM, at=self.at, is_dry_run=False)
        assert [(one.store_code, one.sku_code) for one in told.mended] == [level]

    @rule(level=levels)
    def ask_for_the_balance(self, level: Level) -> None:
        there = balance(*level)
        expected = {
            SHELVES[bucket]: self.aside[level, bucket]
            for bucket in SHELVES
            if bucket != "ON_HAND"
        }
        for name, units in (expected | {"on_hand": self.on_hand[level]}).items():
            assert getattr(there, name) == units
