"""Ranked holds at the same moment: the loser of a race gets the next place."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models import F

from inventory.promises import ranked
from inventory.promises.operations import (
    NotEnoughStock,
    PromiseSlip,
    RankedDemand,
    hold_ranked,
    making,
    move_promises,
    ranking,
    writing_down,
)
from inventory.promises.ranked import RankedLine, RankedTerms, Taken, take_ranked
from inventory.selling.models import Kept
from inventory.stock.models import Shift, StockLevel
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.given import SOON, allocated, figures, stocked, wanted
from tests.lawbook import broken
from tests.races.barrier import run_together
from tests.races.unguarded import nothing_notices, written_after

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
A, B = "msk-1", "spb-1"
BUYERS = 12
LAWS = {"S1", "S2", "S3", "P1"}


def buy(number: int, *places: str, units: int = 1, **how: Any) -> list[PromiseSlip]:
    return hold_ranked(
        demands=[RankedDemand("S-1", units, "1", places or (A, B), **how)],
        owner=f"cart:{number}",
        reference=f"cart-{number}",
        ends_at=SOON,
        by=SYSTEM,
        at=NOON,
    )


def sorted_out(answers: Sequence[object]) -> tuple[int, list[Exception]]:
    refusals = [answer for answer in answers if isinstance(answer, Exception)]
    return len(answers) - len(refusals), refusals


def test_whoever_is_outrun_gets_the_next_place_instead_of_a_refusal() -> None:
    stocked(1, store=A)
    stocked(BUYERS - 1, store=B)
    granted, refusals = sorted_out(run_together([partial(buy, n) for n in range(BUYERS)]))
    assert (granted, refusals) == (BUYERS, [])
    assert (figures(A), figures(B)) == ((1, 1), (BUYERS - 1, BUYERS - 1))
    assert broken(only=LAWS) == set()


def test_exactly_what_there_is_is_granted() -> None:
    stocked(3, store=A)
    stocked(2, store=B)
    granted, refusals = sorted_out(run_together([partial(buy, n) for n in range(BUYERS)]))
    assert granted == 5
    assert all(isinstance(refusal, NotEnoughStock) for refusal in refusals)
    assert broken(only=LAWS) == set()


def test_two_carts_over_two_places_in_opposite_orders_do_not_block_each_other() -> None:
    stocked(BUYERS, store=A)
    stocked(BUYERS, store=B)

    def split(number: int) -> list[PromiseSlip]:
        places = (A, B) if number % 2 else (B, A)
        return buy(number, *places, units=2, may_split=True)

    granted, refusals = sorted_out(run_together([partial(split, n) for n in range(BUYERS)]))
    assert (granted, refusals) == (BUYERS, [])
    assert (figures(A), figures(B)) == ((BUYERS, BUYERS), (BUYERS, BUYERS))
    assert broken(only=LAWS) == set()


def test_a_buyer_who_presses_twice_over_opposite_places_holds_once() -> None:
    stocked(3, store=A)
    stocked(3, store=B)
    calls = [partial(buy, 1, *places) for places in ((A, B), (B, A))] * 4
    answers = run_together(calls)
    assert not [answer for answer in answers if isinstance(answer, OperationalError)]
    assert figures(A)[1] + figures(B)[1] == 1
    assert broken(only=LAWS) == set()


def test_a_promise_that_is_moved_and_a_hold_do_not_both_have_the_unit() -> None:
    stocked(1, store=A)
    stocked(1, store=B)
    allocated(wanted(1, store=A))
    move = partial(
        move_promises,
        reference="R-1",
        lines=["1"],
        demands=[wanted(1, store=B)],
        by=SYSTEM,
        at=NOON,
    )
    holds = [partial(buy, n, B, A) for n in range(4)]
    granted, refusals = sorted_out(run_together([move, *holds]))
    assert all(isinstance(refusal, NotEnoughStock) for refusal in refusals)
    assert figures(A)[1] + figures(B)[1] == 2
    assert granted in (1, 2)
    assert broken(only=LAWS) == set()


def test_with_the_guard_off_a_promise_moves_to_a_unit_that_is_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: levels that nobody locks, read before and written after."""

    def look_dawdle_and_promise(
        shifts: Sequence[Shift], *, channel: str | None, at: datetime
    ) -> dict[int, Kept]:
        (shift,) = shifts
        free = StockLevel.objects.get(pk=shift.level).available_to_promise
        assert len(run_together([partial(buy, 1, B)])) == free == 1
        level = StockLevel.objects.filter(pk=shift.level)
        level.update(reserved=F("reserved") + shift.reserved)
        return {shift.level: Kept(0, 0, 0, 0)}

    stocked(1, store=A)
    stocked(1, store=B)
    allocated(wanted(1, store=A))
    monkeypatch.setattr(making, "lock_levels", lambda keys: None)
    monkeypatch.setattr(writing_down, "keep_units", written_after(look_dawdle_and_promise))
    with nothing_notices():
        move_promises(
            reference="R-1",
            lines=["1"],
            demands=[wanted(1, store=B)],
            by=SYSTEM,
            at=NOON,
        )
        assert figures(B) == (1, 2)


def naive(lines: Sequence[RankedLine], terms: RankedTerms, *, is_locked: bool) -> Taken:
    """The same statement, but it believes its first glance."""
    del is_locked
    time.sleep(0.05)
    return take_ranked(lines, terms, is_locked=False)


@contextmanager
def nobody_looks_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The statement without its second look at the levels, and nothing in the database
    that would notice."""
    guard = f"{ranked._FREE} >= n.units"
    blind = ranked._TAKE.replace(guard, "pg_sleep(0.2) IS NOT NULL")
    assert blind != ranked._TAKE
    monkeypatch.setattr(ranked, "_TAKE", blind)
    monkeypatch.setattr(ranking, "take_ranked", naive)
    with nothing_notices():
        yield


@pytest.fixture
def guard_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with nobody_looks_again(monkeypatch):
        yield


@pytest.mark.usefixtures("guard_off")
def test_with_the_guard_off_the_first_place_is_oversold() -> None:
    stocked(1, store=A)
    stocked(BUYERS, store=B)
    run_together([partial(buy, n) for n in range(BUYERS)])
    on_hand, reserved = figures(A)
    assert reserved > on_hand
