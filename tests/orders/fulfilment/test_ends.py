from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.promises.queries import live_promises
from inventory.stock.queries import levels
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import OutboxFact
from omniretail.kernel.states import IllegalTransition
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.operations import (
    AlreadyHandedOver,
    cancel_fulfilments,
    deliver_fulfilment,
    expire_uncollected,
    notice_late,
    say_on_the_way,
    ship_fulfilment,
)
from orders.ordering.models import Order
from orders.payments.models import PaymentRequest
from tests.clock import NOON
from tests.factories.fulfilment import (
    Ordered,
    Town,
    bag_of,
    collected,
    placed_order,
    ready,
    shipped,
)

LATER = NOON + timedelta(days=5)


def test_a_shipped_parcel_is_paid_and_completes_the_order_on_delivery(
    shops: Town,
) -> None:
    order = placed_order([Ordered("PHONE", 1, "depot", "SHIP")], delivery=Decimal("299.00"))
    clerk = shops.clerk("depot")
    parcel = shipped(bag_of(order, "SHIP"), clerk)
    assert PaymentRequest.objects.get(kind="CAPTURE").amount == Decimal("1299.00")
    assert levels("depot", ["PHONE"])["PHONE"].on_hand == 49
    order.refresh_from_db()
    assert order.status == Order.Status.PLACED
    deliver_fulfilment(number=parcel.number, by=clerk, at=NOON)
    order.refresh_from_db()
    assert order.status == Order.Status.COMPLETED


def test_shipping_twice_is_refused(shops: Town) -> None:
    parcel = shipped(
        bag_of(placed_order([Ordered("PHONE", 1, "depot", "SHIP")]), "SHIP"),
        shops.clerk("depot"),
    )
    with pytest.raises(IllegalTransition):
        ship_fulfilment(
            number=parcel.number, tracking_number="X", by=shops.clerk("depot"), at=NOON
        )


def test_an_uncollected_bag_expires_and_the_stock_comes_back_once(shops: Town) -> None:
    order = placed_order([Ordered("PHONE", 2, "tverskaya")])
    bag = ready(bag_of(order), shops.clerk("tverskaya"))
    assert expire_uncollected(by=SYSTEM, at=NOON) == 0
    assert expire_uncollected(by=SYSTEM, at=LATER) == 1
    assert expire_uncollected(by=SYSTEM, at=LATER) == 0
    bag.refresh_from_db()
    order.refresh_from_db()
    assert (bag.status, order.status) == ("EXPIRED", "CANCELLED")
    level = levels("tverskaya", ["PHONE"])["PHONE"]
    assert (level.on_hand, level.reserved) == (5, 0)
    assert PaymentRequest.objects.get(kind="VOID").amount == Decimal("2000.00")


def test_an_order_with_something_collected_completes_when_the_rest_expires(
    shops: Town,
) -> None:
    order = placed_order([Ordered("PHONE", 1, "tverskaya"), Ordered("CABLE", 1, "arbat")])
    first, second = Fulfilment.objects.select_related("store").filter(order=order)
    collected(first, shops.clerk(first.store.code))
    ready(second, shops.clerk(second.store.code))
    expire_uncollected(by=SYSTEM, at=LATER)
    order.refresh_from_db()
    assert order.status == Order.Status.COMPLETED


def test_lateness_is_told_once(shops: Town) -> None:
    bag = bag_of(placed_order([Ordered("PHONE", 1, "tverskaya")]))
    assert notice_late(at=NOON) == 0
    assert notice_late(at=bag.due_at) == 1
    assert notice_late(at=LATER) == 0
    assert OutboxFact.objects.filter(name="orders.fulfilment_late").count() == 1


def test_cancelling_gives_all_promises_back(shops: Town) -> None:
    order = placed_order([Ordered("PHONE", 1, "tverskaya"), Ordered("CABLE", 1, "arbat")])
    cancel_fulfilments(order=order, reason="CUSTOMER", by=SYSTEM, at=NOON)
    assert live_promises(order.number) == []
    assert {line.cancelled_quantity for line in order.lines.all()} == {1}
    told = OutboxFact.objects.filter(name="orders.fulfilment_cancelled")
    assert {fact.payload["reason"] for fact in told} == {"CUSTOMER"}


def test_what_the_customer_has_cannot_be_cancelled(shops: Town) -> None:
    order = placed_order([Ordered("PHONE", 1, "tverskaya"), Ordered("CABLE", 1, "arbat")])
    first = Fulfilment.objects.select_related("store").filter(order=order)[0]
    collected(first, shops.clerk(first.store.code))
    with pytest.raises(AlreadyHandedOver):
        cancel_fulfilments(order=order, reason="CUSTOMER", by=SYSTEM, at=NOON)


def test_setting_out_is_remembered_once(shops: Town) -> None:
    bag = ready(
        bag_of(placed_order([Ordered("PHONE", 1, "tverskaya")])), shops.clerk("tverskaya")
    )
    say_on_the_way(number=bag.number, at=NOON)
    say_on_the_way(number=bag.number, at=LATER)
    bag.refresh_from_db()
    assert bag.on_the_way_at == NOON
