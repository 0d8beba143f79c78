"""Model and database agree after every step of every history of kits and their parts."""

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)

from inventory.promises.operations import (
    Demand,
    Wish,
    allocate_stock,
    consume_promises,
    hold_first_come,
    release_promises,
    write_off_short,
)
from inventory.promises.queries import as_asked, live_promises
from inventory.selling.queries import sellable_units
from inventory.stock.models import StockLevel
from inventory.stock.operations import receive_stock, restock_return, sell_stock
from inventory.stock.queries import levels
from omniretail.kernel.actors import SYSTEM
from tests.factories.inventory import sku
from tests.invariants.playing import play
from tests.invariants.stock_model import StockModel
from tests.inventory.given import kit, place
from tests.lawbook import broken

LAWS = {"S1", "S2", "S3", "S4", "S8", "P1", "P3", "P5"}
PARTS = ("A", "B", "C")
KITS = ("K", "L")
HERE = "msk-1"
made_of = st.dictionaries(st.sampled_from(PARTS), st.integers(1, 3), min_size=1)
baskets = st.lists(
    st.tuples(st.sampled_from((*PARTS, *KITS)), st.integers(1, 3)), min_size=1, max_size=3
)
units = st.integers(1, 4)
pick = st.integers(0, 1_000)


@dataclass(frozen=True)
class Kept:
    """A live line as the model knows it."""

    sku: str
    units: int


class Kits(StockModel):
    """One place, three parts, two kits of them that often share some."""

    lines: dict[tuple[str, str], Kept]
    there: Counter[str]

    @initialize(k=made_of, other=made_of)
    def make_up(self, k: dict[str, int], other: dict[str, int]) -> None:
        place(HERE)
        for code in PARTS:
            sku(code)
        self.parts = {"K": k, "L": other} | {code: {code: 1} for code in PARTS}
        kit("K", k)
        kit("L", other)
        self.there, self.lines = Counter(), {}
        for code in PARTS:
            self.receive(code, 4)

    def taken(self, wanted: list[tuple[str, int]]) -> Counter[str]:
        """Units of each part that these lines want together."""
        found: Counter[str] = Counter()
        for code, number in wanted:
            for part, per_kit in self.parts[code].items():
                found[part] += per_kit * number
        return found

    def promised(self) -> Counter[str]:
        return self.taken([(kept.sku, kept.units) for kept in self.lines.values()])

    def fits(self, wanted: list[tuple[str, int]]) -> bool:
        free = self.there - self.promised()
        return all(free[part] >= number for part, number in self.taken(wanted).items())

    # ── what can happen ──────────────────────────────────────────────────────────

    @rule(code=st.sampled_from(PARTS), number=units)
    def receive(self, code: str, number: int) -> None:
        terms = {"reference": self.new_reference(), "by": SYSTEM, "at": self.at}
        receive_stock(store_code=HERE, lines=[(code, number)], **terms)  # type: ignore[arg-type]
        self.there[code] += number

    @rule(wanted=baskets)
    def allocate(self, wanted: list[tuple[str, int]]) -> None:
        reference = self.new_reference()
        demands = [
            Demand(HERE, code, number, str(line))
            for line, (code, number) in enumerate(wanted)
        ]
        if self.attempt(
            self.fits(wanted), allocate_stock, demands=demands, reference=reference
        ):
            for line, (code, number) in enumerate(wanted):
                self.lines[reference, str(line)] = Kept(code, number)

    @rule(wanted=baskets)
    def come_first(self, wanted: list[tuple[str, int]]) -> None:
        wishes = [
            Wish(self.new_reference(), f"shopper:{self.count}", HERE, code, number)
            for code, number in wanted
        ]
        answers = hold_first_come(
            wishes=wishes, ends_at=self.at.replace(year=2036), by=SYSTEM, at=self.at
        )
        for one, answer in zip(wishes, answers, strict=True):
            fits = self.fits([(one.sku_code, one.quantity)])
            assert answer.is_kept == fits
            if fits:
                self.lines[one.reference, "1"] = Kept(one.sku_code, one.quantity)

    @precondition(lambda self: self.lines)
    @rule(number=pick)
    def release(self, number: int) -> None:
        key = self.one(number)
        release_promises(reference=key[0], lines=[key[1]], by=SYSTEM, at=self.at)
        del self.lines[key]

    @precondition(lambda self: self.lines)
    @rule(number=pick, leaving=units)
    def hand_out(self, number: int, leaving: int) -> None:
        key = self.one(number)
        kept = self.lines[key]
        if self.attempt(
            leaving <= kept.units,
            consume_promises,
            reference=key[0],
            lines={key[1]: leaving},
        ):
            self.there -= self.taken([(kept.sku, leaving)])
            self.shrink(key, leaving)

    @precondition(lambda self: self.lines)
    @rule(number=pick, missing=units, which=pick)
    def miss(self, number: int, missing: int, which: int) -> None:
        key = self.one(number)
        kept = self.lines[key]
        parts = sorted(self.parts[kept.sku])
        part = parts[which % len(parts)]
        fail = -(-missing // self.parts[kept.sku][part])
        if self.attempt(
            fail <= kept.units,
            write_off_short,
            reference=key[0],
            line=key[1],
            quantity=missing,
            part=part,
        ):
            self.there[part] -= missing
            self.shrink(key, fail)

    @rule(wanted=baskets, as_fact=st.booleans())
    def ring_up(self, wanted: list[tuple[str, int]], as_fact: bool) -> None:
        fits, taken = self.fits(wanted), self.taken(wanted)
        free = self.there - self.promised()
        if self.attempt(
            fits or as_fact,
            sell_stock,
            store_code=HERE,
            lines=wanted,
            reference=self.new_reference(),
            as_fact=as_fact,
        ):
            for part, number in taken.items():
                self.there[part] -= min(number, free[part])

    @rule(wanted=baskets)
    def bring_back(self, wanted: list[tuple[str, int]]) -> None:
        restock_return(
            store_code=HERE,
            lines=[(code, number, "RESTOCK") for code, number in wanted],
            reference=self.new_reference(),
            by=SYSTEM,
            at=self.at,
        )
        self.there += self.taken(wanted)

    def one(self, number: int) -> tuple[str, str]:
        keys = sorted(self.lines)
        return keys[number % len(keys)]

    def shrink(self, key: tuple[str, str], by: int) -> None:
        kept = self.lines.pop(key)
        if kept.units > by:
            self.lines[key] = Kept(kept.sku, kept.units - by)

    # ── what must hold ───────────────────────────────────────────────────────────

    @invariant()
    def model_and_database_agree(self) -> None:
        promised = self.promised()
        rows = StockLevel.objects.values_list("sku__code", "on_hand", "reserved")
        assert {row[0]: row[1:] for row in rows} == {
            code: (self.there[code], promised[code]) for code in PARTS
        }
        for reference in {key[0] for key in self.lines}:
            told = as_asked(live_promises(reference))
            assert {one.line: Kept(one.sku_code, one.quantity) for one in told} == {
                line: kept for (ref, line), kept in self.lines.items() if ref == reference
            }

    @invariant()
    def a_kit_is_shown_as_its_parts_allow(self) -> None:
        free = self.there - self.promised()
        shown = sellable_units(
            channel="", store_codes=[HERE], sku_codes=[*PARTS, *KITS], at=self.at
        )
        views = levels(HERE, KITS)
        for code, parts in self.parts.items():
            whole = min(free[part] // per_kit for part, per_kit in parts.items())
            assert shown.get((HERE, code), 0) == whole
            if code in KITS:
                assert views[code].available == whole
                assert self.fits([(code, whole)]) or not whole
                assert not self.fits([(code, whole + 1)])

    @invariant()
    def no_law_is_broken(self) -> None:
        assert broken(only=LAWS) == set()


@pytest.mark.django_db
def test_every_history_of_kits_adds_up() -> None:
    play(Kits, games=12, steps=20)
