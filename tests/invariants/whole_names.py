"""Serial numbers in the machine that mixes everything: where each unit is that has one."""

from collections.abc import Iterable
from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import rule

from inventory.stock.models import SHELVES, Serial
from inventory.stock.operations import restock_return, see_serial, sell_stock
from inventory.supply.operations import Counted, receive_blind
from omniretail.kernel.codes import new_number
from tests.invariants.shelf_moves import PLACES
from tests.invariants.stock_model import Spot
from tests.invariants.whole_model import WholeModel

NAMED = "S-1"
NOWHERE: Spot = ("", "SHRINKAGE")
CUSTOMER: Spot = ("", "CUSTOMER")
stores = st.sampled_from(PLACES)
pick = st.integers(0, 1_000)


class Names(WholeModel):
    """Units of one article may have names. What goes without being named is some unit that
    has none; where all have one, those seen longest ago are missing."""

    def __init__(self) -> None:
        super().__init__()
        self.spots: dict[str, Spot] = {}
        self.seen: dict[str, datetime] = {}

    # ── what the model knows ─────────────────────────────────────────────────────

    def units_in(self, spot: Spot) -> int:
        place, bucket = spot
        if bucket == "ON_HAND":
            return self.on_hand[place, NAMED]
        if bucket in SHELVES:
            return self.aside[(place, NAMED), bucket]
        return self.transfers[place].in_transit

    def named(self, spot: Spot) -> list[str]:
        """The names in a spot, the one seen longest ago first."""
        found = [name for name, where in self.spots.items() if where == spot]
        return sorted(found, key=lambda name: (self.seen[name], name))

    def names_in(self, sku: str, spot: Spot, units: int) -> tuple[str, ...]:
        """Names for so many units: those known there, and new ones for the others."""
        if sku != NAMED:
            return ()
        known = self.named(spot)[:units]
        return (*known, *self.new_names(units - len(known)))

    def names_lost(self, sku: str, units: int) -> tuple[str, ...]:
        """Names that were lost, and new ones for the others."""
        return self.names_in(sku, NOWHERE, units)

    def new_names(self, units: int) -> tuple[str, ...]:
        """Names that nobody has seen yet, in the order of the alphabet."""
        return tuple(f"N{len(self.spots) + place:04}" for place in range(units))

    def some_name(self, number: int) -> str:
        """A known name, or a new one."""
        names = [*sorted(self.spots), *self.new_names(1)]
        return names[number % len(names)]

    def may_be_in(self, name: str, spot: Spot) -> bool:
        """Whether a unit taken from there may have this name: it lies there; or nobody
        knows where it is, and there is a unit that it can be."""
        where = self.spots.get(name)
        if where is None:
            return self.units_in(spot) > len(self.named(spot))
        return where == spot or (where == NOWHERE and self.units_in(spot) > 0)

    def may_leave(self, names: Iterable[str], spot: Spot) -> bool:
        return all(self.may_be_in(name, spot) for name in names)

    def name(self, names: Iterable[str], spot: Spot) -> None:
        """Units with these names are there now."""
        for name in names:
            self.spots[name], self.seen[name] = spot, self.at

    def lose_surplus(self) -> None:
        """Where more have names than there are units, those seen longest ago are lost."""
        for spot in set(self.spots.values()) - {NOWHERE, CUSTOMER}:
            here = self.named(spot)
            for name in here[: max(0, len(here) - self.units_in(spot))]:
                self.spots[name] = NOWHERE

    # ── what can happen ──────────────────────────────────────────────────────────

    @rule(store=stores, units=st.integers(1, 2), is_lost=st.booleans())
    def receive_named(self, store: str, units: int, is_lost: bool) -> None:
        names = self.names_lost(NAMED, units) if is_lost else self.new_names(units)
        lines = [Counted(NAMED, units, serials=names)]
        self.attempt(True, receive_blind, store_code=store, lines=lines)
        self.on_hand[store, NAMED] += units
        self.name(names, (store, "ON_HAND"))

    @rule(store=stores, number=pick)
    def see(self, store: str, number: int) -> None:
        name, spot = self.some_name(number), (store, "ON_HAND")
        terms = {"store_code": store, "sku_code": NAMED, "number": name}
        should = self.may_be_in(name, spot)
        if self.attempt(should, see_serial, reference="R-1", **terms):
            self.name([name], spot)

    @rule(store=stores, number=pick)
    def sell_named(self, store: str, number: int) -> None:
        name, spot = self.some_name(number), (store, "ON_HAND")
        if self.attempt(
            self.free((store, NAMED)) > 0,
            sell_stock,
            store_code=store,
            lines=[(NAMED, 1)],
            serials={NAMED: [name]},
            reference=new_number("T"),
        ):
            self.name([name], spot)
            self.lose_surplus()
            self.name([name], CUSTOMER)
            self.on_hand[store, NAMED] -= 1

    @rule(store=stores, number=pick)
    def take_back_named(self, store: str, number: int) -> None:
        name = self.some_name(number)
        if self.attempt(
            self.spots.get(name, NOWHERE) in (NOWHERE, CUSTOMER),
            restock_return,
            store_code=store,
            lines=[(NAMED, 1, "RESTOCK")],
            serials={(NAMED, "RESTOCK"): [name]},
            reference=new_number("B"),
        ):
            self.on_hand[store, NAMED] += 1
            self.name([name], (store, "ON_HAND"))

    # ── what must agree ──────────────────────────────────────────────────────────

    def names_agree(self) -> None:
        self.lose_surplus()
        rows = Serial.objects.values_list("number", "store__code", "bucket", "reference")
        assert {
            number: (reference if bucket == "IN_TRANSIT" else store or "", bucket)
            for number, store, bucket, reference in rows
        } == self.spots
