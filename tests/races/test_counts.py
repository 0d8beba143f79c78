"""Counts approved while goods are sold and promised. With the as-of arithmetic off, or
the levels read before they are locked, the same goods are taken twice."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError

from inventory.counts.counting import AsOf
from inventory.counts.models import CountSession
from inventory.counts.operations import (
    ProposedAlready,
    approve_count,
    count_item,
    propose_counts,
    settling,
)
from inventory.counts.operations.entering import Entry
from inventory.counts.queries import levels_as_of
from inventory.stock.models import StockLevel
from inventory.stock.operations import sell_stock, trading
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import from_integrity
from omniretail.kernel.states import IllegalTransition
from tests.clock import NOON
from tests.inventory.counts.given import (
    BOSS,
    EVENING,
    LATER,
    LAWS,
    counted,
    line_of,
    opened,
    shelf,
)
from tests.inventory.given import figures, held, wanted
from tests.lawbook import broken
from tests.races.barrier import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
CALLERS = 6
AFTER = LATER + timedelta(minutes=5)
SOLD = 4


def together(calls: Sequence[Callable[[], object]]) -> list[object]:
    """What each caller was answered."""
    return list(run_together(calls))


def sell(till: int, **when: datetime) -> None:
    sale: dict[str, Any] = {"store_code": "msk-1", "lines": [("S-1", 1)], "at": AFTER}
    sell_stock(reference=f"T{till}", by=SYSTEM, **sale | when)


def approve(number: str) -> None:
    approve_count(number=number, by=BOSS, at=EVENING)


def sell_while_approving() -> list[object]:
    """Ten on paper, eight counted; four are sold while somebody approves that."""
    shelf(10)
    number = counted(8)
    calls: list[Callable[[], object]] = [partial(sell, till) for till in range(SOLD)]
    return together([*calls, partial(approve, number)])


def test_sales_during_an_approval_leave_what_is_there() -> None:
    assert sell_while_approving() == [None] * (SOLD + 1)
    assert figures() == (8 - SOLD, 0)
    assert broken(only=LAWS) == set()


def test_without_the_goods_since_sales_are_taken_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the level is set to what was counted, whatever was sold since."""

    def as_if_now(store: int, moments: Mapping[int, datetime]) -> dict[int, AsOf]:
        time.sleep(0.3)  # the approval comes last
        now = levels_as_of(store, moments)
        return {sku: AsOf(one.on_hand, one.reserved, 0) for sku, one in now.items()}

    shelf(10)
    number = counted(8)
    for till in range(2):
        sell(till)
    monkeypatch.setattr(settling, "levels_as_of", as_if_now)
    calls: list[Callable[[], object]] = [partial(sell, till) for till in range(2, SOLD)]
    together([*calls, partial(approve, number)])
    assert figures() != (8 - SOLD, 0)


def tell_while_approving() -> None:
    """Ten on paper, eight counted; while somebody approves that, tills tell of two that
    they had sold before."""
    shelf(10)
    number = counted(8)
    sold = {"at": EVENING, "observed_at": NOON}
    calls: list[Callable[[], object]] = [partial(sell, till, **sold) for till in range(2)]
    assert together([*calls, partial(approve, number)]) == [None] * 3


def test_sales_told_during_an_approval_were_missed_by_the_count() -> None:
    tell_while_approving()
    assert figures() == (8, 0)
    assert broken(only=LAWS) == set()


def test_without_the_lock_a_sale_is_missed_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: tills ask whether somebody has looked, and then take their time."""

    def glance(levels: Iterable[int], moment: datetime, *, at: datetime) -> set[int]:
        rows = StockLevel.objects.filter(pk__in=list(levels), looked_at__gt=moment)
        seen = set(rows.values_list("pk", flat=True))
        time.sleep(0.3)
        return seen

    monkeypatch.setattr(trading, "seen_since", glance)
    tell_while_approving()
    assert figures() != (8, 0)


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels are looked at without a lock, and acted upon some time later."""

    def look_and_dawdle(store: int, moments: Mapping[int, datetime]) -> dict[int, AsOf]:
        now = levels_as_of(store, moments)
        time.sleep(0.3)
        return now

    monkeypatch.setattr(settling, "levels_as_of", look_and_dawdle)
    monkeypatch.setattr(
        type(StockLevel.objects.all()), "locked", lambda rows: rows.order_by("pk")
    )


def short_and_held() -> tuple[int, int, int]:
    """Ten on paper, six counted; somebody holds six while that is approved. What is on
    hand and reserved, and what the count says is short."""
    shelf(10)
    number = counted(6)
    hold = partial(held, wanted(8), at=AFTER, ends_at=EVENING)
    together([hold, partial(approve, number)])
    return (*figures(), line_of(number).short)


def test_a_hold_during_an_approval_is_kept_and_told_or_refused() -> None:
    on_hand, reserved, short = short_and_held()
    assert (on_hand, reserved, short) in [(8, 8, 2), (6, 0, 0)]
    assert broken(only=LAWS) == set()


def test_without_the_lock_a_hold_breaks_the_approval(unlocked: None) -> None:
    """The control: the approval takes what was promised a moment before, and fails."""
    shelf(10)
    number = counted(6)

    def hold_a_little_later() -> None:
        time.sleep(0.1)
        held(wanted(8), at=AFTER, ends_at=EVENING)

    approved, _held = together([partial(approve, number), hold_a_little_later])
    assert isinstance(approved, Exception)


def test_a_count_is_approved_once() -> None:
    shelf(10)
    number = counted(8)
    answers = together([partial(approve, number)] * CALLERS)
    assert sum(answer is None for answer in answers) == 1
    assert all(
        answer is None or isinstance(answer, IllegalTransition) for answer in answers
    )
    assert figures() == (8, 0)
    assert broken(only=LAWS) == set()


def test_two_counts_of_a_shelf_approved_at_once_find_a_loss_once() -> None:
    shelf(10)
    older, newer = counted(8), counted(8, at=AFTER)
    answers = together([partial(approve, older), partial(approve, newer)])
    assert answers == [None, None]
    assert figures() == (8, 0)
    assert broken(only=LAWS) == set()


def test_scans_of_many_hands_are_all_counted() -> None:
    shelf(10)
    number = opened(zone="Window")
    scan = partial(count_item, number=number, entry=Entry("S-1"), by=SYSTEM, at=LATER)
    answers = together([scan] * CALLERS)
    assert not [answer for answer in answers if isinstance(answer, OperationalError)]
    assert line_of(number).counted == CALLERS
    assert broken(only=LAWS) == set()


def test_one_scan_sent_many_times_is_counted_once() -> None:
    shelf(10)
    number = opened(zone="Window")
    entry = Entry("S-1", key="scan-1")
    scan = partial(count_item, number=number, entry=entry, by=SYSTEM, at=LATER)
    together([scan] * CALLERS)
    assert line_of(number).counted == 1


def test_the_list_of_the_day_is_made_once() -> None:
    shelf(10)
    propose = partial(propose_counts, store_code="msk-1", by=SYSTEM, at=NOON)
    answers = together([propose] * CALLERS)
    made = [answer for answer in answers if isinstance(answer, str)]
    refused = [
        from_integrity(answer) if isinstance(answer, IntegrityError) else answer
        for answer in answers
        if not isinstance(answer, str)
    ]
    assert all(isinstance(answer, ProposedAlready) for answer in refused)
    assert len(made) == 1
    assert CountSession.objects.count() == 1
