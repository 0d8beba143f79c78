"""Every change of the stock can be followed, in order and without gaps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.test.utils import CaptureQueriesContext

from inventory.availability.cursors import Cursor
from inventory.availability.operations import forget_changes
from inventory.availability.queries import changes_after
from inventory.promises.operations import release_promises
from inventory.stock.models import LevelChange, StockLevel
from inventory.stock.operations import adjust_stock
from omniretail.kernel.actors import SYSTEM
from tests.callers import Answer, as_client
from tests.clock import NOON
from tests.inventory.availability.following import (
    ADDRESS,
    Follower,
    changes,
    lines,
    page_of,
    truth,
)
from tests.inventory.given import allocated, held, moved, place, stocked, wanted
from tests.inventory.selling.given import network
from tests.lawbook import broken

pytestmark = pytest.mark.django_db(transaction=True)


def told(**asked: Any) -> list[tuple[str, str, int, int]]:
    """Place, SKU, on hand and available of each change."""
    return [
        (row["store"], row["sku"], row["on_hand"], row["available"])
        for row in changes(**asked)["items"]
    ]


def test_each_change_is_told_once_in_its_order() -> None:
    stocked(5)
    held(wanted(2))
    stocked(3, sku="S-2")
    release_promises(reference="cart-1", by=SYSTEM, at=NOON)
    moved(1, "ON_HAND>DAMAGED")
    moved(1, "DAMAGED>QUARANTINE")  # nothing that can be sold
    assert told() == [
        ("msk-1", "S-1", 5, 5),
        ("msk-1", "S-1", 5, 3),
        ("msk-1", "S-2", 3, 3),
        ("msk-1", "S-1", 5, 5),
        ("msk-1", "S-1", 4, 4),
    ]
    assert broken(only={"S7"}) == set()


def test_safety_stock_is_told_and_never_makes_less_than_nothing() -> None:
    stocked(2)
    adjust_stock(
        store_code="msk-1", sku_code="S-1", safety_stock=5, reason="", by=SYSTEM, at=NOON
    )
    assert told()[-1] == ("msk-1", "S-1", 2, 0)


def test_a_level_opened_with_nothing_in_it_is_no_change() -> None:
    stocked(1)
    page = changes()
    level = StockLevel.objects.get()
    assert [row["version"] for row in page["items"]] == [level.version]
    assert page["next"] == f"{level.changed_in}.{level.version}"


def test_a_level_that_begins_with_units_is_told() -> None:
    place()
    _store, sku = stocked(1)
    place("msk-2")
    StockLevel.objects.bulk_create(
        [
            StockLevel(
                store_id=_key("msk-2"),
                sku_id=StockLevel.objects.get(sku__code=sku).sku_id,
                on_hand=7,
            )
        ]
    )
    assert told()[-1] == ("msk-2", "S-1", 7, 7)
    assert broken(only={"S7"}) == set()


def _key(store: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM stores_store WHERE code = %s", [store])
        return int(cursor.fetchone()[0])


def test_a_row_saved_whole_from_an_old_copy_keeps_its_last_change() -> None:
    stocked(1)
    old = StockLevel.objects.get()
    StockLevel.objects.update(on_hand=2)
    old.on_hand, old.version, old.changed_in = 2, 0, 0
    old.save()
    assert broken(only={"S7"}) == set()


def test_pages_lead_on_and_can_be_read_again() -> None:
    for _number in range(5):
        stocked(1)
    whole = changes()["items"]
    cursor, read = "0.0", []
    for _page in range(3):
        page = changes(after=cursor, limit=2)
        assert page == changes(after=cursor, limit=2) | {"as_of": page["as_of"]}
        cursor = page["next"]
        read += page["items"]
    assert (read, page["is_all"]) == (whole, True)
    after = changes(after=cursor)
    assert (after["items"], after["next"], after["is_all"]) == ([], cursor, True)
    stocked(1)
    assert len(changes(after=cursor)["items"]) == 1


def test_a_page_that_is_just_full_does_not_say_that_it_is_all() -> None:
    stocked(1)
    page = changes(limit=1)
    assert page["is_all"] is False
    assert changes(after=page["next"], limit=1)["is_all"] is True


def test_the_answer_says_up_to_when_it_knows() -> None:
    stocked(1)
    before = datetime.now(tz=UTC)
    as_of = datetime.fromisoformat(changes()["as_of"])
    assert before - timedelta(seconds=1) < as_of < datetime.now(tz=UTC)


def test_few_places_or_skus_can_be_followed() -> None:
    stocked(1)
    stocked(2, sku="S-2")
    stocked(3, store="msk-2")
    assert told(store="msk-2") == [("msk-2", "S-1", 3, 3)]
    assert told(sku=["S-1", "none"]) == [("msk-1", "S-1", 1, 1), ("msk-2", "S-1", 3, 3)]
    assert told(store="msk-2", sku="S-2") == []


def test_a_channel_follows_the_places_it_sells_from() -> None:
    stocked(1)
    stocked(3, store="msk-2")
    assert len(told(channel="site")) == 2
    network("SITE", "msk-2")
    assert told(channel="site") == [("msk-2", "S-1", 3, 3)]
    assert [row["store"] for row in lines(channel="SITE")[1:-1]] == ["msk-2"]
    assert told(channel="site", store="msk-1") == []
    answer = as_client("stock:read").get(ADDRESS, {"channel": "app"})
    assert answer.status_code == 403


def test_the_cursor_goes_on_where_nothing_was_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page looks through so many changes at most, whatever it finds."""
    for _number in range(6):
        stocked(1)
    stocked(1, store="msk-2")
    _look_through(monkeypatch, 2)
    cursor, pages = "0.0", 0
    page: dict[str, Any] = {"items": [], "is_all": False}
    while not page["items"]:
        page = changes(after=cursor, store="msk-2", limit=1)
        cursor, pages = page["next"], pages + 1
    assert (pages, page["items"][0]["store"]) == (4, "msk-2")


def _look_through(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(
        settings, "LIMITS", replace(settings.LIMITS, changes_looked_through=most)
    )


def test_old_changes_are_forgotten_but_never_the_last_of_a_level() -> None:
    for _number in range(4):
        stocked(1)
        stocked(1, sku="S-2")
    allocated(wanted(1))
    assert forget_changes(before=datetime.now(tz=UTC) - timedelta(days=1)) == 0
    assert forget_changes(before=datetime.now(tz=UTC) + timedelta(days=1), batch=2) == 7
    assert told() == [("msk-1", "S-2", 4, 4), ("msk-1", "S-1", 4, 3)]
    newcomer = Follower()
    newcomer.follow()
    assert newcomer.figures() == truth()
    assert broken(only={"S7"}) == set()


def test_a_snapshot_leads_on_to_its_changes() -> None:
    stocked(5)
    stocked(2, sku="S-2")
    follower = Follower()
    follower.begin()
    assert follower.figures() == truth()
    held(wanted(4))
    stocked(1, store="msk-2")
    assert follower.figures() != truth()
    follower.follow()
    assert follower.figures() == truth()
    assert [row["available"] for row in follower.heard] == [1, 1]


def test_a_snapshot_can_be_of_few_places_or_skus() -> None:
    stocked(5)
    stocked(2, sku="S-2")
    stocked(1, store="msk-2")
    _first, *levels, last = lines(store="msk-1", sku=["S-1"])
    assert [(row["store"], row["sku"], row["available"]) for row in levels] == [
        ("msk-1", "S-1", 5)
    ]
    assert last == {"levels": 1}


def test_so_many_snapshots_at_once_and_no_more() -> None:
    stocked(1)
    caller = as_client("stock:read")
    holding = (
        "SELECT pg_advisory_lock(hashtext('stock snapshot'), seat) FROM unnest(%s) seat"
    )
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(holding, [[0, 1]])
            busy = caller.get(f"{ADDRESS}/snapshot")
            assert (busy.status_code, busy.json()["code"]) == (503, "snapshots_under_way")
            cursor.execute("SELECT pg_advisory_unlock(hashtext('stock snapshot'), 1)")
            assert lines(caller)[-1] == {"levels": 1}
    finally:
        other.close()


def test_who_breaks_off_a_snapshot_lets_go_of_the_database() -> None:
    stocked(1)
    answer: Answer = as_client("stock:read").get(f"{ADDRESS}/snapshot")
    next(iter(answer.streaming_content))
    assert connection.in_atomic_block
    answer.close()
    left: bool = connection.in_atomic_block
    assert not left
    assert StockLevel.objects.exists()


def test_following_takes_two_queries_whatever_there_is() -> None:
    stocked(1)
    caller = as_client("stock:read")
    for units in (1, 40):
        for _number in range(units):
            stocked(1)
        with CaptureQueriesContext(connection) as queries:
            page_of(caller, limit=100)
        assert len(queries) == 2, [query["sql"] for query in queries]


def test_versions_rise_with_each_change_of_a_level() -> None:
    for _number in range(3):
        stocked(1)
    versions = [row["version"] for row in changes()["items"]]
    assert versions == sorted(set(versions))
    assert LevelChange.objects.aggregate(Max("id"))["id__max"] == versions[-1]


def test_a_page_does_not_read_the_whole_log() -> None:
    stocked(1)
    with connection.cursor() as cursor:
        cursor.execute(
            "DO $$ BEGIN FOR units IN 1..5000 LOOP"
            " UPDATE inventory_stocklevel SET safety_stock = units; END LOOP; END $$"
        )
        cursor.execute("ANALYZE inventory_levelchange")
        with transaction.atomic():
            changes_after(Cursor(), most=10)
            cursor.execute(
                "SELECT seq_tup_read FROM pg_stat_xact_user_tables"
                " WHERE relname = 'inventory_levelchange'"
            )
            assert cursor.fetchone() == (0,)
