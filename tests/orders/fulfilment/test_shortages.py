from decimal import Decimal

import pytest

from inventory.promises.queries import live_promises
from inventory.stock.queries import levels
from omniretail.contracts.orders import FulfilmentLinesShort
from omniretail.kernel.models import OutboxFact
from omniretail.kernel.states import IllegalTransition
from orders.fulfilment.models import Fulfilment, FulfilmentLine
from orders.fulfilment.operations import MoreThanMissing, report_short, start_picking
from orders.ordering.models import Order
from orders.payments.models import PaymentRequest
from orders.sourcing.models import SourcingDecision
from tests.clock import NOON
from tests.factories.fulfilment import (
    Ordered,
    Town,
    bag_of,
    collected,
    placed_order,
    shipped,
)


def started(order: Order, kind: str, shops: Town) -> Fulfilment:
    bag = bag_of(order, kind)
    start_picking(number=bag.number, by=shops.clerk(bag.store.code), at=NOON)
    return bag


def short(bag: Fulfilment, position: int, quantity: int, shops: Town) -> str:
    return report_short(
        number=bag.number,
        position=position,
        quantity=quantity,
        by=shops.clerk(bag.store.code),
        at=NOON,
    )


def kept(order: Order) -> dict[str, int]:
    """Units promised to the order, by store."""
    found: dict[str, int] = {}
    for slip in live_promises(order.number):
        found[slip.store_code] = found.get(slip.store_code, 0) + slip.quantity
    return found


def test_a_parcels_missing_units_come_from_another_place(shops: Town) -> None:
    order = placed_order(
        [Ordered("PHONE", 3, "tverskaya", "SHIP", discount=Decimal("0.01"))]
    )
    bag = started(order, "SHIP", shops)
    assert short(bag, 1, 2, shops) == "RESOURCED"
    replacement = Fulfilment.objects.select_related("store").get(replaces=bag)
    assert replacement.store.code != "tverskaya"
    assert kept(order) == {"tverskaya": 1, replacement.store.code: 2}
    assert levels("tverskaya", ["PHONE"])["PHONE"].on_hand == 3
    amounts = FulfilmentLine.objects.filter(order_line__order=order)
    assert sum(line.net_amount for line in amounts) == Decimal("2999.99")
    decision = SourcingDecision.objects.get(reason="RESOURCED")
    assert decision.refused_places == ["tverskaya"]
    fact = OutboxFact.objects.get(name=FulfilmentLinesShort.name)
    told = FulfilmentLinesShort.load(fact.payload)
    assert (told.outcome, told.fulfilment.units) == ("RESOURCED", 2)


def test_units_never_go_back_to_a_place_that_did_not_find_them(shops: Town) -> None:
    order = placed_order([Ordered("PHONE", 1, "tverskaya", "SHIP")])
    tried = {"tverskaya"}
    bag = started(order, "SHIP", shops)
    for _ in range(2):
        assert short(bag, 1, 1, shops) == "RESOURCED"
        bag = Fulfilment.objects.select_related("store").get(replaces=bag)
        start_picking(number=bag.number, by=shops.clerk(bag.store.code), at=NOON)
        assert bag.store.code not in tried
        tried.add(bag.store.code)
    assert short(bag, 1, 1, shops) == "REFUNDED"
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("CANCELLED", "NOT_FOUND")


def test_an_empty_parcel_is_called_off_and_its_delivery_moves_on(shops: Town) -> None:
    order = placed_order(
        [Ordered("PHONE", 1, "tverskaya", "SHIP")], delivery=Decimal("299.00")
    )
    bag = started(order, "SHIP", shops)
    short(bag, 1, 1, shops)
    bag.refresh_from_db()
    replacement = Fulfilment.objects.select_related("store").get(replaces=bag)
    assert (bag.status, bag.delivery_amount) == ("CANCELLED", Decimal(0))
    assert replacement.delivery_amount == Decimal("299.00")
    shipped(replacement, shops.clerk(replacement.store.code))
    assert PaymentRequest.objects.get(kind="CAPTURE").amount == Decimal("1299.00")
    assert not PaymentRequest.objects.filter(kind="VOID").exists()


def test_a_bags_missing_units_are_not_paid(shops: Town) -> None:
    order = placed_order([Ordered("PHONE", 3, "tverskaya", discount=Decimal("0.01"))])
    bag = started(order, "COLLECT", shops)
    assert short(bag, 1, 1, shops) == "REFUNDED"
    line = order.lines.get(position=1)
    assert (line.cancelled_quantity, kept(order)) == (1, {"tverskaya": 2})
    collected(bag, shops.clerk("tverskaya"))
    void = PaymentRequest.objects.get(kind="VOID")
    capture = PaymentRequest.objects.get(kind="CAPTURE")
    assert void.amount + capture.amount == Decimal("2999.99")
    order.refresh_from_db()
    assert order.status == Order.Status.COMPLETED


def test_an_order_of_which_nothing_was_found_is_cancelled(shops: Town) -> None:
    order = placed_order([Ordered("PHONE", 1, "tverskaya")])
    bag = started(order, "COLLECT", shops)
    short(bag, 1, 1, shops)
    order.refresh_from_db()
    assert order.status == Order.Status.CANCELLED
    assert PaymentRequest.objects.get(kind="VOID").amount == Decimal("1000.00")
    assert kept(order) == {}


def test_units_nobody_has_are_not_paid_and_neither_is_their_delivery(shops: Town) -> None:
    order = placed_order(
        [Ordered("CABLE", 100, "depot", "SHIP")], delivery=Decimal("299.00")
    )
    bag = started(order, "SHIP", shops)
    assert short(bag, 1, 100, shops) == "REFUNDED"
    assert PaymentRequest.objects.get(kind="VOID").amount == Decimal("100299.00")


def test_more_units_than_are_missing_cannot_be_short(shops: Town) -> None:
    bag = started(placed_order([Ordered("PHONE", 2, "tverskaya")]), "COLLECT", shops)
    for position, quantity in ((1, 3), (2, 1), (1, 0)):
        with pytest.raises(MoreThanMissing):
            short(bag, position, quantity, shops)


def test_a_bag_nobody_picks_has_no_missing_units(shops: Town) -> None:
    bag = bag_of(placed_order([Ordered("PHONE", 2, "tverskaya")]))
    with pytest.raises(IllegalTransition):
        short(bag, 1, 1, shops)
