"""Counts interleaved with everything else: however late a count is approved, the level
ends at what is really on the shelf."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from inventory.counts.operations import (
    Entry,
    approve_count,
    cancel_count,
    count_item,
    finish_count,
    open_count,
    settle_short_counts,
)
from inventory.counts.queries import count_view
from inventory.promises.operations import (
    allocate_stock,
    consume_promises,
    release_promises,
    sell_over_promises,
)
from inventory.stock.models import StockLevel
from inventory.stock.operations import (
    NotEnoughStock,
    Placement,
    move_units,
    receive_stock,
    restock_return,
    sell_stock,
)
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.codes import new_number
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.invariants.playing import play
from tests.inventory.counts.given import BOSS, LAWS
from tests.inventory.given import place, wanted
from tests.lawbook import broken

few = st.integers(1, 3)


class Shelf(RuleBasedStateMachine):
    """One shelf. `there` is what really lies on it: goods people carried, and what was
    stolen without a word. The level knows only the former until a count says so."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.at = NOON
        self.there = 0
        self.promised: dict[str, int] = {}
        self.waiting: dict[str, datetime] = {}
        self.looked_at = NOON
        self.is_exact = True
        self.untold: list[tuple[int, datetime]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    @initialize()
    def open_the_place(self) -> None:
        place()
        SkuFactory.create(code="S-1")
        self.receive(6)

    def _later(self) -> None:
        self.at += timedelta(minutes=6)  # more than clocks differ

    def _level(self) -> StockLevel:
        return StockLevel.objects.get(sku__code="S-1")

    def _known(self) -> int:
        """What is there, as far as we were told: what was sold since somebody looked
        leaves when a till tells it."""
        return self.there + sum(units for units, at in self.untold if at > self.looked_at)

    # ── goods that people carry ──────────────────────────────────────────────────

    @rule(units=few)
    def receive(self, units: int) -> None:
        self._later()
        self.there += units
        receive_stock(
            store_code="msk-1",
            lines=[("S-1", units)],
            reference=new_number("D"),
            by=SYSTEM,
            at=self.at,
        )

    @rule(units=few)
    def sell(self, units: int) -> None:
        """A till rings up what lies there, whatever the level says."""
        if units > self.there - sum(self.promised.values()):
            return
        self._later()
        self.there -= units
        sell_stock(
            store_code="msk-1",
            lines=[("S-1", units)],
            reference=new_number("T"),
            by=SYSTEM,
            at=self.at,
            as_fact=True,
        )

    @rule(units=few)
    def sell_without_network(self, units: int) -> None:
        """The till tells it some time."""
        if units > self.there - sum(self.promised.values()):
            return
        self._later()
        self.there -= units
        self.untold.append((units, self.at))

    @precondition(lambda self: self.untold)
    @rule(which=st.integers(0, 2))
    def tell_a_sale(self, which: int) -> None:
        """What was promised meanwhile comes to lack what was sold."""
        units, sold_at = self.untold.pop(which % len(self.untold))
        self._later()
        sale: dict[str, Any] = {
            "store_code": "msk-1",
            "lines": [("S-1", units)],
            "reference": new_number("T"),
            "by": SYSTEM,
            "at": self.at,
            "observed_at": sold_at,
        }
        try:
            with transaction.atomic():
                sell_stock(**sale)
        except NotEnoughStock:
            sell_over_promises(**sale)
            self.is_exact = False

    @rule(units=few)
    def take_back(self, units: int) -> None:
        self._later()
        self.there += units
        restock_return(
            store_code="msk-1",
            lines=[("S-1", units, "RESTOCK")],
            reference=new_number("B"),
            by=SYSTEM,
            at=self.at,
        )

    @rule()
    def break_one(self) -> None:
        level = self._level()
        if not self.there or level.on_hand <= level.reserved:
            return
        self._later()
        self.there -= 1
        line = Placement("S-1", 1, "ON_HAND", "DAMAGED")
        move_units(store_code="msk-1", lines=[line], reason="BROKEN", by=SYSTEM, at=self.at)

    @rule()
    def steal_one(self) -> None:
        """Nobody tells, and nothing that is being counted vanishes under the hand."""
        if self.there and not self.waiting:
            self.there -= 1
            self.is_exact = False

    # ── promises ─────────────────────────────────────────────────────────────────

    @rule(units=few)
    def promise(self, units: int) -> None:
        self._later()
        reference = new_number("R")
        try:
            allocate_stock(
                demands=[wanted(units)], reference=reference, by=SYSTEM, at=self.at
            )
        except NotEnoughStock:
            return
        self.promised[reference] = units

    @precondition(lambda self: self.promised)
    @rule(is_collected=st.booleans())
    def end_a_promise(self, is_collected: bool) -> None:
        self._later()
        reference, units = self.promised.popitem()
        if is_collected and units <= self.there:
            self.there -= units
            consume_promises(reference=reference, lines={"1": units}, by=SYSTEM, at=self.at)
        else:
            release_promises(reference=reference, by=SYSTEM, at=self.at)

    # ── counts ───────────────────────────────────────────────────────────────────

    @precondition(lambda self: len(self.waiting) < 2)
    @rule()
    def count(self) -> None:
        self._later()
        terms: Any = {"by": SYSTEM, "at": self.at}
        number = open_count(store_code="msk-1", zone="Shelf", **terms)
        entry = Entry("S-1", self.there, is_total=True)
        status = "OPEN"
        while status in ("OPEN", "RECOUNT"):
            count_item(number=number, entry=entry, **terms)
            status = finish_count(number=number, **terms)
        if status == "COUNTED":
            self.waiting[number] = self.at
        else:
            self._is_believed(self.at)

    def _is_believed(self, counted_at: datetime) -> None:
        self.looked_at = max(self.looked_at, counted_at)
        level, known = self._level(), self._known()
        assert level.on_hand == max(known, level.reserved)
        self.is_exact = level.on_hand == known

    @precondition(lambda self: self.waiting)
    @rule(which=st.integers(0, 1))
    def approve(self, which: int) -> None:
        number = sorted(self.waiting)[which % len(self.waiting)]
        counted_at = self.waiting.pop(number)
        self._later()
        approve_count(number=number, by=BOSS, at=self.at)
        assert count_view(number).status == "APPROVED"
        settle_short_counts(at=self.at)
        self._is_believed(counted_at)

    @precondition(lambda self: self.waiting)
    @rule()
    def call_off(self) -> None:
        number, _counted_at = self.waiting.popitem()
        before = self._level().on_hand
        cancel_count(number=number, reason="x", by=BOSS, at=self.at)
        assert self._level().on_hand == before

    @rule()
    def settle(self) -> None:
        self._later()
        settle_short_counts(at=self.at)

    @invariant()
    def the_level_is_what_is_known(self) -> None:
        """Unless somebody stole since the last look, or was promised what was sold."""
        if self.is_exact:
            assert self._level().on_hand == self._known()

    @invariant()
    def laws_hold(self) -> None:
        assert broken(only=LAWS) == set()


@pytest.mark.django_db
def test_a_count_ends_at_what_is_really_there() -> None:
    play(Shelf, games=12, steps=20)
