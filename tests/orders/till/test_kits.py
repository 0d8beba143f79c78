"""A till sells a kit: its parts are gone, its own price is taken, and parts come back."""

from decimal import Decimal

from inventory.stock.queries import levels
from orders.models import FulfilmentPart, Order
from orders.returns.operations import ReturnItem, return_order
from orders.till.receipts import SoldLine
from tests.clock import NOON
from tests.factories.fulfilment import Town
from tests.inventory.given import kit
from tests.lawbook import broken
from tests.orders.till.test_recording import sale, told

LAWS = {"S1", "S3", "S4", "S8", "P3", "P3b", "P4", "F1", "F4", "O4"}


def on_hand(store: str) -> dict[str, int]:
    here = levels(store, ["PHONE", "CABLE"])
    return {code: one.on_hand for code, one in here.items()}


def test_a_till_sells_a_kit_and_any_store_takes_a_part_of_them_back(shops: Town) -> None:
    kit("SET", {"PHONE": 1, "CABLE": 2})
    (answer,) = told(sale(1, lines=(SoldLine(2, Decimal("5000.00"), sku="SET"),)))
    order = Order.objects.get(number=answer.order_number)
    assert order.total_amount == Decimal("10000.00")
    assert on_hand("arbat") == {"PHONE": 3, "CABLE": 6}
    assert [one.picked_quantity for one in FulfilmentPart.objects.all()] == [2, 4]
    assert broken(only=LAWS) == set()
    return_order(
        order_number=order.number,
        store_code="tverskaya",
        items=[ReturnItem(1, 1)],
        by=shops.clerk("tverskaya"),
        at=NOON,
    )
    assert on_hand("tverskaya") == {"PHONE": 6, "CABLE": 12}
    assert broken(only=LAWS) == set()


def test_what_a_till_sold_beyond_the_level_is_found_part_by_part(shops: Town) -> None:
    kit("SET", {"PHONE": 1, "CABLE": 1})
    (answer,) = told(sale(1, lines=(SoldLine(7, Decimal("10.00"), sku="SET"),)))
    assert answer.order_number
    assert on_hand("arbat") == {"PHONE": 0, "CABLE": 3}
    assert broken(only=LAWS) == set()
