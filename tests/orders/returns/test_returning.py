from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from inventory.stock.queries import levels
from loyalty.identity.operations import register_customer
from loyalty.identity.queries import customer_id
from loyalty.points.operations import grant_points
from loyalty.points.queries import balance
from omniretail.contracts.orders import OrderReturned
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.models import OutboxFact
from orders.ordering.models import Order, OrderLine
from orders.payments.models import PaymentRequest
from orders.returns.models import ReturnLine
from orders.returns.operations import (
    MoreThanHandedOver,
    NothingToReturn,
    ReturnItem,
    return_order,
)
from stores.people.queries import NotInYourStore
from tests.clock import NOON
from tests.factories.fulfilment import Ordered, Town, bag_of, collected, placed_order


@pytest.fixture
def order(shops: Town) -> Order:
    """Three phones for 2999.99 and a cable, with the customer."""
    made = placed_order(
        [
            Ordered("PHONE", 3, "tverskaya", discount=Decimal("0.01")),
            Ordered("CABLE", 1, "tverskaya", price=Decimal("100.00")),
        ]
    )
    collected(bag_of(made), shops.clerk("tverskaya"))
    return made


def refunds() -> list[Decimal]:
    found = PaymentRequest.objects.filter(kind="REFUND").order_by("pk")
    return list(found.values_list("amount", flat=True))


def test_a_whole_order_comes_back_at_another_store(order: Order, shops: Town) -> None:
    record = return_order(
        order_number=order.number, store_code="arbat", by=shops.clerk("arbat"), at=NOON
    )
    assert record.refund_amount == Decimal("3099.99")
    assert refunds() == [Decimal("3099.99")]
    assert levels("arbat", ["PHONE"])["PHONE"].on_hand == 8
    assert levels("tverskaya", ["PHONE"])["PHONE"].on_hand == 2
    fact = OutboxFact.objects.get(name=OrderReturned.name)
    told = OrderReturned.load(fact.payload)
    assert (told.store_code, told.sold_by_stores) == ("arbat", ("tverskaya",))
    assert [line.quantity for line in told.lines] == [3, 1]


def test_returning_twice_is_refused_and_changes_nothing(order: Order, shops: Town) -> None:
    for store in ("arbat", "tverskaya"):
        clerk = shops.clerk(store)
        if store == "arbat":
            return_order(order_number=order.number, store_code=store, by=clerk, at=NOON)
            continue
        with pytest.raises(NothingToReturn):
            return_order(order_number=order.number, store_code=store, by=clerk, at=NOON)
    assert len(refunds()) == 1


def test_parts_refund_exactly_what_was_paid_for_them(order: Order, shops: Town) -> None:
    clerk = shops.clerk("arbat")
    for _ in range(3):
        return_order(
            order_number=order.number,
            store_code="arbat",
            by=clerk,
            at=NOON,
            items=[ReturnItem(1, 1)],
        )
    assert sum(refunds()) == Decimal("2999.99")
    assert max(refunds()) - min(refunds()) == Decimal("0.01")
    with pytest.raises(MoreThanHandedOver):
        return_order(
            order_number=order.number,
            store_code="arbat",
            by=clerk,
            at=NOON,
            items=[ReturnItem(1, 1)],
        )


def test_unsellable_goods_do_not_go_on_the_shelf(order: Order, shops: Town) -> None:
    return_order(
        order_number=order.number,
        store_code="arbat",
        by=shops.clerk("arbat"),
        at=NOON,
        items=[ReturnItem(2, 1, "QUARANTINE")],
    )
    assert levels("arbat", ["CABLE"])["CABLE"].on_hand == 10


def test_nothing_comes_back_that_never_left(shops: Town) -> None:
    waiting = placed_order([Ordered("PHONE", 1, "tverskaya")])
    with pytest.raises(NothingToReturn):
        return_order(
            order_number=waiting.number,
            store_code="arbat",
            by=shops.clerk("arbat"),
            at=NOON,
        )


def test_a_clerk_takes_back_in_the_own_store_only(order: Order, shops: Town) -> None:
    with pytest.raises(NotInYourStore):
        return_order(
            order_number=order.number,
            store_code="tverskaya",
            by=shops.clerk("arbat"),
            at=NOON,
        )


def test_a_till_may_take_back(order: Order, shops: Town) -> None:
    till = Actor(ActorKind.DEVICE, "till-arbat", "", "till-arbat", "arbat")
    record = return_order(order_number=order.number, store_code="arbat", by=till, at=NOON)
    assert record.received_by == "till-arbat"


def test_points_come_back_as_points_and_money_as_money(shops: Town) -> None:
    anna = register_customer(
        first_name="Анна",
        phone="+79161234567",
        channel="SITE",
        by=SYSTEM,
        at=NOON,
        verified=True,
    )
    grant_points(
        customer_number=anna.number, points=400, reference="gift", by=SYSTEM, at=NOON
    )
    made = placed_order(
        [Ordered("PHONE", 3, "tverskaya")],
        customer_id=customer_id(anna.number),
        points=400,
    )
    collected(bag_of(made), shops.clerk("tverskaya"))
    assert balance(anna.number).active == 0
    for _ in range(3):
        return_order(
            order_number=made.number,
            store_code="arbat",
            by=shops.clerk("arbat"),
            at=NOON,
            items=[ReturnItem(1, 1)],
        )
    assert sum(refunds()) == Decimal("2600.00")
    assert balance(anna.number).active == 400
    points = ReturnLine.objects.values_list("points_amount", flat=True)
    assert sum(points) == Decimal("400.00")


def test_the_database_refuses_more_returned_than_handed_over(order: Order) -> None:
    with pytest.raises(IntegrityError, match="returns_no_more"), transaction.atomic():
        OrderLine.objects.filter(order=order, position=2).update(returned_quantity=2)
