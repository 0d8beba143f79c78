"""Everything that can happen to stock, mixed: kits, lots, serials, moved promises, tills,
transfers, purchases, promises of what is to come, counts, writes from outside and imports.
Model and database agree after every step."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)

from inventory.promises.operations import (
    RankedDemand,
    confirm_holds,
    consume_promises,
    expire_holds,
    free_units_at,
    hold_ranked,
    release_promises,
    replace_short,
    sell_over_promises,
    write_off_short,
)
from inventory.stock.operations import receive_stock, restock_return
from omniretail.kernel.codes import new_number
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.invariants.playing import play
from tests.invariants.shelf_moves import levels
from tests.invariants.stock_model import Level
from tests.invariants.supply_model import Lot
from tests.invariants.whole_model import (
    KIT,
    MADE_OF,
    PARTS,
    PLACES,
    SKUS,
    Line,
)
from tests.invariants.whole_names import CUSTOMER, NAMED, Names
from tests.invariants.whole_told import Told
from tests.inventory.given import kit, place
from tests.lawbook import broken

LIFE = timedelta(minutes=15)
LOTTED = "S-2"
LAWS = {"S1", "S2", "S3", "S4", "S5", "S5b", "S5c", "S6", "S6b", "S8", "C1", "C2", "O6"}
PROMISED = {"P1", "P3", "P5", "S10", "S10b", "S11", "S11b"}

units = st.integers(1, 3)
pick = st.integers(0, 1_000)
stores = st.sampled_from(PLACES)
goods = st.sampled_from((*SKUS, KIT))
rankings = st.permutations(PLACES).flatmap(
    lambda order: st.integers(1, len(PLACES)).map(lambda n: tuple(order[:n]))
)


class Whole(Told, Names):
    """Two places, two articles, a kit of both, and all that happens to them."""

    @initialize()
    def open_the_places(self) -> None:
        for code in PLACES:
            place(code)
        for code in SKUS:
            SkuFactory.create(
                code=code, keeps_lots=code == LOTTED, is_serialised=code == NAMED
            )
        kit(KIT, dict(PARTS))
        for store in PLACES:
            for sku in SKUS:
                self.receive((store, sku), 4 if sku == LOTTED else 1)
            for _delivery in "12":
                self.receive_named(store, 2, is_lost=False)
        self.know_the_supplier()
        for sku in SKUS:
            self.order((PLACES[0], sku), 4)
            self.promise_by_date((PLACES[0], sku), 2)

    def lot_of(self, sku: str, number: int) -> Lot | None:
        if sku != LOTTED:
            return None
        return f"L-{number % 3}", NOON.date() + timedelta(days=90 + number % 3)

    # ── goods come and go ────────────────────────────────────────────────────────

    @rule(level=levels, number=units)
    def receive(self, level: Level, number: int) -> None:
        lines = [(level[1], number)]
        self.attempt(
            True,
            receive_stock,
            store_code=level[0],
            lines=lines,
            reference=new_number("D"),
        )
        self.on_hand[level] = self.on_hand.get(level, 0) + number
        self.safety.setdefault(level, 0)

    @rule(store=stores, sku=goods, number=units, back=st.sampled_from(["ON_HAND", ""]))
    def take_back(self, store: str, sku: str, number: int, back: str) -> None:
        disposition = "RESTOCK" if back else "QUARANTINE"
        self.attempt(
            True,
            restock_return,
            store_code=store,
            lines=[(sku, number, disposition)],
            reference=new_number("B"),
        )
        for part, per_unit in MADE_OF[sku].items():
            if back:
                self.on_hand[store, part] += number * per_unit
            else:
                self.aside[(store, part), "QUARANTINE"] += number * per_unit

    @rule(store=stores, sku=goods, number=st.integers(1, 5), is_followed=st.booleans())
    def ring_up(self, store: str, sku: str, number: int, is_followed: bool) -> None:
        self.attempt(
            True,
            sell_over_promises,
            store_code=store,
            lines=[(sku, number)],
            reference=new_number("T"),
            followed={name for name, _line in self.lines} if is_followed else set(),
        )
        self.follow(self.told)
        for part, per_unit in MADE_OF[sku].items():
            found = max(0, number * per_unit - self.free((store, part)))
            self.on_hand[store, part] += found - number * per_unit

    # ── promises ─────────────────────────────────────────────────────────────────

    @rule(sku=goods, number=units, ranking=rankings, is_firm=st.booleans())
    def hold(self, sku: str, number: int, ranking: tuple[str, ...], is_firm: bool) -> None:
        first = next((one for one in ranking if self.has(one, sku) >= number), None)
        reference = self.new_reference()
        if self.attempt(
            first is not None,
            hold_ranked,
            demands=[RankedDemand(sku, number, "1", ranking)],
            owner=f"cart:{reference}",
            reference=reference,
            ends_at=self.at + LIFE,
        ):
            ends_at = self.at + LIFE - timedelta(seconds=1)
            line = Line(sku, number, str(first), ranking, ends_at)
            self.write_down(self.told, sku, line)
            if is_firm:
                self.attempt(True, confirm_holds, reference=reference)
                firm = Line(sku, number, str(first), ranking)
                self.write_down(self.told, sku, firm)

    @rule(store=stores, sku=st.sampled_from(SKUS), number=units, firm=st.booleans())
    def make_room(self, store: str, sku: str, number: int, firm: bool) -> None:
        self.attempt(
            True,
            free_units_at,
            store_code=store,
            wanted={sku: number},
            followed={name for name, _line in self.lines} if firm else set(),
        )
        self.follow(self.told)

    @precondition(lambda self: self.lines)
    @rule(number=pick)
    def release(self, number: int) -> None:
        reference, line = self.line_name(number)
        self.attempt(True, release_promises, reference=reference, lines=[line])
        self.forget((reference, line))

    @precondition(lambda self: self.lines)
    @rule(number=pick, count=units, is_scanned=st.booleans())
    def hand_out(self, number: int, count: int, is_scanned: bool) -> None:
        name = self.line_name(number)
        line = self.lines[name]
        should = count <= line.units
        wanted = count * MADE_OF[line.sku].get(NAMED, 0) if is_scanned and should else 0
        names = self.names_in(NAMED, (line.at, "ON_HAND"), wanted)
        if self.attempt(
            should,
            consume_promises,
            reference=name[0],
            lines={name[1]: count},
            serials={(name[1], NAMED): names} if names else {},
        ):
            self.name(names, CUSTOMER)
            self.replace_lacking(line, count)
            self.take(line.at, line.sku, count)
            self._shrink(name, count, line.lacking)

    @precondition(lambda self: self.lines)
    @rule(number=pick, count=units, part=st.sampled_from(SKUS))
    def miss(self, number: int, count: int, part: str) -> None:
        name = self.line_name(number)
        line = self.lines[name]
        part = part if line.sku == KIT else line.sku
        failed = -(-count // MADE_OF[line.sku][part])
        if self.attempt(
            failed <= line.units,
            write_off_short,
            reference=name[0],
            line=name[1],
            quantity=count,
            part=part if line.sku == KIT else "",
        ):
            self._write_off(name, part, count, failed)

    @precondition(lambda self: self.lines)
    @rule(number=pick, count=units)
    def keep_elsewhere(self, number: int, count: int) -> None:
        name = self.line_name(number)
        line = self.lines[name]
        if line.ends_at or line.sku == KIT:
            return
        (other,) = set(PLACES) - {line.at}
        serves = self.has(other, line.sku) >= count
        self.count += 1
        demand = RankedDemand(line.sku, count, f"again-{self.count}", (other,))
        if self.attempt(
            count <= line.units,
            replace_short,
            reference=name[0],
            line=name[1],
            quantity=count,
            demand=demand,
            most_places=2,
        ):
            self._write_off(name, line.sku, count, count)
            assert bool(self.told) == serves
            if serves:
                kept = Line(line.sku, count, other, (other,))
                self.write_down(self.told, line.sku, kept)

    def _write_off(self, name: tuple[str, str], part: str, count: int, failed: int) -> None:
        """Units of one part were not there; what the other parts lack is not either."""
        line = self.lines[name]
        rest: Counter[str] = Counter()
        for one, per_unit in MADE_OF[line.sku].items():
            gone = min(line.lacking[one], failed * per_unit)
            rest[one] = line.lacking[one] - gone
            self.on_hand[line.at, one] -= max(count, gone) if one == part else gone
        self._shrink(name, failed, rest)

    def _shrink(self, name: tuple[str, str], by: int, lacking: Counter[str]) -> None:
        line = self.lines.pop(name)
        if by < line.units:
            self.lines[name] = line.shrunk(by, lacking)

    @rule(minutes=st.integers(0, 20))
    def time_passes(self, minutes: int) -> None:
        self.minute += minutes
        self.attempt(True, _expire)
        for name, line in list(self.lines.items()):
            if line.ends_at and line.ends_at <= self.at:
                self.forget(name)

    # ── what must hold ───────────────────────────────────────────────────────────

    @invariant()
    def model_and_database_agree(self) -> None:
        self.levels_agree()
        self.promises_agree()
        self.names_agree()

    @invariant()
    def no_law_is_broken(self) -> None:
        assert broken(only=LAWS | PROMISED | {"S7"}) == set()


def _expire(*, by: object, at: object) -> object:
    del by
    return expire_holds(at=at)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_every_history_of_everything_adds_up() -> None:
    play(Whole, games=15, steps=30)
