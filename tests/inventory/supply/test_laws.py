"""Each law of supply is broken once, and only that law says so."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from inventory.supply.models import IncomingLine
from inventory.supply.operations import Counted, write_off_transfer
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.supply.given import LAWS, sent, take_in, two_places
from tests.inventory.test_laws import unguarded
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_road() -> Iterator[None]:
    """Six units were sent: two came, one is lost, three are on the road."""
    two_places()
    number = sent(6)
    take_in(number, Counted("S-1", 2))
    write_off_transfer(number=number, units={"S-1": 1}, reason="x", by=SYSTEM, at=NOON)
    assert broken(only=LAWS) == set()
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE inventory_transferline SET dispatched = 7, approved = 7, requested = 7",
        "UPDATE inventory_transferline SET lost = 0",
    ],
)
def test_a_document_that_differs_from_the_road_breaks_s5(deed: str) -> None:
    unguarded(deed, "UPDATE inventory_incomingline SET units = 4")
    assert broken(only=LAWS) == {"S5"}


def test_goods_in_transit_without_a_transfer_break_s5() -> None:
    unguarded(
        "INSERT INTO inventory_stockmovement (store_id, sku_id, quantity, source, target,"
        " kind, reference, line, reason, actor_kind, actor_key, at) SELECT store_id,"
        " sku_id, 1, 'SHRINKAGE', 'IN_TRANSIT', 'FOUND', 'x', '', '', 'system', 'x', now()"
        " FROM inventory_stocklevel LIMIT 1",
    )
    assert broken(only=LAWS) == {"S5"}


def test_goods_on_the_road_in_a_closed_transfer_break_s5() -> None:
    unguarded(
        "UPDATE inventory_transfer SET status = 'CLOSED_SHORT', closed_at = now()",
        "UPDATE inventory_incomingline SET units = 0",
    )
    assert broken(only=LAWS) == {"S5"}


def test_more_to_come_than_is_owed_breaks_s5b() -> None:
    IncomingLine.objects.update(units=4)
    assert broken(only=LAWS) == {"S5b"}


def test_a_promise_of_what_is_to_come_without_its_row_breaks_s5b() -> None:
    IncomingLine.objects.update(promised=1)
    assert broken(only=LAWS) == {"S5b"}


def test_a_receipt_that_says_something_else_breaks_s5c() -> None:
    unguarded(
        "ALTER TABLE inventory_receiptline DISABLE TRIGGER USER",
        "UPDATE inventory_receiptline SET quantity = 1",
        "ALTER TABLE inventory_receiptline ENABLE TRIGGER USER",
    )
    assert broken(only=LAWS) == {"S5c"}


def test_more_out_of_transit_than_went_in_breaks_s4() -> None:
    unguarded(
        "INSERT INTO inventory_stockmovement (store_id, sku_id, quantity, source, target,"
        " kind, reference, line, reason, actor_kind, actor_key, at) SELECT store_id,"
        " sku_id, 9, 'IN_TRANSIT', 'CUSTOMER', 'FOUND', 'x', '', '', 'system', 'x', now()"
        " FROM inventory_stocklevel LIMIT 1",
    )
    assert "S4" in broken(only=LAWS)


@pytest.mark.parametrize(
    "deed",
    ["DELETE FROM inventory_receiptline", "UPDATE inventory_receipt SET reference = 'y'"],
)
def test_the_database_refuses_to_change_receipts(deed: str) -> None:
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete"),
        transaction.atomic(),
    ):
        unguarded(deed)
