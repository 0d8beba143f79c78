"""Model and database agree where every unit is, after every step of every history."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.db import IntegrityError
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from inventory.stock.models import Serial, StockLevel
from inventory.stock.operations import (
    Placement,
    adjust_stock,
    move_units,
    receive_stock,
    restock_return,
    see_serial,
    sell_stock,
)
from inventory.supply.operations import Counted, receive_blind
from omniretail.kernel.errors import from_integrity
from tests.invariants.playing import play
from tests.invariants.stock_model import StockModel
from tests.inventory.given import place
from tests.inventory.serials.given import phone
from tests.lawbook import broken

LAWS = {"S1", "S2", "S10", "S10b"}
STORES = ("msk-1", "spb-1")
SHELF, ASIDE, CUSTOMER, NOWHERE = "ON_HAND", "QUARANTINE", "CUSTOMER", "SHRINKAGE"
stores = st.sampled_from(STORES)
numbers = st.sampled_from(["A", "B", "C", "D"])
Spot = tuple[str, str]


class Serials(StockModel):
    """Two places, one article, four units with names and any number without."""

    @initialize()
    def open_places(self) -> None:
        phone()
        for store in STORES:
            place(store)
        self.units: Counter[Spot] = Counter()
        self.spots: dict[str, Spot] = {}
        self.seen: dict[str, int] = {}

    # ── what the model knows ─────────────────────────────────────────────────────

    def named(self, spot: Spot) -> list[str]:
        """The names in a spot, the one seen longest ago first."""
        found = [number for number, where in self.spots.items() if where == spot]
        return sorted(found, key=self.seen.__getitem__)

    def may_be_from(self, number: str, spot: Spot) -> bool:
        """Whether a unit taken from there may have this name: it lies there; or nobody
        knows where it is, and there is a unit that it can be."""
        where = self.spots.get(number)
        if where is None:
            return self.units[spot] > len(self.named(spot))
        return where == spot or (where[1] == NOWHERE and self.units[spot] > 0)

    def put(self, number: str, spot: Spot) -> None:
        self.spots[number], self.seen[number] = spot, self.minute

    def lose_surplus(self, spot: Spot) -> None:
        """Units went without a name: those seen longest ago are missing."""
        here = self.named(spot)
        for number in here[: max(0, len(here) - self.units[spot])]:
            self.spots[number] = ("", NOWHERE)

    def tried(self, should: bool, act: Callable[..., object], **terms: object) -> bool:
        """Do it a minute later; a refusal of the database is one like any other."""

        def translated(**more: object) -> None:
            try:
                act(**more)
            except IntegrityError as error:
                raise from_integrity(error) or error from error

        self.minute += 1
        return self.attempt(should, translated, **terms)

    # ── what can happen ──────────────────────────────────────────────────────────

    @rule(store=stores, number=numbers)
    def receive(self, store: str, number: str) -> None:
        where = self.spots.get(number)
        line = Counted("S-1", 1, serials=(number,))
        if self.tried(
            where is None or where[1] == NOWHERE,
            receive_blind,
            store_code=store,
            lines=[line],
        ):
            self.units[store, SHELF] += 1
            self.put(number, (store, SHELF))

    @rule(store=stores, units=st.integers(1, 2))
    def receive_unnamed(self, store: str, units: int) -> None:
        lines, reference = [("S-1", units)], self.new_reference()
        self.tried(True, receive_stock, store_code=store, lines=lines, reference=reference)
        self.units[store, SHELF] += units

    @rule(store=stores, on_hand=st.integers(0, 4))
    def correct(self, store: str, on_hand: int) -> None:
        if on_hand == self.units[store, SHELF]:
            return
        terms = {"store_code": store, "sku_code": "S-1", "on_hand": on_hand}
        self.tried(True, adjust_stock, reason="counted", **terms)
        self.units[store, SHELF] = on_hand
        self.lose_surplus((store, SHELF))

    @rule(store=stores, number=numbers)
    def see(self, store: str, number: str) -> None:
        terms = {"store_code": store, "sku_code": "S-1", "number": number}
        if self.tried(
            self.may_be_from(number, (store, SHELF)), see_serial, reference="R-1", **terms
        ):
            self.put(number, (store, SHELF))
            self.lose_surplus((store, SHELF))

    @rule(store=stores, number=numbers)
    def set_aside(self, store: str, number: str) -> None:
        lines = [Placement("S-1", 1, SHELF, ASIDE, (number,))]
        if self.tried(
            self.may_be_from(number, (store, SHELF)),
            move_units,
            store_code=store,
            lines=lines,
            reason="SUSPECT",
        ):
            self.units[store, SHELF] -= 1
            self.units[store, ASIDE] += 1
            self.put(number, (store, ASIDE))
            self.lose_surplus((store, SHELF))

    @rule(store=stores, number=st.none() | numbers)
    def sell(self, store: str, number: str | None) -> None:
        serials = {"S-1": [number]} if number else {}
        terms = {"store_code": store, "lines": [("S-1", 1)], "serials": serials}
        is_there = self.units[store, SHELF] > 0
        if self.tried(is_there, sell_stock, reference=self.new_reference(), **terms):
            if number:
                self.put(number, (store, SHELF))
                self.lose_surplus((store, SHELF))
                self.put(number, ("", CUSTOMER))
            self.units[store, SHELF] -= 1
            self.lose_surplus((store, SHELF))

    @rule(store=stores, number=numbers)
    def bring_back(self, store: str, number: str) -> None:
        where = self.spots.get(number, ("", NOWHERE))
        terms = {"store_code": store, "lines": [("S-1", 1, "RESTOCK")]}
        if self.tried(
            where[1] in (CUSTOMER, NOWHERE),
            restock_return,
            serials={("S-1", "RESTOCK"): [number]},
            reference=self.new_reference(),
            **terms,
        ):
            self.units[store, SHELF] += 1
            self.put(number, (store, SHELF))

    # ── what must always hold ────────────────────────────────────────────────────

    @invariant()
    def every_unit_is_where_the_model_says(self) -> None:
        rows = Serial.objects.values_list("number", "store__code", "bucket")
        assert {number: (store or "", where) for number, store, where in rows} == dict(
            getattr(self, "spots", {})
        )
        levels = StockLevel.objects.values_list("store__code", "on_hand", "quarantine")
        for store, on_hand, aside in levels:
            assert (on_hand, aside) == (self.units[store, SHELF], self.units[store, ASIDE])

    @invariant()
    def no_law_is_broken(self) -> None:
        assert broken(only=LAWS) == set()


@pytest.mark.django_db
def test_every_history_of_serials_adds_up() -> None:
    play(Serials, games=15, steps=25)
