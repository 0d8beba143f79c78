"""Tills that scan serial numbers say which units they sold; what they say is a fact."""

from decimal import Decimal

from inventory.catalogue.models import Sku
from inventory.stock.models import Serial
from inventory.supply.operations import Counted, receive_blind
from omniretail.kernel.actors import SYSTEM
from orders.fulfilment.models import PickedSerial
from orders.ordering.models import Order
from orders.returns.operations import ReturnItem, return_order
from orders.till.operations import Outcome
from orders.till.receipts import SoldLine
from tests.clock import NOON
from tests.factories.fulfilment import Ordered, Town, placed_order
from tests.inventory.given import kit
from tests.lawbook import broken
from tests.orders.till.test_recording import refusal, sale, told

LAWS = {"S1", "S3", "S4", "S10", "S10b", "F5", "P3b", "O4"}
PRICE = Decimal("10.00")


def come(*numbers: str, store: str = "arbat") -> None:
    """Phones with these numbers come; from now on all phones have one."""
    Sku.objects.filter(code="PHONE").update(is_serialised=True)
    line = Counted("PHONE", len(numbers), serials=numbers)
    receive_blind(store_code=store, lines=[line], by=SYSTEM, at=NOON)


def sold(*numbers: str, sku: str = "PHONE", units: int = 1, sequence: int = 1) -> Order:
    """The till tells a sale, which lands."""
    line = SoldLine(units, PRICE, sku=sku, serials=numbers)
    (answer,) = told(sale(sequence, lines=(line,)))
    assert answer.outcome == Outcome.LANDED, answer.problem
    return Order.objects.get(number=answer.order_number)


def bucket(number: str) -> str:
    """Where a unit is."""
    return str(Serial.objects.get(number=number).bucket)


def test_a_till_says_which_unit_it_sold(shops: Town) -> None:
    come("A", "B")
    order = sold(" a ")
    assert (bucket("A"), bucket("B")) == ("CUSTOMER", "ON_HAND")
    assert PickedSerial.objects.get().left_at == order.placed_at
    return_order(
        order_number=order.number,
        store_code="tverskaya",
        items=[ReturnItem(1, 1, serials=("A",))],
        by=shops.clerk("tverskaya"),
        at=NOON,
    )
    assert bucket("A") == "ON_HAND"
    assert broken(only=LAWS) == set()


def test_a_sale_nobody_scanned_is_one_of_the_units_without_a_name(shops: Town) -> None:
    come("A")
    sold(units=5)
    assert bucket("A") == "ON_HAND"
    sold(sequence=2)
    assert bucket("A") == "SHRINKAGE"
    assert broken(only=LAWS) == set()


def test_what_a_till_has_sold_was_there_whatever_we_thought(shops: Town) -> None:
    come("A", store="tverskaya")
    sold("A")
    assert bucket("A") == "CUSTOMER"
    again = sold("A", sequence=2)
    assert Serial.objects.get(number="A").reference == again.number
    assert broken(only=LAWS) == set()


def test_promised_units_are_sold_by_their_numbers_too(shops: Town) -> None:
    come("A")
    placed_order([Ordered("PHONE", 6, "arbat", "SHIP")])
    sold("A", "NEW", units=2)
    assert bucket("A") == bucket("NEW") == "CUSTOMER"
    assert broken(only=LAWS) == set()


def test_parts_of_a_kit_are_named_on_its_line(shops: Town) -> None:
    come("A", "B")
    kit("SET", {"CABLE": 1, "PHONE": 2})
    sold("B", "A", sku="SET")
    assert bucket("A") == bucket("B") == "CUSTOMER"
    assert {row.sku_code for row in PickedSerial.objects.all()} == {"PHONE"}
    assert broken(only=LAWS) == set()


def test_a_receipt_that_contradicts_itself_is_refused(shops: Town) -> None:
    come("A")
    lines = {
        "not_serialised": SoldLine(1, PRICE, sku="CABLE", serials=("A",)),
        "more_serials_than_units": SoldLine(1, PRICE, sku="PHONE", serials=("A", "B")),
        "serial_twice": SoldLine(2, PRICE, sku="PHONE", serials=("A", "a")),
        "not_a_serial": SoldLine(1, PRICE, sku="PHONE", serials=("phone",)),
    }
    for sequence, (code, line) in enumerate(lines.items(), start=1):
        (answer,) = told(sale(sequence, lines=(line,)))
        assert refusal(answer) == code


def test_a_sale_told_before_tills_named_units_is_known_again(shops: Town) -> None:
    assert sale(1).content.startswith("cf0b96dcb5f7483d")
