"""A till sells what was promised: the weakest promise moves, or its customer is asked."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from inventory.promises.queries import live_promises
from inventory.stock.models import StockMovement
from loyalty.messaging.models import Message
from omniretail.contracts.orders import FulfilmentLinesShort, FulfilmentUncovered
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.models import OutboxFact
from orders.checkout.operations import Payment, Terms, cancel_order, place_order
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.operations import report_short, start_picking
from orders.models import Order, SourcingDecision
from orders.payments.sandbox import PAYS
from orders.till.operations import Outcome, record_sales
from orders.till.receipts import Sale, SoldLine
from stores.models import Store, WorkItem
from stores.network.operations.devices import enrol_device
from tests import given
from tests.clock import NOON
from tests.inventory.given import figures
from tests.lawbook import broken
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db
TILL = Actor(ActorKind.DEVICE, "till-1", "", "till-1", "msk-1")
PARCEL, BAG = ("S-1", 1, "SHIP", None), ("S-1", 1, "COLLECT", "msk-1")


@pytest.fixture(autouse=True)
def chain() -> None:
    """A store in Moscow with a till, and one in Saint Petersburg."""
    given.goods(2)
    given.place("spb-1", city="Санкт-Петербург", latitude=59.93, longitude=30.36)
    enrol_device(
        code="till-1", store_code="msk-1", kind="TILL", name="1", by=SYSTEM, at=NOON
    )


def rung_up(units: int = 1, sequence: int = 1) -> str:
    sale = Sale(
        sequence=sequence,
        receipt_number=f"A-{sequence}",
        sold_at=NOON - timedelta(minutes=5),
        tender="CASH",
        total_amount=Decimal(1000 * units),
        lines=(SoldLine(units, Decimal("1000.00"), sku="S-1"),),
    )
    (answer,) = record_sales(device_code="till-1", sales=[sale], by=TILL, at=NOON)
    assert answer.outcome == Outcome.LANDED, answer.problem
    return str(answer.order_number)


def kept(number: str) -> list[tuple[str, int, int]]:
    slips = live_promises(number)
    return [(slip.store_code, slip.quantity, slip.uncovered) for slip in slips]


def bags(number: str) -> list[tuple[str, str]]:
    rows = Fulfilment.objects.filter(order__number=number).order_by("pk")
    return list(rows.values_list("store__code", "status"))


def clerk() -> Actor:
    return Actor(ActorKind.SYSTEM, "system", store="msk-1")


def test_the_parcel_goes_to_another_place_and_the_bag_stays() -> None:
    given.goods(3, store="spb-1")
    bag, parcel = given.a_placed_order(BAG), given.a_placed_order(PARCEL)
    rung_up()
    assert (kept(bag), kept(parcel)) == ([("msk-1", 1, 0)], [("spb-1", 1, 0)])
    assert (figures("msk-1"), figures("spb-1")) == ((1, 1), (3, 1))
    assert bags(parcel) == [("msk-1", "CANCELLED"), ("spb-1", "ALLOCATED")]
    assert bags(bag) == [("msk-1", "ALLOCATED")]
    moved = Fulfilment.objects.get(store__code="spb-1")
    assert moved.replaces is not None
    assert moved.delivery_amount == 390
    decision = SourcingDecision.objects.get(reason="RESOURCED")
    assert (decision.store_code, decision.refused_places) == ("spb-1", ["msk-1"])
    fact = OutboxFact.objects.get(name=FulfilmentLinesShort.name)
    assert FulfilmentLinesShort.load(fact.payload).outcome == "RESOURCED"
    given.rest()
    assert broken() == set()
    picks = WorkItem.objects.open().filter(kind="PICK")
    assert set(picks.values_list("store__code", "order_number")) == {
        ("msk-1", bag),
        ("spb-1", parcel),
    }
    assert Message.objects.filter(template="moved").exists()


def test_a_moved_parcel_arrives_and_is_paid_once() -> None:
    given.goods(3, store="spb-1")
    given.a_placed_order(BAG)
    parcel = given.a_placed_order(PARCEL)
    rung_up()
    cancel_order(number=parcel, reason="CUSTOMER", by=SYSTEM, at=NOON)
    given.rest()
    assert (figures("msk-1"), figures("spb-1")) == ((1, 1), (3, 0))
    assert broken() == set()


def test_where_nobody_has_others_the_customer_is_asked() -> None:
    bag, parcel = given.a_placed_order(BAG), given.a_placed_order(PARCEL)
    rung_up()
    assert (kept(bag), kept(parcel)) == ([("msk-1", 1, 0)], [("msk-1", 1, 1)])
    fact = OutboxFact.objects.get(name=FulfilmentUncovered.name)
    told = FulfilmentUncovered.load(fact.payload)
    assert (told.order.number, told.fulfilment.units) == (parcel, 1)
    given.rest()
    assert broken() == set()
    work = WorkItem.objects.get(kind="ASK")
    assert (work.order_number, work.units, work.store.code) == (parcel, 1, "msk-1")
    assert Message.objects.filter(template="lacking").exists()


def test_the_tablet_says_what_was_sold_over_the_till(client: Client) -> None:
    parcel = given.a_placed_order(("S-1", 2, "SHIP", None))
    rung_up()
    outbox.drain()
    sign_in_tablet(client, store=Store.objects.get(code="msk-1"))
    number = Fulfilment.objects.get(order__number=parcel).number
    queue = client.get("/tablet/work/").content.decode()
    assert "Look, or ask the customer" in queue
    page = client.get(f"/tablet/pick/{number}/").content.decode()
    assert "1 sold over the till meanwhile" in page


def test_reporting_it_missing_ends_the_question() -> None:
    parcel = given.a_placed_order(("S-1", 2, "SHIP", None))
    rung_up()
    number = Fulfilment.objects.get(order__number=parcel).number
    start_picking(number=number, by=clerk(), at=NOON)
    assert report_short(number=number, position=1, quantity=1, by=clerk(), at=NOON)
    assert kept(parcel) == [("msk-1", 1, 0)]
    assert figures() == (1, 1)
    given.rest()
    assert broken() == set()
    assert not WorkItem.objects.open().filter(kind="ASK").exists()


def test_what_is_being_picked_is_not_what_was_sold() -> None:
    given.goods(3, store="spb-1")
    parcel = given.a_placed_order(("S-1", 2, "SHIP", None))
    number = Fulfilment.objects.get(order__number=parcel).number
    start_picking(number=number, by=clerk(), at=NOON)
    rung_up()
    assert kept(parcel) == [("msk-1", 2, 0)]
    assert StockMovement.objects.filter(kind="FOUND").count() == 1
    given.rest()
    assert broken() == set()


def test_a_sale_of_what_is_free_touches_no_promise() -> None:
    parcel = given.a_placed_order(PARCEL)
    rung_up()
    assert kept(parcel) == [("msk-1", 1, 0)]
    assert figures() == (1, 1)
    assert not SourcingDecision.objects.filter(reason="RESOURCED").exists()


def test_a_collection_takes_the_unit_of_a_parcel_that_can_come_from_elsewhere() -> None:
    """magento/inventory#2032: pickup stock is stolen by what ships from anywhere."""
    given.goods(3, store="spb-1")
    parcel = given.a_placed_order(("S-1", 2, "SHIP", None))
    bag = given.a_placed_order(("S-1", 2, "COLLECT", "msk-1"))
    assert (kept(bag), kept(parcel)) == ([("msk-1", 2, 0)], [("spb-1", 2, 0)])
    assert bags(parcel) == [("msk-1", "CANCELLED"), ("spb-1", "ALLOCATED")]
    given.rest()
    assert broken() == set()


def test_a_collection_is_refused_where_nobody_can_make_room() -> None:
    parcel = given.a_placed_order(("S-1", 2, "SHIP", None))
    token = given.a_cart(("S-1", 1, "COLLECT", "msk-1"))
    with pytest.raises(Exception, match="not enough"):
        place_order(
            token=token, terms=Terms(payment=Payment("CARD", PAYS)), by=SYSTEM, at=NOON
        )
    assert kept(parcel) == [("msk-1", 2, 0)]
    assert Order.objects.count() == 1
