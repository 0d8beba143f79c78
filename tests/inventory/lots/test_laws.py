"""S11 and its companions are broken in each of their ways."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from inventory.lots.models import Lot, LotLevel
from inventory.stock.models import StockLevel
from omniretail.kernel import clock
from tests.inventory.given import stocked
from tests.inventory.lots.given import LAWS, lots, lotted
from tests.inventory.test_laws import unguarded
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
ALL = LAWS | {"S11c"}
FREE_STEPS = "ALTER TABLE inventory_lotstep DISABLE TRIGGER USER"


@pytest.fixture(autouse=True)
def trade() -> Iterator[None]:
    """Two lots, and a SKU without any."""
    lotted(2, "SOON", 3_000)
    lotted(3, "LATE", 3_100)
    stocked(4, sku="S-2")
    assert broken(only=ALL) == set()
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_lots_that_do_not_account_for_a_bucket_break_s11() -> None:
    StockLevel.objects.filter(sku__code="S-1").update(damaged=1)
    assert broken(only=ALL) == {"S1", "S11"}


def test_units_of_a_lot_that_no_step_put_there_break_both() -> None:
    LotLevel.objects.filter(lot__code="SOON").update(units=F("units") + 1)
    assert broken(only=ALL) == {"S11", "S11b"}


def test_a_lot_in_the_wrong_bucket_breaks_both() -> None:
    LotLevel.objects.filter(lot__code="SOON").update(bucket="DAMAGED")
    assert broken(only=ALL) == {"S11", "S11b"}


def test_units_that_changed_their_lot_break_s11b() -> None:
    LotLevel.objects.filter(lot__code="SOON").update(units=F("units") + 1)
    LotLevel.objects.filter(lot__code="LATE").update(units=F("units") - 1)
    assert broken(only=ALL) == {"S11b"}


def test_a_movement_that_was_not_split_breaks_s11b() -> None:
    unguarded(
        FREE_STEPS,
        "UPDATE inventory_lotstep SET quantity = 1 WHERE quantity = 2",
        "UPDATE inventory_lotlevel SET units = 1 WHERE units = 2",
    )
    assert broken(only=ALL) == {"S11", "S11b"}


def test_a_step_of_another_sku_breaks_s11b() -> None:
    unguarded(
        "UPDATE inventory_lot SET sku_id = s.id FROM inventory_sku s"
        " WHERE inventory_lot.code = 'SOON' AND s.code = 'S-2'",
    )
    assert broken(only=ALL) == {"S11", "S11b"}


def test_movements_without_their_trigger_break_both() -> None:
    unguarded("ALTER TABLE inventory_stockmovement DISABLE TRIGGER USER")
    lotted(1, "NEXT", 3_200)
    assert lots() == {"SOON": 2, "LATE": 3}
    assert broken(only=ALL) == {"S11", "S11b"}


def test_expired_units_on_the_shelf_break_s11c() -> None:
    yesterday = clock.now().date() - timedelta(days=2)
    Lot.objects.filter(code="SOON").update(expires_on=yesterday)
    assert broken(only=ALL) == {"S11c"}
