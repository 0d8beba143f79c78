"""What is on its way when the demonstration chain opens."""

from datetime import timedelta

import pytest

from inventory.models import Lot, Receipt, Serial, Sku, Supplier
from inventory.supply.operations import Counted, receive_delivery, receive_order
from inventory.supply.queries import awaited_at, incoming, purchase_view
from omniretail.kernel.actors import SYSTEM
from orders.trading_day.loading.supply import (
    FIRST,
    NOTE,
    SECOND,
    load_suppliers,
    open_supply,
)
from orders.trading_day.reference import MAIN_STORE, read_chain, read_rows
from tests.clock import NOON
from tests.conftest import CHECKOUT
from tests.factories.inventory import SkuFactory
from tests.inventory.given import place, stocked
from tests.inventory.supply.given import LAWS
from tests.lawbook import broken

FIXTURES = CHECKOUT / "fixtures"

pytestmark = pytest.mark.django_db


def first_places() -> tuple[str, str]:
    """The first warehouse and the main store of the chain."""
    places = read_chain(FIXTURES).places
    return next(one.code for one in places if not one.is_store), MAIN_STORE


def test_orders_a_delivery_and_a_transfer_are_on_their_way() -> None:
    depot, shop = first_places()
    for code in (depot, shop):
        place(code)
    for sku in ("S-1", "S-2", "S-3"):
        stocked(20, store=depot, sku=sku)
    assert load_suppliers(FIXTURES, at=NOON) == Supplier.objects.count() == 3
    assert open_supply(FIXTURES, at=NOON) == 3
    assert open_supply(FIXTURES, at=NOON) == 0

    kinds = [one.kind for one in awaited_at(shop)]
    assert kinds == ["NOTICE", "TRANSFER"]
    skus = list(Sku.objects.values_list("code", flat=True))
    assert sum(one.quantity for one in incoming(skus, [depot], at=NOON)) == 120
    later = NOON + timedelta(hours=4)
    counted = [Counted(sku, 4) for sku in skus]
    receive_delivery(number=NOTE, lines=counted, by=SYSTEM, at=later)
    receive_order(number=FIRST, lines=[Counted("S-1", 42)], by=SYSTEM, at=later)
    assert purchase_view(SECOND).status == "PARTLY_RECEIVED"
    assert Receipt.objects.count() == 2
    assert broken(only=LAWS) == set()


def test_serialised_goods_are_on_the_road_by_their_numbers() -> None:
    depot, shop = first_places()
    stocked(20, store=depot, sku="S-1")
    Sku.objects.update(is_serialised=True)
    place(shop)
    load_suppliers(FIXTURES, at=NOON)
    open_supply(FIXTURES, at=NOON)
    assert Serial.objects.filter(bucket="IN_TRANSIT").count() == 2
    assert broken(only=LAWS) == set()


def test_an_old_and_a_fresh_lot_come_once_to_two_places() -> None:
    depot, shop = first_places()
    rows = read_rows(FIXTURES, "catalogue")
    lotted = [row["sku_code"] for row in rows if row["keeps_lots"] == "yes"]
    for code in (depot, shop):
        place(code)
    for code in lotted[:2]:
        SkuFactory.create(code=code, keeps_lots=True)
    stocked(20, store=depot, sku="S-1")
    load_suppliers(FIXTURES, at=NOON)
    assert open_supply(FIXTURES, at=NOON) == 5
    assert open_supply(FIXTURES, at=NOON + timedelta(days=1)) == 0
    assert Lot.objects.filter(expires_on__isnull=False).count() == 4
    assert Receipt.objects.count() == 2
    assert broken(only=LAWS) == set()
