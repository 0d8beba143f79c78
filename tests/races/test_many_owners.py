"""Holds for many owners at once, among single holds: nothing is oversold, no owner has more
than one may. With the guards off both happen."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

import pytest
from django.db import connection
from pytest_django import Settings

from inventory.promises.keeping import KEEP_FIRST_FUNCTION, KEEP_FUNCTION, TURN
from inventory.promises.models import Decision, Intent, Promise, PromiseQuerySet
from inventory.promises.operations import TooManyHolds, Wish, hold_first_come, making
from inventory.stock.models import StockLevel
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import Limits
from tests.clock import NOON
from tests.inventory.given import SOON, figures, held, stocked, wanted
from tests.lawbook import broken
from tests.races.barrier import run_together
from tests.races.unguarded import in_two_steps, replaced

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
CALLERS, EACH, UNITS = 6, 5, 12
DAWDLING = "BEGIN", "BEGIN PERFORM pg_sleep(0.1);"


def flash(caller: int) -> int:
    """One call for five owners; answers how many of them got a unit."""
    wishes = [
        Wish(f"f-{caller}-{place}", f"o-{caller}-{place}", "msk-1", "S-1", 1)
        for place in range(EACH)
    ]
    answers = hold_first_come(wishes=wishes, ends_at=SOON, by=SYSTEM, at=NOON)
    return sum(answer.is_kept for answer in answers)


def single(caller: int) -> int:
    held(wanted(1), reference=f"s-{caller}", owner=f"single-{caller}")
    return 1


def rush() -> int:
    """How many units were granted."""
    calls = [partial(flash, number) for number in range(CALLERS)]
    calls += [partial(single, number) for number in range(CALLERS)]
    answers = run_together(calls)
    return sum(answer for answer in answers if isinstance(answer, int))


def test_every_unit_is_granted_and_none_twice() -> None:
    stocked(UNITS)
    assert rush() == UNITS
    assert figures() == (UNITS, UNITS)
    assert broken(only={"S1", "S2", "S3", "P1"}) == set()


def naive_first_come(
    rows: PromiseQuerySet,
    intents: Sequence[Intent],
    *,
    channel: str | None,
    ends_at: datetime,
    at: datetime,
) -> list[Decision]:
    """Read what is free, decide, write: nothing keeps others out meanwhile."""
    level = StockLevel.objects.get(pk=intents[0].level)
    free = level.available_to_promise
    time.sleep(0.05)
    decisions = [Decision(place < free, free) for place, _ in enumerate(intents)]
    rows.bulk_create(
        Promise(
            store_id=level.store_id,
            sku_id=level.sku_id,
            quantity=1,
            status="HELD",
            owner=intent.owner,
            reference=intent.reference,
            line="1",
            ends_at=ends_at,
            created_at=at,
            spare=0,
        )
        for intent, decision in zip(intents, decisions, strict=True)
        if decision.is_kept
    )
    return decisions


def test_with_the_levels_not_taken_more_is_granted_than_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stocked(UNITS)
    monkeypatch.setattr(PromiseQuerySet, "first_come", naive_first_come)
    assert rush() > UNITS
    assert "S3" in broken(only={"S3"})


def hoard() -> tuple[int, int]:
    """One owner asks eight times at once; answers how many were kept and refused."""
    stocked(20)
    calls = [
        partial(held, wanted(1), reference=f"r-{number}", owner="ann")
        for number in range(8)
    ]
    answers = run_together(calls)
    refused = [answer for answer in answers if isinstance(answer, TooManyHolds)]
    return sum(isinstance(answer, list) for answer in answers), len(refused)


def test_an_owner_who_asks_eight_times_at_once_has_three(settings: Settings) -> None:
    settings.LIMITS = Limits(holds_per_owner=3)
    assert hoard() == (3, 5)


def test_without_taking_turns_an_owner_gets_more(settings: Settings) -> None:
    settings.LIMITS = Limits(holds_per_owner=3)
    with replaced(KEEP_FIRST_FUNCTION, TURN, ""), replaced(KEEP_FUNCTION, *DAWDLING):
        kept, _refused = hoard()
    assert kept > 3


def test_without_taking_turns_a_second_try_gets_more(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for those who hold something already and go the longer way."""
    settings.LIMITS = Limits(holds_per_owner=3)
    look = PromiseQuerySet.references_held

    def slow_look(
        rows: PromiseQuerySet, owner: str, *, or_under: str, at: datetime
    ) -> set[str]:
        seen = look(rows, owner, or_under=or_under, at=at)
        time.sleep(0.1)
        return seen

    def no_turns(_rows: PromiseQuerySet, _owners: Iterable[str]) -> None:
        connection.ensure_connection()

    monkeypatch.setattr(making, "first_hold", in_two_steps)
    monkeypatch.setattr(PromiseQuerySet, "references_held", slow_look)
    monkeypatch.setattr(PromiseQuerySet, "one_at_a_time", no_turns)
    kept, _refused = hoard()
    assert kept > 3
