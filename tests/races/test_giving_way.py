"""Promises that move while others hold, sell and pay: nothing is promised twice."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError

from inventory.promises.models import Promise
from inventory.promises.operations import (
    NotEnoughStock,
    PromiseSlip,
    RankedDemand,
    Room,
    confirm_holds,
    desk,
    hold_ranked,
    release_promises,
    replace_short,
    sell_over_promises,
)
from inventory.promises.operations import free_units_at as make_room
from inventory.promises.queries import live_promises
from inventory.stock.models import StockLevel
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.locking import Busy
from tests.clock import NOON
from tests.inventory.given import SOON, allocated, figures, stocked, wanted
from tests.lawbook import broken
from tests.races.barrier import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
A, B = "msk-1", "spb-1"
TIMES = 6
LAWS = {"S1", "S2", "S3", "S4", "P1", "P3"}


def kept(number: int, *places: str, units: int = 1) -> list[PromiseSlip]:
    return hold_ranked(
        demands=[RankedDemand("S-1", units, "1", places or (A, B))],
        owner=f"cart:{number}",
        reference=f"cart-{number}",
        ends_at=SOON,
        by=SYSTEM,
        at=NOON,
    )


def freed(units: int, store: str = A) -> Room:
    return make_room(store_code=store, wanted={"S-1": units}, by=SYSTEM, at=NOON)


def rung_up(number: int, store: str = A) -> Room:
    return sell_over_promises(
        store_code=store,
        lines=[("S-1", 1)],
        reference=f"T-{number}",
        by=SYSTEM,
        at=NOON,
    )


def errors(answers: list[Any]) -> list[Exception]:
    return [one for one in answers if isinstance(one, Exception)]


def test_a_till_and_holds_do_not_have_the_same_unit() -> None:
    stocked(TIMES, store=A)
    stocked(2, store=B)
    for number in range(TIMES):
        kept(number)
    calls: list[Callable[[], Any]] = [partial(rung_up, n) for n in range(TIMES)]
    calls += [partial(kept, 100 + n) for n in range(TIMES)]
    answers = run_together(calls)
    rooms: list[Any] = answers[:TIMES]
    assert all(isinstance(one, NotEnoughStock) for one in errors(answers))
    assert not errors(rooms)
    lacking = sum(slip.uncovered for slip in _slips())
    told = sum(one.units for room in rooms for one in room.uncovered)
    assert lacking == told
    assert broken(only=LAWS) == set()


def _slips() -> list[PromiseSlip]:
    references = Promise.objects.live().values_list("reference", flat=True).distinct()
    return [slip for reference in references for slip in live_promises(reference)]


def test_room_at_two_places_in_opposite_directions_blocks_nobody() -> None:
    stocked(2 * TIMES, store=A)
    stocked(2 * TIMES, store=B)
    for number in range(TIMES):
        kept(number, A, B)
        kept(100 + number, B, A)
    calls = [partial(freed, 1, store) for store in (A, B)] * TIMES
    assert errors(run_together(calls)) == []
    assert figures(A)[1] + figures(B)[1] == 2 * TIMES
    assert broken(only=LAWS) == set()


def test_a_hold_that_moves_is_still_found_by_whoever_waits_for_it() -> None:
    """The row itself moves: what waits for its lock finds it where it stands now."""
    stocked(2 * TIMES, store=A)
    stocked(2 * TIMES, store=B)
    for number in range(TIMES):
        kept(number)
        release = partial(release_promises, reference=f"cart-{number}", by=SYSTEM, at=NOON)
        calls: list[Callable[[], Any]] = [partial(freed, 1), release]
        _room, released = run_together(calls)
        assert released == 1
        kept(100 + number)
        confirm = partial(
            confirm_holds, reference=f"cart-{100 + number}", by=SYSTEM, at=NOON
        )
        calls = [partial(freed, 1), confirm]
        _room, slips = run_together(calls)
        assert not isinstance(slips, Exception)
        assert len(live_promises(f"cart-{100 + number}")) == 1
    assert broken(only=LAWS) == set()


def test_two_places_short_of_each_others_goods_block_nobody() -> None:
    stocked(4 * TIMES, store=A)
    stocked(4 * TIMES, store=B)
    for number in range(2 * TIMES):
        allocated(wanted(1, store=(A, B)[number % 2]), reference=f"R-{number}")

    def short(number: int) -> list[PromiseSlip]:
        other = (B, A)[number % 2]
        return replace_short(
            reference=f"R-{number}",
            line="1",
            quantity=1,
            demand=RankedDemand("S-1", 1, "1:x", (other,)),
            most_places=4,
            by=SYSTEM,
            at=NOON,
        )

    answers = run_together([partial(short, n) for n in range(2 * TIMES)])
    assert not [one for one in answers if isinstance(one, OperationalError)]
    assert all(answers)
    assert broken(only=LAWS) == set()


def sold_while_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> Room:
    """A till has looked who is promised what; before it has the level, the only unit
    there is promised."""
    stocked(1, store=A)
    take, asked = desk.locked_levels, list[Any]()

    def a_moment_too_late(keys: Any) -> dict[int, StockLevel]:
        if not asked:
            asked.extend(run_together([partial(kept, 1, A)]))
        return take(keys)

    monkeypatch.setattr(desk, "locked_levels", a_moment_too_late)
    room = rung_up(1)
    assert not errors(asked)
    return room


def test_what_is_promised_while_a_till_looks_around_is_told_to_lack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = sold_while_somebody_asks(monkeypatch)
    assert [(one.reference, one.units) for one in room.uncovered] == [("cart-1", 1)]
    assert [slip.uncovered for slip in live_promises("cart-1")] == [1]
    assert broken(only=LAWS) == set()


def test_without_looking_again_nobody_is_told_of_a_unit_that_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the promise counts on a unit that nobody has."""
    monkeypatch.setattr(desk.Desk, "has_all", lambda _desk: True)
    assert sold_while_somebody_asks(monkeypatch) == Room()
    assert (figures(A), _slips()[0].uncovered) == ((1, 1), 0)


def test_all_that_tills_sold_is_lacking_however_many_ask_meanwhile() -> None:
    stocked(TIMES, store=A)
    calls: list[Callable[[], Any]] = [partial(rung_up, n) for n in range(TIMES)]
    calls += [partial(kept, n, A) for n in range(TIMES)]
    refused = errors(run_together(calls))
    assert all(isinstance(one, NotEnoughStock) for one in refused)
    assert figures(A)[0] == sum(slip.uncovered for slip in _slips())
    assert broken(only=LAWS) == set()


def rush_for_the_last_units() -> list[Any]:
    """Room is made by moving to the very units that others hold meanwhile."""
    stocked(TIMES, store=A)
    stocked(TIMES, store=B)
    for number in range(TIMES):
        kept(number)
    calls: list[Callable[[], Any]] = [partial(freed, TIMES)]
    calls += [partial(kept, 100 + n, B) for n in range(TIMES)]
    return list(run_together(calls))


def test_the_last_units_elsewhere_go_to_one_of_both() -> None:
    answers = rush_for_the_last_units()
    assert not [one for one in answers if isinstance(one, Busy)]
    assert figures(B)[1] == TIMES
    assert broken(only=LAWS) == set()


def glance(keys: Any) -> dict[int, StockLevel]:
    """What the levels said a moment ago, and nobody keeps them still."""
    seen = StockLevel.objects.in_bulk(list(keys))
    time.sleep(0.5)
    return seen


def test_with_the_guard_off_they_are_taken_by_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desk, "locked_levels", glance)
    answers = rush_for_the_last_units()
    assert [one for one in answers if isinstance(one, Busy)]
