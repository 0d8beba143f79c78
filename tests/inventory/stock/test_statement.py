"""A statement shows every movement with what lay where right after it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.stock.models import SHELVES, Bucket, StockLevel, StockMovement
from inventory.stock.operations import adjust_stock, receive_stock
from inventory.stock.queries import (
    Balance,
    StatementLine,
    balance,
    daily_balances,
    safety_stock,
    statement,
)
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.factories.stores import StoreFactory
from tests.inventory.given import lying, moved, stocked

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def lines(until: datetime | None = None) -> list[StatementLine]:
    return statement("msk-1", "S-1", until=until).lines


def test_each_movement_stands_with_its_balance_the_newest_first() -> None:
    stocked(5)
    moved(2, "ON_HAND>DISPLAY", at=NOON + MINUTE)
    moved(1, "DISPLAY>DAMAGED", at=NOON + 2 * MINUTE)
    assert [(one.kind, one.balance) for one in lines()] == [
        ("MOVE", Balance(on_hand=3, display=1, damaged=1)),
        ("MOVE", Balance(on_hand=3, display=2)),
        ("RECEIPT", Balance(on_hand=5)),
    ]


def test_a_statement_as_of_then_ends_then() -> None:
    stocked(5)
    moved(2, "ON_HAND>DISPLAY", at=NOON + MINUTE)
    assert [one.balance for one in lines(until=NOON)] == [Balance(on_hand=5)]
    assert balance("msk-1", "S-1", at=NOON) == Balance(on_hand=5)
    assert balance("msk-1", "S-1", at=NOON - MINUTE) == Balance()
    assert balance("msk-1", "S-1") == Balance(on_hand=3, display=2)


def test_what_was_seen_earlier_stands_earlier_however_late_it_is_told() -> None:
    stocked(5)
    moved(1, "ON_HAND>DAMAGED", at=NOON + 9 * MINUTE)
    moved(2, "ON_HAND>DISPLAY", at=NOON + 10 * MINUTE, observed_at=NOON + MINUTE)
    assert [one.balance for one in lines()] == [
        Balance(on_hand=2, display=2, damaged=1),
        Balance(on_hand=3, display=2),
        Balance(on_hand=5),
    ]


def test_pages_of_a_statement_meet_without_gap_or_overlap() -> None:
    stocked(9)
    for _number in range(6):
        moved(1, "ON_HAND>DISPLAY")
    whole = lines()
    page, position = [], None
    while True:
        part = statement("msk-1", "S-1", after=position, limit=2)
        page += part.lines
        position = part.next
        if position is None:
            break
    assert page == whole
    assert len(whole) == 7


BUCKETS = st.sampled_from(Bucket.values)
MOVES = st.lists(
    st.tuples(BUCKETS, BUCKETS, st.integers(1, 9), st.integers(0, 5)).filter(
        lambda one: one[0] != one[1]
    ),
    max_size=12,
)


@given(moves=MOVES, until=st.integers(-1, 6))
@settings(max_examples=30, suppress_health_check=list(HealthCheck), database=None)
def test_the_balance_of_then_is_the_replay_until_then(
    moves: list[tuple[str, str, int, int]], until: int
) -> None:
    """Whatever was written down, in whichever order it was told."""
    sku, store = SkuFactory.create(), StoreFactory()
    StockLevel.objects.open([(store.pk, sku.pk)])
    StockMovement.objects.bulk_create(
        StockMovement(
            store_id=store.pk,
            sku=sku,
            quantity=units,
            source=source,
            target=target,
            kind="FEED",
            reference=f"R-{number}",
            actor_kind="system",
            actor_key="system",
            at=NOON + minute * MINUTE,
        )
        for number, (source, target, units, minute) in enumerate(moves)
    )
    moment = NOON + until * MINUTE
    lain = dict.fromkeys(SHELVES.values(), 0)
    replay = []
    for source, target, units, minute in sorted(moves, key=lambda one: one[3]):
        if minute > until:
            continue
        for bucket, sign in ((source, -1), (target, 1)):
            if bucket in SHELVES:
                lain[SHELVES[bucket]] += sign * units
        replay.append(Balance(**lain))
    told = statement(store.code, sku.code, until=moment)
    assert [one.balance for one in reversed(told.lines)] == replay
    assert balance(store.code, sku.code, at=moment) == Balance(**lain)


def test_a_day_of_the_chart_ends_when_the_shop_s_day_ends() -> None:
    stocked(1)
    zone = ZoneInfo("Asia/Vladivostok")
    for hours, units in ((0, 10), (13, 4)):
        receive_stock(
            store_code="msk-1",
            lines=[("S-1", units)],
            reference=f"D-{hours}",
            by=SYSTEM,
            at=datetime(2026, 3, 1, 2, tzinfo=UTC) + timedelta(hours=hours),
        )
    days = daily_balances("msk-1", "S-1", today=date(2026, 3, 3), zone=zone, days=4)
    assert [(one.day.day, one.on_hand) for one in days] == [
        (28, 0),
        (1, 10),
        (2, 14),
        (3, 14),
    ]


def test_the_chart_ends_with_what_lies_there_now() -> None:
    stocked(5)
    moved(2, "ON_HAND>DISPLAY")
    moved(1, "DISPLAY>DAMAGED")
    days = daily_balances("msk-1", "S-1", today=NOON.date(), zone=ZoneInfo("UTC"))
    assert (len(days), days[-1].on_hand, days[-1].set_aside) == (60, 3, 2)
    assert sum(lying().values()) == 5


def test_safety_stock_is_remembered_as_it_was() -> None:
    stocked(5)
    for minute, units in ((1, 2), (3, 4), (4, 4), (5, 0)):
        adjust_stock(
            store_code="msk-1",
            sku_code="S-1",
            reason="plan",
            safety_stock=units,
            by=SYSTEM,
            at=NOON + minute * MINUTE,
        )
    moments = [NOON + minute * MINUTE for minute in range(7)]
    kept = [safety_stock("msk-1", "S-1", at=moment) for moment in moments]
    assert kept == [0, 2, 2, 4, 4, 0, 0]
