"""A till sells the very unit that lies in a bag, or that a customer is paying for: the sale
stands, somebody is told, and nothing leaves before another unit is scanned."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from inventory.stock.models import StockMovement
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError, from_integrity
from omniretail.kernel.states import IllegalTransition
from orders.checkout.operations import cancel_order, finish_checkout
from orders.fulfilment.models import Fulfilment, PickedSerial
from orders.fulfilment.operations import (
    UnitSoldMeanwhile,
    WrongKind,
    ask_for_other_units,
    cancel_fulfilments,
    hand_over,
    mark_ready,
    pack_fulfilment,
    pick_unit,
    put_back_unit,
    ship_fulfilment,
    start_picking,
)
from orders.fulfilment.queries import fulfilment_view
from orders.ordering.models import Order
from orders.payments.models import Tender
from orders.till.operations.selling import sell_at_till
from orders.till.receipts import SoldLine
from stores.network.queries import get_store
from stores.work.models import WorkItem
from tests.clock import NOON
from tests.factories.fulfilment import Town, code_of
from tests.inventory.given import kit
from tests.lawbook import broken
from tests.orders.checkout.test_serials import a_cart, phones, scanned
from tests.orders.checkout.test_units_in_hand import reserved
from tests.orders.serials import LAWS, ordered, picked, where
from tests.orders.till.test_recording import sale

pytestmark = pytest.mark.django_db
in_shops = pytest.mark.usefixtures("serialised")


def till_sells(
    number: str, *, sku: str = "PHONE", store: str = "tverskaya", sequence: int = 1
) -> Order:
    """The till tells a receipt with the number of the unit; facts are told on."""
    lines = (SoldLine(1, Decimal("10.00"), sku=sku, serials=(number,)),)
    told = sale(sequence, lines=lines, sold_at=NOON)
    with transaction.atomic():
        order = sell_at_till(get_store(store), told, by=SYSTEM, at=NOON)
    assert where(number) == "CUSTOMER"
    return order


def asked(bag: Fulfilment) -> list[tuple[str, str]]:
    """The work that somebody has with it: for how many units, and how it ended."""
    outbox.drain()
    work = WorkItem.objects.filter(kind="ASK", reference=bag.number)
    return [(str(one.units), one.outcome) for one in work]


def named(order: Order) -> list[list[str]]:
    """The numbers that left with an order."""
    sales = StockMovement.objects.filter(kind="SALE", reference=order.number)
    return list(sales.values_list("serials", flat=True))


def refused(bag: Fulfilment, serial: str = "SN-1") -> dict[str, object]:
    return {"bag": bag.number, "sku": "PHONE", "serial": serial}


@in_shops
def test_a_unit_sold_while_its_bag_is_picked_is_named_and_replaced(shops: Town) -> None:
    bag, clerk = ordered(2), shops.clerk("tverskaya")
    picked(bag, "SN-1", shops)
    sold = till_sells("SN-1")
    assert asked(bag) == [("1", "")]
    (line,) = fulfilment_view(bag.number).lines
    assert (line.serials, line.sold_serials) == ((), ("SN-1",))
    picked(bag, "SN-2", shops)
    with pytest.raises(UnitSoldMeanwhile) as caught, transaction.atomic():
        mark_ready(number=bag.number, bay="A-1", by=clerk, at=NOON)
    assert caught.value.facts == refused(bag)
    picked(bag, "NEW-1", shops)
    assert fulfilment_view(bag.number).lines[0].sold_serials == ()
    mark_ready(number=bag.number, bay="A-1", by=clerk, at=NOON)
    assert asked(bag) == [("1", "DONE")]
    hand_over(number=bag.number, code=code_of(bag.order), by=clerk, at=NOON)
    assert sorted(named(bag.order)[0]) == ["NEW-1", "SN-2"]
    assert named(sold) == [["SN-1"]]


@in_shops
@pytest.mark.parametrize("is_told", [True, False])
def test_a_ready_bag_is_handed_over_only_with_another_unit(
    shops: Town, is_told: bool
) -> None:
    bag, clerk = ordered(), shops.clerk("tverskaya")
    picked(bag, "SN-1", shops)
    mark_ready(number=bag.number, bay="A-1", by=clerk, at=NOON)
    till_sells("SN-1")
    if is_told:
        assert asked(bag) == [("1", "")]
    with pytest.raises(UnitSoldMeanwhile) as caught:
        _refused_hand_over(bag, shops)
    assert caught.value.facts == refused(bag)
    picked(bag, "SN-2", shops)
    assert Fulfilment.objects.get(pk=bag.pk).status == "READY"
    assert asked(bag) == ([("1", "DONE")] if is_told else [])
    hand_over(number=bag.number, code=code_of(bag.order), by=clerk, at=NOON)
    assert named(bag.order) == [["SN-2"]]
    assert broken(only={"P7"}) == set()


def _refused_hand_over(bag: Fulfilment, shops: Town) -> None:
    clerk = shops.clerk("tverskaya")
    hand_over(number=bag.number, code=code_of(bag.order), by=clerk, at=NOON)


@in_shops
def test_a_parcel_is_neither_packed_nor_shipped_without_another_unit(shops: Town) -> None:
    bag, clerk = ordered(kind="SHIP"), shops.clerk("tverskaya")
    picked(bag, "SN-1", shops)
    pack_fulfilment(number=bag.number, by=clerk, at=NOON)
    till_sells("SN-1")
    assert asked(bag) == [("1", "")]
    with pytest.raises(UnitSoldMeanwhile), transaction.atomic():
        ship_fulfilment(number=bag.number, tracking_number="T", by=clerk, at=NOON)
    picked(bag, "SN-2", shops)
    ship_fulfilment(number=bag.number, tracking_number="T", by=clerk, at=NOON)
    assert named(bag.order) == [["SN-2"]]


@in_shops
def test_a_part_of_a_kit_is_replaced_like_any_unit(shops: Town) -> None:
    kit("SET", {"PHONE": 1, "CABLE": 1})
    bag, clerk = ordered(sku="SET"), shops.clerk("tverskaya")
    picked(bag, "SN-1", shops)
    picked(bag, "CABLE", shops)
    mark_ready(number=bag.number, bay="A-1", by=clerk, at=NOON)
    till_sells("SN-1")
    assert asked(bag) == [("1", "")]
    ((line, part, number),) = fulfilment_view(bag.number).sold_pieces
    assert (line.sku_code, part.sku_code, number) == ("SET", "PHONE", "SN-1")
    picked(bag, "SN-2", shops)
    hand_over(number=bag.number, code=code_of(bag.order), by=clerk, at=NOON)
    assert where("SN-2") == "CUSTOMER"


@in_shops
def test_a_closed_bag_takes_no_unit_that_it_does_not_lack(shops: Town) -> None:
    bag, clerk = ordered(), shops.clerk("tverskaya")
    picked(bag, "SN-1", shops)
    mark_ready(number=bag.number, bay="A-1", by=clerk, at=NOON)
    with pytest.raises(IllegalTransition), transaction.atomic():
        picked(bag, "SN-2", shops)


@in_shops
def test_what_was_sold_may_also_be_taken_out_or_called_off(shops: Town) -> None:
    bag, clerk = ordered(2), shops.clerk("tverskaya")
    picked(bag, "SN-1", shops)
    till_sells("SN-1")
    assert asked(bag) == [("1", "")]
    picked(bag, "SN-2", shops)
    put_back_unit(number=bag.number, position=1, by=clerk, at=NOON)
    assert [row.number for row in PickedSerial.objects.in_bag(bag)] == ["SN-2"]
    put_back_unit(number=bag.number, position=1, serial="SN-2", by=clerk, at=NOON)
    assert not PickedSerial.objects.filter(line__fulfilment=bag).exists()
    picked(bag, "SN-2", shops)
    cancel_fulfilments(order=bag.order, reason="CUSTOMER", by=SYSTEM, at=NOON)
    assert not PickedSerial.objects.filter(line__fulfilment=bag).exists()


@in_shops
def test_it_is_told_once_however_often_it_is_looked_at(shops: Town) -> None:
    bag = ordered()
    picked(bag, "SN-1", shops)
    sold = till_sells("SN-1").fulfilments.get().number
    assert broken(only={"P7"}) == {"P7"}
    assert [ask_for_other_units(sale=sold, at=NOON) for _time in range(2)] == [1, 0]
    assert broken(only={"P7"}) == {"P7"}
    assert asked(bag) == [("1", "")]
    assert broken(only={"P7"}) == set()
    picked(bag, "SN-2", shops)


@in_shops
def test_what_a_till_has_sold_cannot_leave_with_a_bag(shops: Town) -> None:
    bag = ordered()
    picked(bag, "SN-1", shops)
    rows = PickedSerial.objects.filter(line__fulfilment=bag)
    with pytest.raises(IntegrityError) as broke, transaction.atomic():
        rows.update(sold_at=NOON, left_at=NOON)
    assert isinstance(from_integrity(broke.value), UnitSoldMeanwhile)


@pytest.fixture
def waiting() -> Fulfilment:
    """A customer paid for the phone A, which a till has sold meanwhile; B lies there."""
    phones("A", "B")
    token = a_cart()
    scanned(token, "A")
    number = reserved(token)
    till_sells("A", sku="S-1", store="msk-1")
    outbox.drain()
    assert not WorkItem.objects.filter(kind="ASK").exists()
    finish_checkout(number=number, by=SYSTEM, at=NOON)
    return Fulfilment.objects.get(order__number=number)


def test_a_customer_who_has_paid_takes_another_unit_along(waiting: Fulfilment) -> None:
    order = Order.objects.get(number=waiting.order.number)
    assert (order.status, waiting.status) == ("PLACED", "ALLOCATED")
    assert asked(waiting) == [("1", "")]
    assert broken(only=LAWS | {"P7"}) == set()
    pick_unit(number=waiting.number, code="S-1", serial="B", by=SYSTEM, at=NOON)
    order.refresh_from_db()
    assert (order.status, named(order)) == ("COMPLETED", [["B"]])
    assert asked(waiting) == [("1", "DONE")]
    assert (where("A"), where("B")) == ("CUSTOMER", "CUSTOMER")
    assert broken(only=LAWS | {"P7"}) == set()


def test_nobody_goes_to_the_shelves_for_it(waiting: Fulfilment) -> None:
    with pytest.raises(WrongKind), transaction.atomic():
        start_picking(number=waiting.number, by=SYSTEM, at=NOON)
    for code in ("A", "S-1"):
        with pytest.raises(DomainError), transaction.atomic():
            pick_unit(number=waiting.number, code=code, by=SYSTEM, at=NOON)
    waiting.refresh_from_db()
    assert waiting.status == "ALLOCATED"


def test_where_there_is_no_other_the_order_is_called_off(waiting: Fulfilment) -> None:
    later = NOON + timedelta(minutes=1)
    cancel_order(number=waiting.order.number, reason="CUSTOMER", by=SYSTEM, at=later)
    waiting.refresh_from_db()
    assert waiting.status == "CANCELLED"
    tender = Tender.objects.get(order=waiting.order)
    assert (tender.captured_amount, where("B")) == (Decimal(0), "msk-1 ON_HAND")
    assert asked(waiting) == [("1", "CLOSED")]
    assert broken(only=LAWS | {"P7"}) == set()
