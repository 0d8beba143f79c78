"""Each law of stock and promises is broken once, and only that law says so."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from inventory.promises.models import Promise
from inventory.promises.operations import consume_promises
from inventory.stock.models import SHELVES, StockLevel, StockMovement
from inventory.stock.operations import reverse_movement
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import constraint_name
from stores.network.models import Store
from tests.clock import NOON
from tests.inventory.given import allocated, held, moved, stocked, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
LAWS = {"S1", "S2", "S3", "S4", "S6", "S6b", "S7", "S9", "P1", "P2", "P3", "P5"}

TOLD = "position, store_id, sku_id, on_hand, reserved, safety_stock"
GUARD = "ALTER TABLE inventory_promise DISABLE TRIGGER"
SAID = "store_id, sku_id, 99, 0, 0 FROM {table}"


def unguarded(*statements: str) -> None:
    """Do to the database what it refuses, with its guards down."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def trade() -> Iterator[None]:
    """A level with a sale, an allocation and a hold behind it."""
    stocked(10)
    allocated(wanted(2))
    consume_promises(reference="R-1", lines={"1": 1}, by=SYSTEM, at=NOON)
    held(wanted(3), ends_at=NOON.replace(year=2036))
    assert broken(only=LAWS) == set()
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_level_without_its_movement_breaks_s1() -> None:
    StockLevel.objects.update(on_hand=11)
    assert broken(only=LAWS) == {"S1"}


@pytest.mark.parametrize("bucket", SHELVES)
def test_units_in_a_bucket_without_their_movement_break_s1(bucket: str) -> None:
    StockLevel.objects.update(**{SHELVES[bucket]: F(SHELVES[bucket]) + 1})
    assert broken(only=LAWS) == {"S1"}


def test_more_reserved_than_there_is_breaks_s2() -> None:
    unguarded(
        "ALTER TABLE inventory_stocklevel"
        " DROP CONSTRAINT reserved_is_between_zero_and_on_hand",
        "UPDATE inventory_stocklevel SET reserved = 12",
        "UPDATE inventory_promise SET quantity = 9 WHERE status = 'HELD'",
        "UPDATE inventory_promise SET quantity = 3 WHERE status = 'ALLOCATED'",
    )
    assert broken(only=LAWS) == {"S2"}


def test_a_reservation_without_its_promise_breaks_s3() -> None:
    StockLevel.objects.update(reserved=5)
    assert broken(only=LAWS) == {"S3"}


def test_goods_from_nowhere_break_s4() -> None:
    unguarded(
        "ALTER TABLE inventory_stockmovement"
        " DROP CONSTRAINT movement_is_between_known_buckets",
        "INSERT INTO inventory_stockmovement (store_id, sku_id, quantity, source, target,"
        " kind, reference, line, reason, actor_kind, actor_key, at) SELECT store_id,"
        " sku_id, 1, 'NOWHERE', 'SUPPLIER', 'FOUND', 'x', '', '', 'system', 'x', now()"
        " FROM inventory_stocklevel",
    )
    assert broken(only=LAWS) == {"S4"}


def test_a_ledger_without_its_guard_breaks_s6() -> None:
    unguarded("ALTER TABLE inventory_stockmovement DISABLE TRIGGER USER")
    assert broken(only=LAWS) == {"S6"}


def test_a_change_nobody_was_told_breaks_s7() -> None:
    unguarded(
        "ALTER TABLE inventory_stocklevel DISABLE TRIGGER USER",
        "UPDATE inventory_stocklevel SET safety_stock = 1",
        "ALTER TABLE inventory_stocklevel ENABLE TRIGGER USER",
    )
    assert broken(only=LAWS) == {"S7"}


@pytest.mark.parametrize(
    "deed",
    [
        "DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})",
        "UPDATE {table} SET on_hand = on_hand + 1",
        "UPDATE {table} SET position = position - 1 WHERE position > 1",
        f"INSERT INTO {{table}} ({TOLD}) SELECT position, {SAID} LIMIT 1",
        f"INSERT INTO {{table}} (id, {TOLD}) SELECT -1, position + 100000, {SAID} LIMIT 1",
    ],
)
def test_a_follower_told_something_else_breaks_s7(deed: str) -> None:
    unguarded(
        "ALTER TABLE inventory_levelchange DISABLE TRIGGER USER",
        deed.format(table="inventory_levelchange"),
        "ALTER TABLE inventory_levelchange ENABLE TRIGGER USER",
    )
    assert broken(only=LAWS) == {"S7"}


@pytest.mark.parametrize("wrong", ["quantity = 2", "target = 'DISPLAY'", "reverses_id"])
def test_a_reversal_of_something_else_breaks_s6b(wrong: str) -> None:
    """Half of it, another bucket, or a reversal taken back in its turn."""
    (movement,) = moved(3, "ON_HAND>DAMAGED").movements
    reverse_movement(movement=movement, reason="", by=SYSTEM, at=NOON)
    moved(3, "ON_HAND>DAMAGED")
    if "reverses_id" in wrong:
        wrong = (
            "kind = 'REVERSAL', reverses_id ="
            " (SELECT max(id) FROM inventory_stockmovement WHERE kind = 'REVERSAL')"
        )
        rows = "id = (SELECT max(id) FROM inventory_stockmovement)"
    else:
        rows = "kind = 'REVERSAL'"
    unguarded(
        "ALTER TABLE inventory_stockmovement DISABLE TRIGGER USER",
        f"UPDATE inventory_stockmovement SET {wrong} WHERE {rows}",  # noqa: S608
        "ALTER TABLE inventory_stockmovement ENABLE TRIGGER USER",
    )
    assert broken(only={"S6", "S6b"}) == {"S6b"}


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE inventory_promise SET spare = -1 WHERE status = 'HELD'",
        "UPDATE inventory_promise SET spare = NULL WHERE status = 'HELD'",
        "UPDATE inventory_promise SET channel = 'SITE' WHERE rest_of_id IS NOT NULL",
        "ALTER TABLE inventory_promise DISABLE TRIGGER USER",
        f"{GUARD} pgtrigger_promise_within_bounds_a0fd9",
        f"{GUARD} pgtrigger_moved_promise_within_bounds_380c4",
    ],
)
def test_a_promise_beyond_what_its_channel_may_sell_breaks_s9(deed: str) -> None:
    """It left less than nothing, says nothing, is the rest of another channel's; or the
    database does not look, at all, when one is made, or when one moves."""
    unguarded(
        "ALTER TABLE inventory_promise"
        " DROP CONSTRAINT promise_says_what_it_left_its_channel",
        deed,
    )
    assert broken(only=LAWS) == {"S9"}


def test_a_promise_that_rises_again_breaks_p1() -> None:
    unguarded(
        "INSERT INTO kernel_statestep (subject_table, subject_id, source, target)"
        " SELECT 'inventory_promise', id, 'HELD', 'EXPIRED' FROM inventory_promise"
        " WHERE status = 'HELD'"
    )
    assert broken(only=LAWS) == {"P1"}


def test_a_forgotten_hold_breaks_p2() -> None:
    Promise.objects.filter(status="HELD").update(ends_at=NOON.replace(year=2020))
    assert broken(only=LAWS) == {"P2"}
    Promise.objects.filter(status="HELD").update(payment_in_flight=True)
    assert broken(only=LAWS) == set()


def test_a_promise_consumed_without_its_sale_breaks_p3() -> None:
    unguarded("UPDATE inventory_promise SET quantity = 2 WHERE status = 'CONSUMED'")
    assert broken(only=LAWS) == {"P3"}


def test_a_promise_of_nobody_or_at_a_closed_place_breaks_p5() -> None:
    Store.objects.update(closed_on=NOON.date().replace(year=2025))
    assert broken(only=LAWS) == {"P5"}
    Store.objects.update(closed_on=None)
    unguarded(
        "ALTER TABLE inventory_promise DROP CONSTRAINT promise_has_an_owner",
        "UPDATE inventory_promise SET owner = '' WHERE status = 'HELD'",
    )
    assert broken(only=LAWS) == {"P5"}


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE inventory_stockmovement SET quantity = 1",
        "UPDATE inventory_levelchange SET on_hand = 1",
        "DELETE FROM inventory_stockmovement",
    ],
)
def test_the_database_refuses_to_change_movements(deed: str) -> None:
    with (
        pytest.raises(DatabaseError, match=r"Cannot (update|delete)"),
        transaction.atomic(),
    ):
        unguarded(deed)
    assert StockMovement.objects.exists()


@pytest.mark.parametrize(
    ("deed", "guard"),
    [
        ("DELETE FROM inventory_stocklevel", "levels_stay"),
        ("UPDATE inventory_stocklevel SET sku_id = sku_id + 1", "levels_stay"),
        ("UPDATE inventory_stocklevel SET store_id = store_id + 1", "levels_stay"),
        (
            (
                "INSERT INTO inventory_stockmovement (store_id, sku_id, quantity, source,"
                " target, kind, reference, line, reason, actor_kind, actor_key, at)"
                " SELECT store_id, sku_id + 1, 1, 'SUPPLIER', 'ON_HAND', 'RECEIPT', 'x',"
                " '', '', 'system', 'x', now() FROM inventory_stocklevel"
            ),
            "movement_is_of_a_level",
        ),
    ],
)
def test_what_movements_are_of_stays(deed: str, guard: str) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        unguarded(deed)
    assert constraint_name(refused.value) == guard


def test_no_setting_frees_of_what_binds_levels() -> None:
    """The library's triggers could be switched off in this way."""
    unguarded(
        "SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true)"
        " FROM pg_trigger WHERE tgname LIKE 'pgtrigger_%'",
        "UPDATE inventory_stocklevel SET safety_stock = 1",
    )
    assert broken(only=LAWS) == set()
    with pytest.raises(IntegrityError), transaction.atomic():
        unguarded("DELETE FROM inventory_stocklevel")


def test_no_trigger_asks_whether_it_is_to_be_ignored() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE p.prosrc LIKE '%pgtrigger_should_ignore%'"
        )
        assert cursor.fetchall() == []
