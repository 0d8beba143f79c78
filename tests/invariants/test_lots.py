"""Lots and a simple model of them agree over everything that can happen to units."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)

from inventory.lots.models import LotLevel
from inventory.lots.operations import (
    ToldLot,
    open_lots,
    quarantine_expired,
    restock_by_lots,
)
from inventory.stock.operations import (
    USUAL,
    Placement,
    adjust_stock,
    move_units,
    receive_stock,
    reverse_movement,
    sell_stock,
)
from inventory.supply.operations import Counted, receive_blind
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.invariants.playing import play
from tests.invariants.stock_model import StockModel
from tests.inventory.given import place
from tests.inventory.lots.given import LAWS, in_days, lot_sku
from tests.inventory.supply.given import sent, take_in
from tests.lawbook import broken

DAYS = {"A": 2, "B": 4, "C": 4, "D": 30}
"""Until when each lot is good, in days from the first one."""
NEVER = 10_000
PLACES = ("msk-1", "spb-1")
SHELF, ASIDE = "ON_HAND", "QUARANTINE"
places = st.sampled_from(PLACES)
few = st.integers(1, 4)
Units = Counter[str]


class Lots(StockModel):
    """Two places, one SKU, four lots and what has none."""

    def __init__(self) -> None:
        super().__init__()
        self.there: dict[tuple[str, str], Units] = {
            (one, bucket): Counter() for one in PLACES for bucket in (SHELF, ASIDE)
        }
        self.road: dict[str, Units] = {}
        self.sold: dict[str, Units] = {}
        self.back: dict[str, list[str]] = {}
        self.moves: dict[int, tuple[str, Units]] = {}
        self.day = 0

    @property
    def at(self) -> datetime:
        return NOON + timedelta(days=self.day)

    @initialize()
    def begin(self) -> None:
        for one in PLACES:
            place(one)
        lot_sku()
        open_lots(lines=[ToldLot("S-1", lot, in_days(day)) for lot, day in DAYS.items()])

    # ── what the model knows ─────────────────────────────────────────────────────

    def queue(
        self, units: Units, *, to_customer: bool = False, corrects: bool = False
    ) -> list[str]:
        """The lots in the order in which they go out."""

        def turn(lot: str) -> tuple[bool, int, int, str]:
            over = to_customer and DAYS.get(lot, NEVER) < self.day
            nameless = 0 if corrects else 2
            return over, 1 if lot else nameless, DAYS.get(lot, NEVER), lot

        return sorted((lot for lot in units if units[lot]), key=turn)

    def take(self, units: Units, number: int, queue: list[str]) -> Units:
        """So many units out of these, in that order."""
        taken: Units = Counter()
        for lot in queue:
            here = min(units[lot], number - taken.total())
            if here:
                taken[lot] = here
        units.subtract(taken)
        return taken

    # ── what happens ─────────────────────────────────────────────────────────────

    @rule(store=places, lot=st.sampled_from(sorted(DAYS)), number=few)
    def receive(self, store: str, lot: str, number: int) -> None:
        receive_blind(
            store_code=store, lines=[Counted("S-1", number, lot=lot)], by=SYSTEM, at=self.at
        )
        bucket = ASIDE if DAYS[lot] < self.day else SHELF
        self.there[store, bucket][lot] += number

    @rule(store=places, number=few)
    def receive_what_has_no_lot(self, store: str, number: int) -> None:
        receive_stock(
            store_code=store,
            lines=[("S-1", number)],
            reference=self.new_reference(),
            by=SYSTEM,
            at=self.at,
        )
        self.there[store, SHELF][""] += number

    @rule(store=places, number=few)
    def sell(self, store: str, number: int) -> None:
        shelf, reference = self.there[store, SHELF], self.new_reference()
        should = shelf.total() >= number
        terms = {"store_code": store, "lines": [("S-1", number)], "reference": reference}
        if self.attempt(should, sell_stock, **terms):
            before = Counter(shelf)
            taken = self.take(shelf, number, self.queue(shelf, to_customer=True))
            self.sold[reference] = taken
            self.nothing_later_went_first(before, taken)

    def nothing_later_went_first(self, before: Units, taken: Units) -> None:
        """The rule in other words than the queue's."""
        good = {lot: day for lot, day in DAYS.items() if day >= self.day}
        for lot in taken:
            for earlier, day in good.items():
                if day < good.get(lot, NEVER):
                    assert taken[earlier] == before[earlier]

    @precondition(lambda self: any(units.total() for units in self.sold.values()))
    @rule(which=st.integers(0, 1_000), store=places, number=few)
    def return_some(self, which: int, store: str, number: int) -> None:
        keys = sorted(key for key, units in self.sold.items() if units.total())
        sale = keys[which % len(keys)]
        number = min(number, self.sold[sale].total())
        reference, earlier = self.new_reference(), self.back.setdefault(sale, [])
        restock_by_lots(
            store_code=store,
            lines=[("S-1", number, "RESTOCK")],
            sold=[sale],
            returned=earlier,
            reference=reference,
            by=SYSTEM,
            at=self.at,
        )
        earlier.append(reference)
        came = self.take(self.sold[sale], number, self.queue(self.sold[sale]))
        for lot, units in came.items():
            bucket = ASIDE if DAYS.get(lot, NEVER) < self.day else SHELF
            self.there[store, bucket][lot] += units

    @precondition(lambda self: self.there["msk-1", SHELF].total())
    @rule(number=few)
    def send(self, number: int) -> None:
        shelf = self.there["msk-1", SHELF]
        number = min(number, shelf.total())
        document = sent(number)
        self.road[document] = self.take(shelf, number, self.queue(shelf))

    @precondition(lambda self: any(units.total() for units in self.road.values()))
    @rule(which=st.integers(0, 1_000), number=few)
    def take_in(self, which: int, number: int) -> None:
        keys = sorted(key for key, units in self.road.items() if units.total())
        units = self.road[keys[which % len(keys)]]
        number = min(number, units.total())
        take_in(keys[which % len(keys)], Counted("S-1", number))
        self.there["spb-1", SHELF].update(self.take(units, number, self.queue(units)))

    @rule(store=places, delta=st.integers(-3, 3).filter(bool))
    def correct(self, store: str, delta: int) -> None:
        shelf = self.there[store, SHELF]
        should = shelf.total() + delta >= 0
        terms = {"store_code": store, "sku_code": "S-1", "delta": delta, "reason": ""}
        if not self.attempt(should, adjust_stock, **terms):
            return
        if delta > 0:
            shelf[""] += delta
        else:
            self.take(shelf, -delta, self.queue(shelf, corrects=True))

    @rule(store=places, number=few)
    def set_aside(self, store: str, number: int) -> None:
        shelf = self.there[store, SHELF]
        should = shelf.total() >= number
        reference = self.new_reference()
        terms = {
            "store_code": store,
            "lines": [Placement("S-1", number, SHELF, ASIDE)],
            "reason": USUAL[ASIDE],
            "reference": reference,
        }
        if self.attempt(should, move_units, **terms):
            again = move_units(**terms, by=SYSTEM, at=self.at)  # type: ignore[arg-type]
            taken = self.take(shelf, number, self.queue(shelf))
            self.there[store, ASIDE].update(taken)
            self.moves[again.movements[0]] = (store, taken)

    @precondition(lambda self: self.moves)
    @rule(which=st.integers(0, 1_000))
    def take_back(self, which: int) -> None:
        key = sorted(self.moves)[which % len(self.moves)]
        store, units = self.moves.pop(key)
        reverse_movement(movement=key, reason="", by=SYSTEM, at=self.at)
        self.there[store, ASIDE].subtract(units)
        self.there[store, SHELF].update(units)

    @rule(store=places)
    def begin_the_day(self, store: str) -> None:
        self.day += 1
        for one in PLACES if store == "msk-1" else ():
            quarantine_expired(store_code=one, sku_code="S-1", by=SYSTEM, at=self.at)
            shelf = self.there[one, SHELF]
            over = Counter({lot: shelf[lot] for lot, day in DAYS.items() if day < self.day})
            shelf.subtract(over)
            self.there[one, ASIDE].update(over)

    # ── what must hold ───────────────────────────────────────────────────────────

    @invariant()
    def the_database_says_the_same(self) -> None:
        rows = LotLevel.objects.lying().values_list(
            "store__code", "bucket", "lot__code", "units"
        )
        assert {row[:3]: row[3] for row in rows} == {
            (one, bucket, lot): units
            for (one, bucket), lots in self.there.items()
            for lot, units in lots.items()
            if units
        }

    @invariant()
    def the_laws_hold(self) -> None:
        assert broken(only=LAWS | {"S5"}) == set()


@pytest.mark.django_db
def test_every_history_of_lots_adds_up() -> None:
    play(Lots, games=12, steps=25)
