"""A till has sold the unit of a bag, and there is no other one: it comes from another
place, or is paid back, and the bag goes on without it, however far it is."""

from decimal import Decimal

import pytest

from inventory.promises.queries import live_promises
from omniretail.contracts.orders import FulfilmentLinesShort
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import OutboxFact
from omniretail.kernel.states import IllegalTransition
from orders.checkout.operations import Payment, Terms, finish_checkout, reserve_order
from orders.fulfilment.models import Fulfilment, PickedSerial
from orders.fulfilment.operations import (
    MoreThanMissing,
    NoOtherOneWanted,
    hand_over,
    mark_ready,
    pack_fulfilment,
    report_short,
)
from orders.ordering.models import Order
from orders.payments.models import PaymentRequest
from stores.work.models import WorkItem
from tests import given
from tests.clock import NOON
from tests.factories.fulfilment import Town, code_of
from tests.inventory.given import kit
from tests.lawbook import broken
from tests.orders.checkout.test_serials import a_cart, phones, scanned
from tests.orders.fulfilment.test_units_sold import asked, named, till_sells
from tests.orders.serials import LAWS, ordered, picked

pytestmark = pytest.mark.django_db
in_shops = pytest.mark.usefixtures("serialised")
RULES = LAWS | {"O1", "O6", "P1", "P5", "P6", "P7"}


def none_left(
    bag: Fulfilment, shops: Town, units: int = 1, part: str = "", serial: str = ""
) -> str:
    """Somebody looked: there is no other one here."""
    outcome = report_short(
        number=bag.number,
        position=1,
        quantity=units,
        part=part,
        serial=serial,
        by=shops.clerk("tverskaya"),
        at=NOON,
    )
    bag.refresh_from_db()
    outbox.drain()
    return outcome


def ready(bag: Fulfilment, shops: Town, *numbers: str) -> None:
    for number in numbers:
        picked(bag, number, shops)
    mark_ready(number=bag.number, bay="A-1", by=shops.clerk("tverskaya"), at=NOON)


def open_work(bag: Fulfilment) -> dict[str, int]:
    rows = WorkItem.objects.open().filter(reference=bag.number)
    return {str(one.kind): one.units for one in rows}


def voided(order: Order) -> list[Decimal]:
    rows = PaymentRequest.objects.filter(tender__order=order, kind="VOID")
    return list(rows.values_list("amount", flat=True))


@in_shops
def test_a_bag_being_picked_goes_on_without_it(shops: Town) -> None:
    bag = ordered(2)
    picked(bag, "SN-1", shops)
    picked(bag, "SN-2", shops)
    till_sells("SN-1")
    assert asked(bag) == [("1", "")]
    assert none_left(bag, shops, serial="SN-1") == "REFUNDED"
    assert [row.number for row in PickedSerial.objects.in_bag(bag)] == ["SN-2"]
    line = bag.lines.get()
    assert (line.picked_quantity, line.short_quantity) == (1, 1)
    assert asked(bag) == [("1", "DONE")]
    ready(bag, shops)
    hand_over(
        number=bag.number, code=code_of(bag.order), by=shops.clerk("tverskaya"), at=NOON
    )
    assert named(bag.order) == [["SN-2"]]
    assert broken(only=RULES) == set()


@in_shops
def test_a_ready_bag_is_handed_over_without_it(shops: Town) -> None:
    bag = ordered(2)
    ready(bag, shops, "SN-1", "SN-2")
    till_sells("SN-1")
    assert asked(bag) == [("1", "")]
    assert open_work(bag) == {"ASK": 1, "HANDOVER": 2}
    assert none_left(bag, shops, serial="SN-1") == "REFUNDED"
    assert (bag.status, open_work(bag)) == ("READY", {"HANDOVER": 1})
    assert voided(bag.order) == [Decimal("1000.00")]
    assert broken(only=RULES) == set()
    hand_over(
        number=bag.number, code=code_of(bag.order), by=shops.clerk("tverskaya"), at=NOON
    )
    assert named(bag.order) == [["SN-2"]]
    assert Order.objects.get(pk=bag.order_id).status == "COMPLETED"
    assert broken(only=RULES) == set()


@in_shops
def test_a_bag_of_nothing_else_is_called_off_and_paid_back(shops: Town) -> None:
    bag = ordered()
    ready(bag, shops, "SN-1")
    till_sells("SN-1")
    assert asked(bag) == [("1", "")]
    assert none_left(bag, shops, serial="SN-1") == "REFUNDED"
    order = Order.objects.get(pk=bag.order_id)
    assert (bag.status, order.status, order.cancel_reason) == (
        "CANCELLED",
        "CANCELLED",
        "NOT_FOUND",
    )
    assert voided(order) == [Decimal("1000.00")]
    assert live_promises(order.number) == []
    assert open_work(bag) == {}
    assert broken(only=RULES) == set()


@in_shops
def test_a_packed_parcel_gets_it_from_another_place(shops: Town) -> None:
    bag = ordered(kind="SHIP")
    picked(bag, "SN-1", shops)
    pack_fulfilment(number=bag.number, by=shops.clerk("tverskaya"), at=NOON)
    till_sells("SN-1")
    assert asked(bag) == [("1", "")]
    assert none_left(bag, shops, serial="SN-1") == "RESOURCED"
    replacement = Fulfilment.objects.select_related("store").get(replaces=bag)
    assert (bag.status, replacement.status) == ("CANCELLED", "ALLOCATED")
    assert replacement.store.code != "tverskaya"
    assert voided(bag.order) == []
    (slip,) = live_promises(bag.order.number)
    assert (slip.store_code, slip.quantity) == (replacement.store.code, 1)
    assert broken(only=RULES) == set()


@in_shops
def test_a_kit_fails_for_its_part_and_its_other_parts_go_back(shops: Town) -> None:
    kit("SET", {"PHONE": 1, "CABLE": 1})
    bag = ordered(2, sku="SET")
    for code in ("SN-1", "SN-2", "CABLE", "CABLE"):
        picked(bag, code, shops)
    ready(bag, shops)
    till_sells("SN-1")
    assert asked(bag) == [("1", "")]
    assert none_left(bag, shops, part="PHONE", serial="SN-1") == "REFUNDED"
    line = bag.lines.get()
    assert (line.picked_quantity, line.short_quantity) == (1, 1)
    assert set(line.parts.values_list("sku_code", "picked_quantity")) == {
        ("PHONE", 1),
        ("CABLE", 1),
    }
    assert [row.number for row in PickedSerial.objects.in_bag(bag)] == ["SN-2"]
    assert broken(only=RULES) == set()


@in_shops
def test_of_two_the_other_one_is_still_asked_for(shops: Town) -> None:
    bag = ordered(3)
    ready(bag, shops, "SN-1", "SN-2", "NEW-1")
    till_sells("SN-1")
    till_sells("SN-2", sequence=2)
    assert asked(bag) == [("2", "")]
    assert none_left(bag, shops, serial="SN-1") == "REFUNDED"
    assert open_work(bag) == {"ASK": 1, "HANDOVER": 2}
    fact = OutboxFact.objects.filter(name=FulfilmentLinesShort.name).get()
    assert FulfilmentLinesShort.load(fact.payload).units_asked == 1
    picked(bag, "NEW-2", shops)
    assert asked(bag) == [("1", "DONE")]
    assert open_work(bag) == {"HANDOVER": 2}
    assert broken(only=RULES) == set()


@in_shops
def test_said_twice_of_one_unit_the_other_one_is_still_asked_for(shops: Town) -> None:
    bag = ordered(3)
    ready(bag, shops, "SN-1", "SN-2", "NEW-1")
    till_sells("SN-1")
    till_sells("SN-2", sequence=2)
    assert none_left(bag, shops, serial="sn-2 ") == "REFUNDED"
    with pytest.raises(NoOtherOneWanted) as refused:
        none_left(bag, shops, serial="SN-2")
    assert refused.value.facts == {"bag": bag.number, "serial": "SN-2"}
    numbers = [row.number for row in PickedSerial.objects.in_bag(bag)]
    assert numbers == ["SN-1", "NEW-1"]
    assert asked(bag) == [("1", "")]
    assert voided(bag.order) == [Decimal("1000.00")]
    assert broken(only=RULES) == set()


@in_shops
def test_said_twice_a_unit_that_nobody_looked_for_is_not_missing(shops: Town) -> None:
    bag = ordered(2)
    picked(bag, "SN-1", shops)
    till_sells("SN-1")
    assert none_left(bag, shops, serial="SN-1") == "REFUNDED"
    with pytest.raises(NoOtherOneWanted):
        none_left(bag, shops, serial="SN-1")
    line = bag.lines.get()
    assert (line.picked_quantity, line.short_quantity, line.missing_quantity) == (0, 1, 1)
    assert broken(only=RULES) == set()


@in_shops
def test_of_one_unit_one_is_missing(shops: Town) -> None:
    bag = ordered(2)
    picked(bag, "SN-1", shops)
    till_sells("SN-1")
    with pytest.raises(MoreThanMissing):
        none_left(bag, shops, units=2, serial="SN-1")
    with pytest.raises(NoOtherOneWanted):
        none_left(bag, shops, serial="SN-2")
    assert bag.lines.get().short_quantity == 0


@in_shops
def test_no_more_than_what_was_sold_is_missing_of_a_closed_bag(shops: Town) -> None:
    bag = ordered(2)
    ready(bag, shops, "SN-1", "SN-2")
    with pytest.raises(IllegalTransition):
        none_left(bag, shops)
    till_sells("SN-1")
    outbox.drain()
    with pytest.raises(MoreThanMissing) as refused:
        none_left(bag, shops, units=2)
    assert refused.value.field == "quantity"
    line = bag.lines.get()
    assert (line.picked_quantity, line.short_quantity) == (2, 0)
    assert PickedSerial.objects.in_bag(bag).count() == 2


@pytest.mark.parametrize("kind", ["CARD", "CASH"])
def test_a_customer_in_the_store_takes_the_rest_along(kind: str) -> None:
    order, bag = waiting(kind, "A", "C")
    report_short(number=bag.number, position=1, quantity=1, serial="A", by=SYSTEM, at=NOON)
    order.refresh_from_db()
    assert (order.status, named(order)) == ("COMPLETED", [["C"]])
    given.rest()
    money = [(one.captured_amount, one.refunded_amount) for one in order.tenders.all()]
    assert money == [(2000, 1000) if kind == "CASH" else (1000, 0)]
    assert asked(bag) == [("1", "DONE")]
    assert broken() == set()


@pytest.mark.parametrize("kind", ["CARD", "CASH"])
def test_a_customer_who_wanted_nothing_else_is_paid_back(kind: str) -> None:
    order, bag = waiting(kind, "A")
    report_short(number=bag.number, position=1, quantity=1, serial="A", by=SYSTEM, at=NOON)
    order.refresh_from_db()
    assert (order.status, named(order)) == ("CANCELLED", [])
    given.rest()
    (tender,) = order.tenders.all()
    assert tender.captured_amount == tender.refunded_amount
    assert asked(bag) == [("1", "DONE")]
    assert broken() == set()


def waiting(kind: str, *numbers: str) -> tuple[Order, Fulfilment]:
    """A customer has paid for these phones; a till has sold A meanwhile."""
    phones("A", "B", "C")
    token = a_cart(len(numbers))
    for number in numbers:
        scanned(token, number)
    terms = Terms(Payment(kind, "card-4242"), store_code="msk-1")
    number = reserve_order(token=token, terms=terms, by=SYSTEM, at=NOON)
    till_sells("A", sku="S-1", store="msk-1")
    finish_checkout(number=number, by=SYSTEM, at=NOON)
    outbox.drain()
    bag = Fulfilment.objects.get(order__number=number)
    assert asked(bag) == [("1", "")]
    return Order.objects.get(number=number), bag
