"""Model and database agree after every step of every history of stock."""

import io
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)

from inventory.feeds.operations import FeedTerms, import_csv
from inventory.promises.models import Promise
from inventory.promises.operations import (
    Demand,
    allocate_stock,
    confirm_holds,
    consume_promises,
    expire_holds,
    hold_stock,
    move_promises,
    release_promises,
    start_payment,
    write_off_short,
)
from inventory.stock.models import StockLevel
from inventory.stock.operations import (
    adjust_stock,
    receive_stock,
    restock_return,
    sell_stock,
)
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.codes import new_number
from tests.factories.inventory import SkuFactory
from tests.invariants.playing import play
from tests.invariants.shelf_moves import PLACES, SKUS, ShelfMoves, levels
from tests.invariants.stock_model import Kept, demands
from tests.inventory.given import place
from tests.lawbook import broken

LAWS = {"S1", "S2", "S3", "S4", "S6b", "P1", "P3", "P5"}
LIFE = timedelta(minutes=15)
BACK = ("RESTOCK", "QUARANTINE", "WRITE_OFF")

units = st.integers(1, 4)
wants = st.lists(st.tuples(levels, units), min_size=1, max_size=3)
pick = st.integers(0, 1_000)


class Stock(ShelfMoves):
    """Two places, two SKUs, and everything that can happen to them."""

    @initialize()
    def open_the_places(self) -> None:
        for code in PLACES:
            place(code)
        for code in SKUS:
            SkuFactory.create(code=code)
        for store in PLACES:
            for sku in SKUS:
                self.receive((store, sku), 3)

    # ── what can happen ──────────────────────────────────────────────────────────

    @rule(level=levels, number=units)
    def receive(self, level: tuple[str, str], number: int) -> None:
        store, sku = level
        lines = [(sku, number)]
        receive_stock(
            store_code=store, lines=lines, reference=new_number("D"), by=SYSTEM, at=self.at
        )
        self.on_hand[level] = self.on_hand.get(level, 0) + number
        self.safety.setdefault(level, 0)

    @rule(level=levels, number=units, as_fact=st.booleans())
    def sell(self, level: tuple[str, str], number: int, as_fact: bool) -> None:
        should = as_fact or number <= self.free(level)
        found = max(0, number - self.free(level)) if as_fact else 0
        if self.attempt(
            should,
            sell_stock,
            store_code=level[0],
            lines=[(level[1], number)],
            reference=new_number("T"),
            as_fact=as_fact,
        ):
            self.on_hand[level] += found - number

    @rule(level=levels, number=units, back=st.sampled_from(BACK))
    def take_back(self, level: tuple[str, str], number: int, back: str) -> None:
        lines = [(level[1], number, back)]
        self.attempt(
            True,
            restock_return,
            store_code=level[0],
            lines=lines,
            reference=new_number("B"),
        )
        self.on_hand[level] += number if back == "RESTOCK" else 0
        self.aside[level, "QUARANTINE"] += number if back == "QUARANTINE" else 0

    @rule(level=levels, number=st.integers(0, 6), safety=st.integers(0, 2))
    def correct(self, level: tuple[str, str], number: int, safety: int) -> None:
        should = number >= self.reserved(level)
        if self.attempt(
            should,
            adjust_stock,
            store_code=level[0],
            sku_code=level[1],
            on_hand=number,
            safety_stock=safety,
            reason="counted",
        ):
            self.on_hand[level], self.safety[level] = number, safety

    @rule(level=levels, number=st.integers(0, 6))
    def feed(self, level: tuple[str, str], number: int) -> None:
        text = f"store_code,sku_code,on_hand\n{level[0]},{level[1]},{number}\n"
        report = import_csv(
            stream=io.BytesIO(text.encode()),
            terms=FeedTerms("stock"),
            by=SYSTEM,
            at=self.at,
        )
        should = number >= self.reserved(level)
        assert report.rows_landed == int(should)
        if should:
            self.on_hand[level] = number

    @rule(wanted=wants)
    def hold(self, wanted: list[tuple[tuple[str, str], int]]) -> None:
        self._hold(self.new_reference(), wanted, {})

    @precondition(lambda self: any(k.ends_at for k in self.kept.values()))
    @rule(wanted=wants, number=pick)
    def hold_again(self, wanted: list[tuple[tuple[str, str], int]], number: int) -> None:
        held = sorted(key for key, kept in self.kept.items() if kept.ends_at is not None)
        reference = held[number % len(held)][0]
        own = {key: kept for key, kept in self.kept.items() if key[0] == reference}
        if any(kept.ends_at is None for kept in own.values()):
            return
        self._hold(reference, wanted, own)

    def _hold(
        self,
        reference: str,
        wanted: list[tuple[tuple[str, str], int]],
        own: dict[tuple[str, str], Kept],
    ) -> None:
        others = {key: kept for key, kept in self.kept.items() if key not in own}
        before, self.kept = self.kept, others
        should = self.can_promise(wanted) and not any(k.is_paying for k in own.values())
        done = self.attempt(
            should,
            hold_stock,
            demands=demands(wanted),
            owner="cart:1",
            reference=reference,
            ends_at=self.at + LIFE,
        )
        self.kept = (
            others | self._made(reference, wanted, self.minute + 15) if done else before
        )

    @rule(wanted=wants)
    def allocate(self, wanted: list[tuple[tuple[str, str], int]]) -> None:
        reference = self.new_reference()
        should = self.can_promise(wanted)
        asked = demands(wanted)
        if self.attempt(should, allocate_stock, demands=asked, reference=reference):
            self.kept |= self._made(reference, wanted, None)

    def _made(
        self, reference: str, wanted: list[tuple[tuple[str, str], int]], ends_at: int | None
    ) -> dict[tuple[str, str], Kept]:
        return {
            (reference, str(line)): Kept(level, number, ends_at)
            for line, (level, number) in enumerate(wanted)
        }

    @precondition(lambda self: self.kept)
    @rule(number=pick)
    def release(self, number: int) -> None:
        key = self.some(number)
        self.attempt(True, release_promises, reference=key[0], lines=[key[1]])
        del self.kept[key]

    @precondition(lambda self: self.kept)
    @rule(number=pick, count=units, was_found=st.booleans())
    def hand_out(self, number: int, count: int, was_found: bool) -> None:
        key = self.some(number)
        kept = self.kept[key]
        act = (
            partial(consume_promises, lines={key[1]: count})
            if was_found
            else partial(write_off_short, line=key[1], quantity=count)
        )
        act.__name__ = "hand_out"  # type: ignore[attr-defined]
        if self.attempt(count <= kept.units, act, reference=key[0]):
            self.on_hand[kept.level] -= count
            del self.kept[key]
            if count < kept.units:
                self.kept[key] = replace(kept, units=kept.units - count)

    @precondition(lambda self: self.kept)
    @rule(number=pick, level=levels)
    def move(self, number: int, level: tuple[str, str]) -> None:
        key = self.some(number)
        before = self.kept.pop(key)
        wanted = [(level, before.units)]
        should = self.can_promise(wanted)
        demands = [Demand(*level, before.units, key[1])]
        done = self.attempt(
            should, move_promises, reference=key[0], lines=[key[1]], demands=demands
        )
        self.kept[key] = Kept(level, before.units, None) if done else before

    @precondition(lambda self: self.kept)
    @rule(number=pick, is_firm=st.booleans())
    def pay(self, number: int, is_firm: bool) -> None:
        reference = self.some(number)[0]
        held = {
            key: kept
            for key, kept in self.kept.items()
            if key[0] == reference and kept.ends_at is not None
        }
        act = confirm_holds if is_firm else start_payment
        if self.attempt(bool(held), act, reference=reference):
            for key, kept in held.items():
                self.kept[key] = (
                    replace(kept, ends_at=None, is_paying=False)
                    if is_firm
                    else replace(kept, is_paying=True)
                )

    @rule(minutes=st.integers(0, 20))
    def time_passes(self, minutes: int) -> None:
        self.minute += minutes
        expire_holds(at=self.at)
        self.kept = {
            key: kept
            for key, kept in self.kept.items()
            if kept.ends_at is None or kept.is_paying or kept.ends_at > self.minute
        }

    # ── what must hold ───────────────────────────────────────────────────────────

    @invariant()
    def model_and_database_agree(self) -> None:
        rows = StockLevel.objects.values_list(
            "store__code", "sku__code", "on_hand", "reserved", "safety_stock"
        )
        assert {(row[0], row[1]): row[2:] for row in rows} == {
            level: (self.on_hand[level], self.reserved(level), self.safety[level])
            for level in self.on_hand
        }
        assert self.lies_aside() == {key: n for key, n in self.aside.items() if n}
        live = Promise.objects.live().values_list("reference", "line", "quantity")
        assert {row[:2]: row[2] for row in live} == {
            key: kept.units for key, kept in self.kept.items()
        }

    @invariant()
    def no_law_is_broken(self) -> None:
        assert broken(only=LAWS) == set()


@pytest.mark.django_db
def test_every_history_of_stock_adds_up() -> None:
    play(Stock, games=12, steps=20)
