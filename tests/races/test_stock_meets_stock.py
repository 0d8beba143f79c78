"""Operations on the same units at the same moment: one of the legal orders happened."""

import io
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError

from inventory.feeds.operations import FeedReport, FeedTerms, import_csv
from inventory.promises.models import Promise
from inventory.promises.operations import (
    HoldEnded,
    PromiseNotFound,
    confirm_holds,
    consume_promises,
    expire_holds,
    release_promises,
)
from inventory.stock.models import StockMovement
from inventory.stock.operations import (
    AlreadyRecorded,
    BelowPromised,
    adjust_stock,
    receive_stock,
    sell_stock,
)
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import from_integrity
from omniretail.kernel.locking import LockableQuerySet
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.given import SOON, allocated, figures, held, place, stocked, wanted
from tests.lawbook import broken
from tests.races.barrier import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
TIMES = 6
LAWS = {"S1", "S2", "S3", "S4", "P1", "P3"}


def together(*calls: Callable[[], object]) -> list[object]:
    """What each caller was answered."""
    return list(run_together(calls))


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Promises are looked at without a lock, and acted upon some time later."""

    def look_and_dawdle(rows: LockableQuerySet[Any]) -> LockableQuerySet[Any]:
        found = rows.order_by("pk")
        list(found)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(LockableQuerySet, "locked", look_and_dawdle)


def test_a_hold_is_either_confirmed_or_expired() -> None:
    stocked(TIMES)
    for number in range(TIMES):
        reference = f"cart-{number}"
        held(wanted(1), reference=reference)
        confirmed, _expired = together(
            partial(confirm_holds, reference=reference, by=SYSTEM, at=SOON),
            partial(expire_holds, at=SOON),
        )
        status = Promise.objects.get(reference=reference).status
        assert status == ("EXPIRED" if isinstance(confirmed, HoldEnded) else "ALLOCATED")
    assert broken(only=LAWS) == set()


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_expiry_meets_the_payment_in_the_database() -> None:
    """The control: both think it is theirs; only the database stops the second."""
    stocked(1)
    held(wanted(1))
    answers = together(
        partial(confirm_holds, reference="cart-1", by=SYSTEM, at=SOON),
        partial(expire_holds, at=SOON),
    )
    assert [isinstance(answer, DatabaseError) for answer in answers].count(True) == 1


def test_a_promise_is_either_consumed_or_released() -> None:
    stocked(TIMES)
    for number in range(TIMES):
        reference = f"R-{number}"
        allocated(wanted(1), reference=reference)
        terms: dict[str, Any] = {"reference": reference, "by": SYSTEM, "at": NOON}
        consumed, _released = together(
            partial(consume_promises, lines={"1": 1}, **terms),
            partial(release_promises, **terms),
        )
        status = Promise.objects.get(reference=reference).status
        assert status == (
            "RELEASED" if isinstance(consumed, PromiseNotFound) else "CONSUMED"
        )
    assert broken(only=LAWS) == set()


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_a_promise_is_consumed_and_released() -> None:
    """The control: the loser is no longer told that there is nothing left to end."""
    stocked(1)
    allocated(wanted(1))
    terms: dict[str, Any] = {"reference": "R-1", "by": SYSTEM, "at": NOON}
    answers = together(
        partial(consume_promises, lines={"1": 1}, **terms),
        partial(release_promises, **terms),
    )
    assert [isinstance(answer, DatabaseError) for answer in answers].count(True) == 1


def test_the_same_promise_is_consumed_once() -> None:
    stocked(5)
    allocated(wanted(2))
    consume = partial(consume_promises, reference="R-1", lines={"1": 2}, by=SYSTEM, at=NOON)
    answers = run_together([consume] * TIMES)
    assert sum(answer is None for answer in answers) == 1
    assert figures() == (3, 0)
    assert broken(only=LAWS) == set()


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_only_the_ledger_keeps_it_from_leaving_twice() -> None:
    """The control: every caller finds the promise alive."""
    stocked(5)
    allocated(wanted(2))
    consume = partial(consume_promises, reference="R-1", lines={"1": 2}, by=SYSTEM, at=NOON)
    answers = run_together([consume] * TIMES)
    refused = [answer for answer in answers if answer is not None]
    assert {type(answer) for answer in refused} == {AlreadyRecorded}, answers


def test_a_level_is_not_corrected_below_a_promise_made_meanwhile() -> None:
    stocked(5)
    level: Any = {"store_code": "msk-1", "sku_code": "S-1", "on_hand": 2}
    correct = partial(adjust_stock, **level, reason="counted", by=SYSTEM, at=NOON)
    holds = [partial(held, wanted(1), reference=f"cart-{n}") for n in range(5)]
    answers = together(*holds, correct)
    on_hand, reserved = figures()
    assert reserved <= on_hand
    assert on_hand == (5 if isinstance(answers[-1], BelowPromised) else 2)
    assert broken(only=LAWS) == set()


def test_a_feed_and_holds_agree_on_what_is_there() -> None:
    stocked(10)

    def feed(units: int) -> FeedReport:
        text = f"store_code,sku_code,on_hand\nmsk-1,S-1,{units}\n"
        return import_csv(
            stream=io.BytesIO(text.encode()), terms=FeedTerms("stock"), by=SYSTEM, at=NOON
        )

    holds: list[Callable[[], object]] = [
        partial(held, wanted(1), reference=f"cart-{n}") for n in range(TIMES)
    ]
    answers = together(*holds, partial(feed, 3), partial(feed, 8))
    assert not [answer for answer in answers if isinstance(answer, OperationalError)]
    assert broken(only=LAWS) == set()


def test_a_level_opened_by_many_is_one_level() -> None:
    """Two receipts into a place that never had the SKU."""
    place()
    SkuFactory.create(code="S-1")

    def receive(number: int) -> None:
        lines = [("S-1", 1)]
        receive_stock(
            store_code="msk-1", lines=lines, reference=f"D-{number}", by=SYSTEM, at=NOON
        )

    assert run_together([partial(receive, n) for n in range(TIMES)]) == [None] * TIMES
    assert figures() == (TIMES, 0)


def test_one_receipt_sent_many_times_is_written_down_once() -> None:
    stocked(1)
    receive = partial(
        receive_stock,
        store_code="msk-1",
        lines=[("S-1", 5)],
        reference="D-1",
        by=SYSTEM,
        at=NOON,
    )
    answers = run_together([receive] * TIMES)
    for answer in answers:
        if isinstance(answer, IntegrityError):
            assert isinstance(from_integrity(answer), AlreadyRecorded)
        else:
            assert answer is None or isinstance(answer, AlreadyRecorded)
    assert sum(answer is None for answer in answers) == 1
    assert StockMovement.objects.filter(reference="D-1").count() == 1
    assert figures() == (6, 0)


def test_two_tills_that_sold_the_same_unit_are_both_believed() -> None:
    stocked(1)

    def ring_up(number: int) -> None:
        sell_stock(
            store_code="msk-1",
            lines=[("S-1", 1)],
            reference=f"T-{number}",
            by=SYSTEM,
            at=NOON,
            as_fact=True,
        )

    assert together(*[partial(ring_up, n) for n in range(TIMES)]) == [None] * TIMES
    assert figures() == (0, 0)
    assert broken(only=LAWS) == set()


def test_a_buyer_who_presses_twice_holds_once() -> None:
    stocked(3)
    answers = together(*[partial(held, wanted(1))] * TIMES)
    assert not [answer for answer in answers if isinstance(answer, OperationalError)]
    assert figures() == (3, 1)
    assert broken(only=LAWS) == set()
