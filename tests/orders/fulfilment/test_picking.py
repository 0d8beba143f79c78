from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.promises.queries import live_promises
from inventory.stock.queries import levels
from omniretail.kernel.models import OutboxFact
from omniretail.kernel.states import IllegalTransition
from orders.fulfilment.models import Fulfilment, FulfilmentLine
from orders.fulfilment.operations import (
    AllPicked,
    FulfilmentNotFound,
    NotThisItem,
    UnitsMissing,
    WrongKind,
    accept_fulfilment,
    mark_ready,
    pack_fulfilment,
    pick_unit,
    put_back_unit,
    start_picking,
)
from stores.people.queries import NotInYourStore
from tests.clock import NOON
from tests.factories.fulfilment import Ordered, Town, bag_of, placed_order

PHONE_GTIN, CABLE_GTIN = "4006381333931", "4600051000057"


@pytest.fixture
def bag(shops: Town) -> Fulfilment:
    lines = [Ordered("PHONE", 2, "tverskaya"), Ordered("CABLE", 1, "tverskaya")]
    return bag_of(placed_order(lines))


def told(fulfilment: Fulfilment) -> list[str]:
    facts = OutboxFact.objects.filter(subject=f"order:{fulfilment.order.number}")
    return list(facts.order_by("sequence").values_list("name", flat=True))


def test_a_placed_order_gives_its_store_a_bag_with_a_deadline(bag: Fulfilment) -> None:
    assert bag.status == Fulfilment.Status.ALLOCATED
    assert bag.due_at == NOON + timedelta(hours=1)
    assert sum(slip.quantity for slip in live_promises(bag.order.number)) == 3
    assert "orders.fulfilment_allocated" in told(bag)


def test_accepting_twice_is_refused(bag: Fulfilment, shops: Town) -> None:
    clerk = shops.clerk("tverskaya")
    accept_fulfilment(number=bag.number, by=clerk, at=NOON)
    with pytest.raises(IllegalTransition):
        accept_fulfilment(number=bag.number, by=clerk, at=NOON)


def test_a_bag_of_another_store_does_not_exist(bag: Fulfilment, shops: Town) -> None:
    with pytest.raises(NotInYourStore):
        accept_fulfilment(number=bag.number, by=shops.clerk("arbat"), at=NOON)
    with pytest.raises(FulfilmentNotFound):
        accept_fulfilment(number="F-0000-0000", by=shops.clerk("arbat"), at=NOON)


def test_the_first_scan_accepts_and_starts_the_picking(
    bag: Fulfilment, shops: Town
) -> None:
    clerk = shops.clerk("tverskaya")
    line = pick_unit(number=bag.number, code=PHONE_GTIN, by=clerk, at=NOON)
    bag.refresh_from_db()
    assert (line.picked_quantity, line.missing_quantity) == (1, 1)
    assert (bag.status, bag.picked_by) == (Fulfilment.Status.PICKING, clerk.key)
    assert told(bag)[-2:] == ["orders.fulfilment_accepted", "orders.fulfilment_picking"]


def test_starting_a_bag_that_is_being_picked_is_refused(
    bag: Fulfilment, shops: Town
) -> None:
    start_picking(number=bag.number, by=shops.clerk("tverskaya"), at=NOON)
    with pytest.raises(IllegalTransition):
        start_picking(number=bag.number, by=shops.clerk("tverskaya"), at=NOON)


def test_a_wrong_scan_says_what_it_is_and_what_is_wanted(shops: Town) -> None:
    bag = bag_of(placed_order([Ordered("PHONE", 1, "tverskaya")]))
    with pytest.raises(NotThisItem) as refusal:
        pick_unit(number=bag.number, code=CABLE_GTIN, by=shops.clerk("tverskaya"), at=NOON)
    assert refusal.value.facts["scanned_name"] == "Товар CABLE"
    assert refusal.value.facts["expected"] == ["Товар PHONE"]


def test_more_scans_than_units_are_refused(bag: Fulfilment, shops: Town) -> None:
    clerk = shops.clerk("tverskaya")
    pick_unit(number=bag.number, code="CABLE", by=clerk, at=NOON)
    with pytest.raises(AllPicked):
        pick_unit(number=bag.number, code="CABLE", by=clerk, at=NOON)
    with pytest.raises(AllPicked):
        pick_unit(number=bag.number, code="PHONE", quantity=3, by=clerk, at=NOON)


def test_a_pick_can_be_undone(bag: Fulfilment, shops: Town) -> None:
    clerk = shops.clerk("tverskaya")
    pick_unit(number=bag.number, code="CABLE", by=clerk, at=NOON)
    put_back_unit(number=bag.number, position=2, by=clerk, at=NOON)
    assert FulfilmentLine.objects.get(order_line__position=2).picked_quantity == 0
    with pytest.raises(NotThisItem):
        put_back_unit(number=bag.number, position=2, by=clerk, at=NOON)


def test_a_bag_with_missing_units_is_not_ready(bag: Fulfilment, shops: Town) -> None:
    clerk = shops.clerk("tverskaya")
    pick_unit(number=bag.number, code="PHONE", quantity=2, by=clerk, at=NOON)
    with pytest.raises(UnitsMissing) as refusal:
        mark_ready(number=bag.number, bay="A-1", by=clerk, at=NOON)
    assert refusal.value.facts == {"units": 1, "names": ["Товар CABLE"]}


def test_a_ready_bag_is_kept_for_as_long_as_the_store_promises(
    bag: Fulfilment, shops: Town
) -> None:
    clerk = shops.clerk("tverskaya")
    pick_unit(number=bag.number, code="PHONE", quantity=2, by=clerk, at=NOON)
    pick_unit(number=bag.number, code="CABLE", by=clerk, at=NOON)
    ready = mark_ready(number=bag.number, bay="A-1", by=clerk, at=NOON)
    assert ready.status == Fulfilment.Status.READY
    assert ready.keep_until is not None
    assert NOON + timedelta(days=3) <= ready.keep_until <= NOON + timedelta(days=4)
    assert told(bag)[-1] == "orders.fulfilment_ready"
    assert levels("tverskaya", ["PHONE"])["PHONE"].reserved == 2


def test_a_parcel_is_packed_and_a_bag_is_not(bag: Fulfilment, shops: Town) -> None:
    clerk = shops.clerk("tverskaya")
    parcel = bag_of(placed_order([Ordered("PHONE", 1, "tverskaya", "SHIP")]), "SHIP")
    pick_unit(number=parcel.number, code="PHONE", by=clerk, at=NOON)
    start_picking(number=bag.number, by=clerk, at=NOON)
    with pytest.raises(WrongKind):
        mark_ready(number=parcel.number, bay="A-1", by=clerk, at=NOON)
    with pytest.raises(WrongKind):
        pack_fulfilment(number=bag.number, by=clerk, at=NOON)
    packed = pack_fulfilment(number=parcel.number, by=clerk, at=NOON)
    assert (packed.status, packed.packed_by) == (Fulfilment.Status.PACKED, clerk.key)


def test_amounts_of_split_lines_sum_to_the_line(shops: Town) -> None:
    order = placed_order(
        [
            Ordered(
                "CABLE", 3, "tverskaya", price=Decimal("100.00"), discount=Decimal("0.01")
            )
        ]
    )
    line = FulfilmentLine.objects.get(order_line__order=order)
    assert line.net_amount == Decimal("299.99")
