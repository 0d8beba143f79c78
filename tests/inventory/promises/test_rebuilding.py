"""A level that was tampered with is found and mended from its history."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from inventory.promises.operations import Rebuilt, rebuild_levels
from inventory.stock.models import SHELVES, StockLevel
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import AuditEntry
from stores.network.queries import StoreNotFound
from tests.clock import NOON
from tests.inventory.given import allocated, figures, held, lying, moved, stocked, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
LAWS = {"S1", "S2", "S3", "S4"}


@pytest.fixture(autouse=True)
def trade() -> None:
    """Two levels with something in every bucket and promises of both kinds."""
    for sku in ("S-1", "S-2"):
        stocked(10, sku=sku)
        for bucket in SHELVES:
            if bucket != "ON_HAND":
                moved(1, f"ON_HAND>{bucket}", sku=sku)
        held(wanted(1, sku=sku), reference=f"cart-{sku}")
        allocated(wanted(2, sku=sku), reference=f"R-{sku}")


def tamper(change: str, *, sku: str = "S-1") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE inventory_stocklevel l SET {change}"  # noqa: S608 - a test's own
            " FROM inventory_sku k WHERE k.id = l.sku_id AND k.code = %s",
            [sku],
        )


def rebuild(*, is_dry_run: bool = False, **only: Any) -> Rebuilt:
    return rebuild_levels(by=SYSTEM, at=NOON, is_dry_run=is_dry_run, **only)


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and words of the command."""
    out = io.StringIO()
    try:
        call_command("rebuild_levels", *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_levels_that_are_right_are_left_alone() -> None:
    assert rebuild().found == []
    assert not AuditEntry.objects.filter(action="stock.rebuild").exists()
    assert run("--dry-run")[0] == 0


@pytest.mark.parametrize("column", [*SHELVES.values(), "reserved"])
def test_every_column_is_found_and_mended(column: str) -> None:
    tamper(f"{column} = {column} + 1")
    assert broken(only=LAWS) != set()
    (found,) = rebuild(is_dry_run=True).found
    before = found.due[column]
    assert (found.sku_code, found.changes) == ("S-1", {column: (before + 1, before)})
    assert broken(only=LAWS) != set()
    assert [one.sku_code for one in rebuild().mended] == ["S-1"]
    assert broken(only=LAWS) == set()
    entry = AuditEntry.objects.get(action="stock.rebuild")
    assert entry.subject == "stock:msk-1:S-1"
    assert entry.detail == {"said": {column: before + 1}, "is": {column: before}}


def test_a_level_that_is_missing_is_opened_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE inventory_stocklevel DISABLE TRIGGER USER")
        StockLevel.objects.filter(sku__code="S-1").delete()
        cursor.execute("ALTER TABLE inventory_stocklevel ENABLE TRIGGER USER")
    rebuild()
    assert figures() == (6, 3)
    assert sum(lying().values()) == 10
    assert broken(only=LAWS) == set()


def test_only_what_was_asked_for_is_looked_at() -> None:
    tamper("on_hand = 8")
    tamper("on_hand = 9", sku="S-2")
    assert [one.sku_code for one in rebuild(sku_code="S-2").mended] == ["S-2"]
    assert [one.sku_code for one in rebuild(store_code="msk-1").mended] == ["S-1"]
    with pytest.raises(StoreNotFound):
        rebuild(store_code="none")


def test_what_no_level_can_say_is_reported_and_left() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_promise SET quantity = 50 WHERE status = 'HELD'")
    told = rebuild()
    assert (len(told.impossible), told.mended) == (2, [])
    assert figures() == (6, 3)
    status, said = run("--apply")
    assert (status, "correct the level first" in said) == (1, True)


def test_the_command_shows_first_and_mends_when_told() -> None:
    tamper("damaged = 7, on_hand = 8")
    status, said = run("--store", "msk-1")
    assert status == 1
    assert "1 levels differ" in said
    assert all(word in said for word in ("S-1", "damaged", "on_hand"))
    assert "S-2" not in said
    assert lying()["DAMAGED"] == 7
    assert run("--apply")[0] == 0
    assert (lying()["DAMAGED"], run()[0]) == (1, 0)
    with pytest.raises(CommandError):
        run("--sku", "none")
