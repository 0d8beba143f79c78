"""Whichever path is asked, the figure is the plain model's: at one place, over places, in
the grid, in its sums, by why, by what a hold is granted; and by why as of that moment,
after all has changed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import example
from hypothesis import given as drawn
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventory.availability.queries import figures, sums
from inventory.promises.operations import Demand, hold_stock
from inventory.promises.queries import why_many
from inventory.selling.models import SaleBlock
from inventory.selling.operations import lift_block, set_network
from inventory.selling.queries import Where, availability, sellable, sellable_units
from inventory.stock.operations import NotEnoughStock, adjust_stock
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Store
from tests.clock import NOON
from tests.inventory.given import SOON, held, kit, place, stocked, wanted
from tests.inventory.selling.given import block, buffer, channel, network

MINUTE = timedelta(minutes=1)
A, B, CLOSED = PLACES = ["a", "b", "closed"]
PARTS = {"S-1": 2, "S-2": 1}
SKUS = [*PARTS, "K-1"]
CHANNELS = ["SITE", "APP", ""]
Figures = dict[tuple[str, str, str], int]
DEEDS = st.tuples(
    st.sampled_from(["buffer", "block", "lift", "network", "everywhere", "safety", "hold"]),
    st.sampled_from(PLACES),
    st.sampled_from(list(PARTS)),
    st.sampled_from(["SITE", "APP"]),
    st.integers(0, 9),
)
Deed = tuple[str, str, str, str, int]
LISTED: Deed = ("network", A, "S-1", "SITE", 0)
EVERYWHERE: Deed = ("everywhere", A, "S-1", "SITE", 0)


@dataclass
class Model:
    """What is there, and what binds which channel."""

    free: dict[tuple[str, str], int] = field(default_factory=dict)
    safety: dict[tuple[str, str], int] = field(default_factory=dict)
    buffers: dict[tuple[str, str, str], int] = field(default_factory=dict)
    blocked: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    networks: dict[str, set[str]] = field(default_factory=dict)

    def units(self, code: str, store: str, sku: str) -> int:
        """What the channel may sell there."""
        if sku == "K-1":
            return min(self.units(code, store, one) // n for one, n in PARTS.items())
        who = self.blocked.get((store, sku), set())
        is_out = store not in self.networks.get(code, PLACES)
        if store == CLOSED or is_out or "" in who or code in who:
            return 0
        left = self.buffers.get((code, store, sku), 0)
        kept = self.safety.get((store, sku), 0)
        return max(0, self.free[store, sku] - kept - left)

    def figures(self) -> Figures:
        """The same of everything."""
        return {
            (code, store, sku): self.units(code, store, sku)
            for code in CHANNELS
            for store in PLACES
            for sku in SKUS
        }


def begun() -> Model:
    """Two places in business and one that is not, and a kit of what they have."""
    model = Model()
    for turn, code in enumerate(PLACES):
        place(code)
        for sku in PARTS:
            model.free[code, sku] = 8 + turn
            stocked(8 + turn, store=code, sku=sku)
    kit("K-1", PARTS)
    channel("SITE")
    channel("APP")
    Store.objects.filter(code=CLOSED).update(closed_on=NOON.date())
    return model


def do(model: Model, deed: Deed, at: datetime) -> None:
    """One deed in the database and in the model: what binds channels first."""
    what, store, sku, code, units = deed
    bars = "" if units % 2 else code
    if what == "buffer":
        buffer(units, code=code, store=store, sku=sku, at=at)
        model.buffers[code, store, sku] = units
    elif what == "block" and bars not in model.blocked.get((store, sku), set()):
        block(store, sku, channel=bars or None, at=at)
        model.blocked.setdefault((store, sku), set()).add(bars)
    elif what == "lift":
        rows = SaleBlock.objects.filter(store__code=store, sku__code=sku, ends_at=None)
        for number in rows.values_list("number", flat=True):
            lift_block(number=number, by=SYSTEM, at=at)
        model.blocked.pop((store, sku), None)
    elif what == "network":
        model.networks[code] = {PLACES[n % 3] for n in range(units % 4)}
        network(code, *sorted(model.networks[code]), at=at)
    elif what == "everywhere":
        set_network(channel=code, places=None, by=SYSTEM, at=at)
        model.networks.pop(code, None)
    else:
        do_on_the_shelf(model, deed, at)


def do_on_the_shelf(model: Model, deed: Deed, at: datetime) -> None:
    """Units are kept back, or kept for somebody."""
    what, store, sku, _code, units = deed
    if what == "safety":
        kept: dict[str, Any] = {
            "safety_stock": units,
            "reason": "plan",
            "by": SYSTEM,
            "at": at,
        }
        adjust_stock(store_code=store, sku_code=sku, **kept)
        model.safety[store, sku] = units
    elif model.units("", store, sku):
        one = wanted(1, store=store, sku=sku)
        held(one, reference=f"r-{at}", owner=f"cart:{at}", at=at)
        model.free[store, sku] -= 1


def explained(at: datetime) -> Figures:
    """What why says is free; its parts are all the units of the place."""
    found: Figures = {}
    for code in CHANNELS:
        for one in why_many(PLACES, SKUS, channel=code, at=at):
            units = {part.taken_by: 0 for part in one.parts}
            for part in one.parts:
                units[part.taken_by] += part.units
            assert sum(units.values()) == one.balance.total
            assert units.get("FREE", 0) == one.available
            found[code, one.store_code, one.sku_code] = one.available
    return found


def compare(expected: Figures, at: datetime) -> None:
    """Every path beside what is expected."""
    keys = dict(Store.objects.values_list("code", "id"))
    trading = [keys[A], keys[B], 0]
    for code in CHANNELS:
        own = {(store, sku): expected[code, store, sku] for store in PLACES for sku in SKUS}
        terms: dict[str, Any] = {"channel": code, "at": at}
        asked: dict[str, Any] = {"store_codes": PLACES, "sku_codes": SKUS, **terms}
        told = sellable_units(**asked)
        assert {pair: told.get(pair, 0) for pair in own} == own
        named = {pair: one.units for pair, one in sellable(**asked).items()}
        assert all(named[pair] == own[pair] for pair in own if pair[0] != CLOSED)
        for row in figures(SKUS, trading, **terms):
            assert row.units == [own[store, row.sku_code] for store in PLACES]
        for row in sums(SKUS, trading, **terms):
            assert row.total == sum(own[store, row.sku_code] for store in PLACES)
        for sku in SKUS:
            for one in availability(sku, where=Where(), **terms):
                assert one.available == own[one.place.code, sku]
    assert explained(at) == expected


def is_granted(code: str, demand: Demand, at: datetime) -> bool:
    """Whether the channel would be kept that many; nothing stays."""
    with transaction.atomic():
        try:
            hold_stock(
                demands=[demand],
                owner="cart:last",
                reference="last",
                ends_at=SOON,
                channel=code,
                by=SYSTEM,
                at=at,
            )
        except NotEnoughStock:
            return False
        finally:
            transaction.set_rollback(True)
    return True


class TestAllPaths(TestCase):
    """Whatever binds channels, in whatever order it came."""

    @hypothesis_settings(max_examples=6)
    @example(first=[LISTED], then=[EVERYWHERE])
    @drawn(first=st.lists(DEEDS, max_size=8), then=st.lists(DEEDS, max_size=5))
    def test_they_all_tell_the_same(self, first: list[Deed], then: list[Deed]) -> None:
        model = begun()
        moments = [NOON + number * MINUTE for number in range(1, 20)]
        for deed, at in zip(first, moments, strict=False):
            do(model, deed, at)
        at = NOON + 10 * MINUTE
        expected = model.figures()
        compare(expected, at)
        for (code, store, sku), units in expected.items():
            if store == A:
                assert not is_granted(code, Demand(store, sku, units + 1, "1"), at)
                assert not units or is_granted(code, Demand(store, sku, units, "1"), at)
        for deed, later in zip(then, moments[10:], strict=False):
            do(model, deed, later)
        assert explained(at) == expected
