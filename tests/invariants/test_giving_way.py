"""Promises that move, and sales of what is promised: model and database agree."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)

from inventory.promises.models import Promise
from inventory.promises.operations import (
    RankedDemand,
    confirm_holds,
    consume_promises,
    free_units_at,
    hold_ranked,
    pick_promises,
    release_promises,
    sell_over_promises,
    write_off_short,
)
from inventory.promises.queries import live_promises
from inventory.promises.weakness import GivingWay, Standing, give_way
from inventory.stock.models import StockLevel
from inventory.stock.operations import receive_stock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.codes import new_number
from tests.factories.inventory import SkuFactory
from tests.invariants.playing import play
from tests.invariants.stock_model import StockModel
from tests.inventory.given import place
from tests.lawbook import broken

LAWS = {"S1", "S2", "S3", "S4", "O6", "P1", "P3", "P5"}
PLACES = ("msk-1", "msk-2", "spb-1")
LIFE = timedelta(minutes=15)

places = st.sampled_from(PLACES)
rankings = st.permutations(PLACES).flatmap(
    lambda order: st.integers(1, 3).map(lambda n: tuple(order[:n]))
)
units = st.integers(1, 3)
pick = st.integers(0, 1_000)


@dataclass(frozen=True)
class Mine:
    """A live promise as the model knows it; the number says how old it is."""

    number: int
    at: str
    units: int
    places: tuple[str, ...]
    is_firm: bool = False
    is_picked: bool = False
    lacking: int = 0

    def standing(self, *, followed: bool) -> Standing:
        ranking = tuple(PLACES.index(one) for one in self.places)
        return Standing(
            key=self.number,
            sku=0,
            units=self.units,
            lacking=self.lacking,
            is_firm=self.is_firm,
            places=ranking if len(ranking) > 1 else (),
            may_move=len(ranking) > 1 and (not self.is_firm or followed),
        )


class Giving(StockModel):
    """Three places, one SKU; what stands somewhere may have to give way."""

    def __init__(self) -> None:
        super().__init__()
        self.mine: dict[int, Mine] = {}
        self.there: dict[str, int] = {}

    @initialize()
    def open_the_places(self) -> None:
        SkuFactory.create(code="S-1")
        for code in PLACES:
            place(code)
            self.there[code] = 0
            self.receive(code, 2)

    def open_units(self, store: str) -> int:
        kept = sum(one.units for one in self.mine.values() if one.at == store)
        return self.there[store] - kept

    @rule(store=places, number=units)
    def receive(self, store: str, number: int) -> None:
        lines = [("S-1", number)]
        reference = new_number("D")
        receive_stock(
            store_code=store, lines=lines, reference=reference, by=SYSTEM, at=self.at
        )
        self.there[store] += number

    @rule(number=units, ranking=rankings)
    def hold(self, number: int, ranking: tuple[str, ...]) -> None:
        self.count += 1
        first = next((one for one in ranking if self.open_units(one) >= number), None)
        if self.attempt(
            first is not None,
            hold_ranked,
            demands=[RankedDemand("S-1", number, "1", ranking)],
            owner=f"o-{self.count}",
            reference=f"ref-{self.count}",
            ends_at=self.at + LIFE,
        ):
            self.mine[self.count] = Mine(self.count, str(first), number, ranking)

    @precondition(lambda self: self.mine)
    @rule(number=pick, is_picked=st.booleans())
    def make_firm(self, number: int, is_picked: bool) -> None:
        one = self._some(number)
        reference = f"ref-{one.number}"
        if not one.is_firm:
            self.attempt(True, confirm_holds, reference=reference)
        if is_picked:
            names = [slip.line for slip in live_promises(reference)]
            self.attempt(True, pick_promises, reference=reference, lines=names)
        self.mine[one.number] = replace(
            one, is_firm=True, is_picked=one.is_picked or is_picked
        )

    @rule(store=places, number=units, is_followed=st.booleans())
    def make_room(self, store: str, number: int, is_followed: bool) -> None:
        way = self._way(store, number, is_followed, may_lack=False)
        followed = {f"ref-{key}" for key in self.mine} if is_followed else set()
        self.attempt(
            True,
            free_units_at,
            store_code=store,
            wanted={"S-1": number},
            followed=followed,
        )
        self._follow(way)

    @rule(store=places, number=st.integers(1, 5), is_followed=st.booleans())
    def ring_up(self, store: str, number: int, is_followed: bool) -> None:
        missing = number - self.open_units(store)
        way = self._way(store, missing, is_followed, may_lack=True)
        self.attempt(
            True,
            sell_over_promises,
            store_code=store,
            lines=[("S-1", number)],
            reference=new_number("T"),
            followed={f"ref-{key}" for key in self.mine} if is_followed else set(),
        )
        self._follow(way)
        found = max(0, number - self.open_units(store))
        self.there[store] += found - number

    def _way(self, store: str, number: int, followed: bool, *, may_lack: bool) -> GivingWay:
        here = [
            one.standing(followed=followed)
            for one in self.mine.values()
            if one.at == store and not one.is_picked
        ]
        free = {
            (PLACES.index(other), 0): self.open_units(other)
            for other in PLACES
            if other != store
        }
        return give_way(here, {0: number}, free, may_lack=may_lack)

    def _follow(self, way: GivingWay) -> None:
        for key, target in way.moves.items():
            self.mine[key] = replace(self.mine[key], at=PLACES[target])
        for key, lacking in way.lacking.items():
            one = self.mine[key]
            self.mine[key] = replace(one, lacking=one.lacking + lacking)

    @precondition(lambda self: self.mine)
    @rule(number=pick)
    def give_back(self, number: int) -> None:
        one = self._some(number)
        self.attempt(True, release_promises, reference=f"ref-{one.number}")
        self.there[one.at] -= one.lacking
        del self.mine[one.number]

    @precondition(lambda self: self.mine)
    @rule(number=pick, count=units, was_found=st.booleans())
    def hand_out(self, number: int, count: int, was_found: bool) -> None:
        one = self._some(number)
        if count > one.units:
            return
        lacked = max(0, one.lacking - (one.units - count)) if was_found else 0
        replaced = min(lacked, self.open_units(one.at))
        (slip,) = live_promises(f"ref-{one.number}")
        terms: dict[str, Any] = {"reference": slip.reference, "by": SYSTEM, "at": self.at}
        if was_found:
            consume_promises(lines={slip.line: count}, **terms)
        else:
            write_off_short(line=slip.line, quantity=count, **terms)
        self.there[one.at] -= count + replaced
        del self.mine[one.number]
        if count < one.units:
            lacking = one.lacking if was_found else max(0, one.lacking - count)
            left = one.units - count
            self.mine[one.number] = replace(one, units=left, lacking=min(left, lacking))
            self._rename(one.number)

    def _rename(self, number: int) -> None:
        """The rest is a younger promise: its row is new."""
        self.count += 1
        self.mine[self.count] = replace(self.mine.pop(number), number=self.count)
        rows = Promise.objects.live().filter(reference=f"ref-{number}")
        rows.update(reference=f"ref-{self.count}", owner=f"o-{self.count}")

    def _some(self, number: int) -> Mine:
        keys = sorted(self.mine)
        return self.mine[keys[number % len(keys)]]

    @invariant()
    def model_and_database_agree(self) -> None:
        rows = Promise.objects.live().values_list(
            "reference", "store__code", "quantity", "uncovered"
        )
        assert {row[0]: row[1:] for row in rows} == {
            f"ref-{key}": (one.at, one.units, one.lacking) for key, one in self.mine.items()
        }
        levels = StockLevel.objects.values_list("store__code", "on_hand", "reserved")
        assert {row[0]: row[1:] for row in levels} == {
            store: (there, there - self.open_units(store))
            for store, there in self.there.items()
        }

    @invariant()
    def no_law_is_broken(self) -> None:
        assert broken(only=LAWS) == set()


@pytest.mark.django_db
def test_every_history_of_giving_way_adds_up() -> None:
    play(Giving, games=15, steps=20)
