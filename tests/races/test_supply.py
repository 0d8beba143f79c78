"""Goods on the move, wanted or counted by several at once. With the guards off, units
come twice or are promised twice."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

import pytest
from django.db import connection

from inventory.promises.operations import writing_down
from inventory.selling.models import Kept
from inventory.stock.models import Shift, StockLevel
from inventory.stock.operations import sell_stock
from inventory.supply.models import DatedPromise, IncomingLine, TransferLine
from inventory.supply.models.incoming import IncomingLineQuerySet, Taken
from inventory.supply.models.transfers import TransferLineQuerySet, TransferQuerySet
from inventory.supply.operations import (
    Counted,
    MoreThanSent,
    NotEnoughComing,
    NotEnoughStock,
    approve_transfer,
    dispatch_transfer,
)
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.given import figures
from tests.inventory.supply.given import (
    dated,
    line_of,
    ordered,
    requested,
    sent,
    take_in,
    two_places,
)
from tests.lawbook import broken
from tests.races.barrier import run_together
from tests.races.unguarded import nothing_notices, written_after

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
CALLERS = 8
LAWS = {"S1", "S2", "S3", "S4", "S5", "S5b", "S5c", "P3"}


def rush(calls: Sequence[Callable[[], object]]) -> tuple[int, list[Exception]]:
    """How many callers got what they wanted, and what the others were told."""
    answers = run_together(calls)
    refusals = [answer for answer in answers if isinstance(answer, Exception)]
    return len(answers) - len(refusals), refusals


def drop(table: str, constraint: str) -> str:
    """Take a CHECK away; answers its definition."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s",
            [constraint],
        )
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    return str(definition)


def restore(table: str, constraint: str, definition: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition}")


# ── a dispatch against a sale ────────────────────────────────────────────────────


def ring_up(till: int) -> None:
    sell_stock(
        store_code="msk-1", lines=[("S-1", 1)], reference=f"T{till}", by=SYSTEM, at=NOON
    )


def test_the_last_unit_is_sold_or_sent_and_not_both() -> None:
    two_places(1)
    number = requested(1)

    def send() -> None:
        approve_transfer(number=number, by=SYSTEM, at=NOON)
        dispatch_transfer(number=number, by=SYSTEM, at=NOON)

    granted, refusals = rush([send, *(partial(ring_up, till) for till in range(CALLERS))])
    assert granted == 1
    assert all(isinstance(refusal, NotEnoughStock) for refusal in refusals)
    assert figures() == (0, 0)
    assert broken(only=LAWS) == set()


def test_with_the_guard_off_the_last_unit_is_sold_and_kept_for_the_transfer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sold: list[object] = []

    def look_dawdle_and_promise(
        shifts: Sequence[Shift], *, channel: str | None, at: datetime
    ) -> dict[int, Kept]:
        (shift,) = shifts
        level = StockLevel.objects.get(pk=shift.level)
        sold.extend(run_together([partial(ring_up, 1)]))
        StockLevel.objects.filter(pk=level.pk).update(reserved=level.reserved + 1)
        return {level.pk: Kept(level.on_hand, level.reserved + 1, 0, 0)}

    two_places(1)
    number = requested(1)
    keep = written_after(look_dawdle_and_promise)
    monkeypatch.setattr(writing_down, "keep_units", keep)
    with nothing_notices():
        approve_transfer(number=number, by=SYSTEM, at=NOON)
        assert sold == [None]
        assert figures() == (0, 1)
        assert "S2" in broken(only={"S2"})


# ── one transfer on several tablets ──────────────────────────────────────────────


def test_a_transfer_is_received_once_on_however_many_tablets() -> None:
    two_places()
    number = sent(4)
    granted, refusals = rush(
        [partial(take_in, number, Counted("S-1", 4)) for _tablet in range(CALLERS)]
    )
    assert granted == 1
    assert all(isinstance(refusal, MoreThanSent) for refusal in refusals)
    assert figures(store="spb-1") == (4, 0)
    assert broken(only=LAWS) == set()


def test_the_same_reference_from_many_tablets_is_one_receipt() -> None:
    two_places()
    number = sent(4)
    take = partial(take_in, number, Counted("S-1", 2), reference="note-7")
    answers = run_together([take] * CALLERS)
    assert len(set(answers)) == 1
    assert line_of(number) == ("PARTLY_RECEIVED", 4, 2, 0, 2)


ROAD = ("inventory_transferline", "no_more_arrives_than_was_sent")


def unlocked(rows: TransferQuerySet) -> TransferQuerySet:
    """Look without locking, and take some time."""
    time.sleep(0.05)
    return rows


def naive_arrive(
    rows: TransferLineQuerySet, come: Sequence[tuple[int, int, int]]
) -> set[int]:
    """Read, decide, write: what the guard is there to prevent."""
    for key, received, _lost in come:
        line = rows.get(pk=key)
        time.sleep(0.05)
        rows.filter(pk=key).update(received=line.received + received)
    return {key for key, _received, _lost in come}


@pytest.fixture
def road_unguarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Transfers that nobody locks, and lines without their CHECK."""
    definition = drop(*ROAD)
    monkeypatch.setattr(TransferQuerySet, "locked", unlocked)
    monkeypatch.setattr(TransferLineQuerySet, "locked", unlocked)
    monkeypatch.setattr(TransferLineQuerySet, "arrive", naive_arrive)
    yield
    TransferLine.objects.update(received=0)
    restore(*ROAD, definition)


@pytest.mark.usefixtures("road_unguarded")
def test_with_the_guard_off_a_transfer_is_received_several_times() -> None:
    two_places()
    number = sent(4)
    granted, _refusals = rush(
        [partial(take_in, number, Counted("S-1", 4)) for _tablet in range(CALLERS)]
    )
    assert granted > 1
    assert "S5" in broken(only=LAWS)


# ── the last unit that is to come ────────────────────────────────────────────────


def test_the_last_unit_to_come_is_promised_once() -> None:
    ordered(1)
    granted, refusals = rush(
        [partial(dated, 1, f"R-{number}") for number in range(CALLERS)]
    )
    assert granted == 1
    assert all(isinstance(refusal, NotEnoughComing) for refusal in refusals)
    assert broken(only=LAWS) == set()


def test_every_unit_to_come_is_promised_and_none_twice() -> None:
    ordered(3)
    ordered(2)
    granted, refusals = rush(
        [partial(dated, 1, f"R-{number}") for number in range(CALLERS)]
    )
    assert (granted, len(refusals)) == (5, CALLERS - 5)
    assert broken(only=LAWS) == set()


CAP = ("inventory_incomingline", "no_more_is_promised_than_is_to_come")


def naive_take(
    rows: IncomingLineQuerySet, wanted: Sequence[tuple[int, int, int]], *, at: datetime
) -> list[Taken]:
    """Read, decide, write: what the guard is there to prevent."""
    ((store, sku, units),) = wanted
    row = rows.get(store=store, sku=sku)
    time.sleep(0.05)
    if row.units - row.promised < units:
        return []
    rows.filter(pk=row.pk).update(promised=row.promised + units)
    return [Taken(row.pk, store, sku, row.expected_at, units)]


@pytest.fixture
def cap_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is to come without its CHECK, promised by reading first."""
    definition = drop(*CAP)
    monkeypatch.setattr(IncomingLineQuerySet, "take", naive_take)
    yield
    DatedPromise.objects.all().delete()
    IncomingLine.objects.update(promised=0)
    restore(*CAP, definition)


@pytest.mark.usefixtures("cap_off")
def test_with_the_guard_off_the_last_unit_to_come_is_promised_several_times() -> None:
    ordered(1)
    granted, _refusals = rush(
        [partial(dated, 1, f"R-{number}") for number in range(CALLERS)]
    )
    assert granted > 1
    assert "S5b" in broken(only=LAWS)
