"""From a cart to an order that stands."""

from decimal import Decimal

import pytest

from inventory.models import LostDemand
from inventory.promises.operations import NotEnoughStock
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.models import OutboxFact
from orders.carts.queries import cart_view
from orders.checkout import operations as checkout
from orders.checkout.operations import Payment, Terms, place_order
from orders.models import Fulfilment, Order, PaymentRequest, SandboxCharge, Tender
from orders.payments import sandbox
from orders.payments.operations import PaymentDeclined
from tests import given
from tests.clock import NOON
from tests.inventory.given import figures
from tests.lawbook import broken

pytestmark = pytest.mark.django_db

CARD = Terms(payment=Payment("CARD", sandbox.PAYS))


def place(token: str, method: str = sandbox.PAYS) -> Order:
    terms = Terms(payment=Payment("CARD", method))
    return Order.objects.get(
        number=place_order(token=token, terms=terms, by=SYSTEM, at=NOON)
    )


def test_an_order_to_ship_and_to_collect_stands() -> None:
    given.goods(5)
    token = given.a_cart(("S-1", 1, "SHIP", None), ("S-1", 2, "COLLECT", "msk-1"))

    order = place(token)

    assert order.status == Order.Status.PLACED
    assert order.total_amount == 3390
    assert figures() == (5, 3)
    assert sorted(order.fulfilments.values_list("kind", "status")) == [
        ("COLLECT", "ALLOCATED"),
        ("SHIP", "ALLOCATED"),
    ]
    tender = order.tenders.get()
    assert (tender.status, tender.authorised_amount) == ("AUTHORISED", 3390)
    assert cart_view(token).status == "CHECKED_OUT"
    assert cart_view(token).order_number == order.number
    assert list(
        OutboxFact.objects.filter(subject=f"order:{order.number}")
        .order_by("sequence")
        .values_list("name", flat=True)
    ) == [
        "orders.order_placed",
        "orders.fulfilment_allocated",
        "orders.fulfilment_allocated",
    ]
    given.rest()
    assert broken() == set()


def test_ordering_the_same_cart_again_answers_the_same_order() -> None:
    given.goods(5)
    token = given.a_cart()

    first, second = place(token), place(token)

    assert first == second
    assert Order.objects.count() == SandboxCharge.objects.count() == 1
    assert figures() == (5, 1)


def test_a_declined_card_releases_everything() -> None:
    given.goods(5)
    customer = given.a_customer(points=300)
    token = given.a_cart(customer=customer, redeem_points=200)

    with pytest.raises(PaymentDeclined) as refusal:
        place(token, sandbox.DECLINED)

    assert refusal.value.facts["reason"] == "card_declined"
    order = Order.objects.get()
    assert (order.status, order.cancel_reason) == ("CANCELLED", "PAYMENT_DECLINED")
    assert figures() == (5, 0)
    assert cart_view(token).status == "OPEN"
    assert not OutboxFact.objects.filter(name__startswith="orders.").exists()
    given.rest()
    assert broken() == set()

    assert place(token).status == Order.Status.PLACED
    given.rest()
    assert broken() == set()


def test_points_pay_for_a_part() -> None:
    given.goods(5)
    customer = given.a_customer(points=300)
    token = given.a_cart(customer=customer, redeem_points=200)

    order = place(token)

    paid = dict(order.tenders.values_list("kind", "authorised_amount"))
    assert paid == {"POINTS": 200, "CARD": 1190}
    assert order.lines.get().points_amount == 200
    given.rest()
    assert broken() == set()


def test_the_last_unit_goes_to_one_buyer() -> None:
    given.goods(1)
    given_to, refused = given.a_cart(), given.a_cart()
    place(given_to)

    with pytest.raises(NotEnoughStock) as refusal:
        place(refused)

    assert refusal.value.field == "lines/0/quantity"
    assert cart_view(refused).status == "OPEN"
    assert Order.objects.count() == 1


def test_a_parcel_is_split_when_no_place_has_everything() -> None:
    given.goods(1, sku="S-1")
    given.place("spb-1", city="Санкт-Петербург", latitude=59.93, longitude=30.36)
    given.goods(3, sku="S-2", store="spb-1")

    order = place(given.a_cart(("S-1", 1, "SHIP", None), ("S-2", 3, "SHIP", None)))

    assert sorted(order.fulfilments.values_list("store__code", flat=True)) == [
        "msk-1",
        "spb-1",
    ]
    assert set(order.sourcing_decisions.values_list("reason", flat=True)) == {"SPLIT"}


def test_goods_carried_out_are_handed_over_at_once() -> None:
    given.goods(5)
    clerk = Actor(ActorKind.SYSTEM, "system", store="msk-1")
    token = given.a_cart(("S-1", 2, "CARRY_OUT", "msk-1"), store="msk-1", by=clerk)

    order = place(token)

    assert order.status == Order.Status.COMPLETED
    assert figures() == (3, 0)
    assert order.fulfilments.get().status == Fulfilment.Status.COLLECTED
    given.settled_payments()
    assert Tender.objects.get().captured_amount == 2000
    given.rest()
    assert broken() == set()


def test_cash_is_taken_at_once_and_never_asked_of_the_gateway() -> None:
    given.goods(5)
    token = given.a_cart(("S-1", 2, "CARRY_OUT", "msk-1"), store="msk-1")

    number = place_order(
        token=token, terms=Terms(payment=Payment("CASH")), by=SYSTEM, at=NOON
    )

    assert Order.objects.get(number=number).status == Order.Status.COMPLETED
    assert Tender.objects.get().captured_amount == 2000
    assert not PaymentRequest.objects.exists()
    given.rest()
    assert broken() == set()


def test_a_cart_cannot_be_taken_along_without_a_store() -> None:
    given.goods(5)
    token = given.a_cart(("S-1", 2, "CARRY_OUT", "msk-1"))

    with pytest.raises(checkout.CarryOutElsewhere) as refusal:
        place(token)

    assert refusal.value.field == "lines/0/store"


def test_a_total_that_was_not_the_seen_one_is_refused() -> None:
    given.goods(5)
    token = given.a_cart()
    terms = Terms(payment=Payment("CARD", sandbox.PAYS), expected_total=Decimal(1000))

    with pytest.raises(checkout.PriceChanged):
        place_order(token=token, terms=terms, by=SYSTEM, at=NOON)

    assert not Order.objects.exists()


def test_facts_of_an_order_are_delivered() -> None:
    given.goods(5)
    place(given.a_cart())

    outbox.drain()

    assert not OutboxFact.objects.filter(delivered_at=None).exists()


def test_a_cart_that_is_refused_for_stock_counts_as_asked_in_vain_once() -> None:
    given.goods(2)
    token = given.a_cart(("S-1", 5, "COLLECT", "msk-1"))
    for _time in range(2):
        with pytest.raises(NotEnoughStock):
            place(token)
    row = LostDemand.objects.get()
    assert row.store is not None
    assert (row.sku.code, row.store.code, row.quantity) == ("S-1", "msk-1", 3)
    assert (row.channel, token in row.session) == ("SITE", False)
