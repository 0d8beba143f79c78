"""Goods with lots: the earlier is picked, leaves with the customer, and comes back as it
was; what expired overnight is not for sale."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from inventory.catalogue.models import Barcode, Sku
from inventory.lots.models import LotPick
from inventory.lots.operations import LotNotHere, LotPastSale, NoLotsKept, pick_lot
from inventory.lots.queries import first_out, lots_lying
from inventory.promises.models import Promise
from inventory.promises.queries import live_promises
from inventory.stock.operations import sell_stock
from omniretail.kernel.actors import SYSTEM
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.operations import (
    GoodsExpired,
    cancel_fulfilments,
    hand_over,
    mark_ready,
    pick_unit,
    put_back_unit,
    report_short,
    take_off_expired,
)
from orders.fulfilment.tasks import take_off_expired_lots
from orders.ordering.models import Order
from orders.returns.operations import ReturnItem, return_order
from orders.sourcing.models import SourcingDecision
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.fulfilment import (
    Ordered,
    Town,
    bag_of,
    code_of,
    collected,
    placed_order,
)
from tests.inventory.given import kit
from tests.inventory.lots.given import in_days, lot_sku, lots, lotted, taken
from tests.lawbook import broken

LAWS = {"S1", "S2", "S3", "S11", "S11b", "P1", "P3", "P4", "O4", "F1"}
STORE, SKU = "tverskaya", "BATTERY"
GTIN = "4006381333931"


@pytest.fixture
def batteries(shops: Town) -> Town:
    lot_sku(SKU, name="Батарейка")
    Barcode.objects.filter(gtin=GTIN).delete()
    Barcode.objects.create(sku=Sku.objects.get(code=SKU), gtin=GTIN)
    lotted(3, "SOON", 10, store=STORE, sku=SKU)
    lotted(3, "LATE", 90, store=STORE, sku=SKU)
    return shops


def order_of(units: int, *, store: str = STORE, kind: str = "COLLECT") -> Order:
    return placed_order([Ordered(SKU, units, store, kind)])


def pick(bag: Fulfilment, shops: Town, code: str = SKU, **terms: object) -> None:
    store = bag.store.code
    pick_unit(number=bag.number, code=code, by=shops.clerk(store), at=NOON, **terms)  # type: ignore[arg-type]


def leave(order: Order, shops: Town, at: datetime = NOON) -> None:
    bag = bag_of(order)
    clerk = shops.clerk(STORE)
    mark_ready(number=bag.number, bay="A-1", by=clerk, at=at)
    hand_over(number=bag.number, code=code_of(order), by=clerk, at=at)


def test_the_earlier_lot_is_picked_leaves_and_comes_back(batteries: Town) -> None:
    order = order_of(2)
    collected(bag_of(order), batteries.clerk(STORE))
    assert taken(order.number, sku=SKU) == {"SOON": 2}
    assert lots(STORE, sku=SKU) == {"SOON": 1, "LATE": 3}
    record = return_order(
        order_number=order.number,
        store_code="arbat",
        items=[ReturnItem(1, 1)],
        by=batteries.clerk("arbat"),
        at=NOON,
    )
    assert taken(record.number, sku=SKU) == {"SOON": 1}
    assert lots("arbat", sku=SKU) == {"SOON": 1}
    assert broken(only=LAWS) == set()


def test_the_clerk_takes_another_lot_by_naming_it(batteries: Town) -> None:
    order = order_of(3)
    bag = bag_of(order)
    pick(bag, batteries, lot="LATE")
    pick(bag, batteries, code=f"01{GTIN.zfill(14)}10LATE")
    pick(bag, batteries, code=GTIN)
    leave(order, batteries)
    assert taken(order.number, sku=SKU) == {"LATE": 2, "SOON": 1}
    assert broken(only=LAWS) == set()


def test_a_number_on_the_symbol_of_a_lot_counts_for_nothing(batteries: Town) -> None:
    order = order_of(2)
    bag = bag_of(order)
    pick(bag, batteries, code=f"01{GTIN.zfill(14)}10LATE\x1d21SN-1")
    pick(bag, batteries, code=f"01{GTIN.zfill(14)}10LATE\x1d21SN-1", lot="SOON")
    leave(order, batteries)
    assert taken(order.number, sku=SKU) == {"LATE": 1, "SOON": 1}


def test_what_expired_in_the_bag_is_not_handed_over(batteries: Town) -> None:
    order = order_of(1)
    pick(bag_of(order), batteries)
    too_late = NOON + timedelta(days=11)
    with pytest.raises(GoodsExpired) as refusal:
        leave(order, batteries, too_late)
    assert refusal.value.facts == {"lots": ["SOON"]}
    clerk = batteries.clerk(STORE)
    cancel_fulfilments(order=order, reason="EXPIRED", by=clerk, at=too_late)
    take_off_expired(store_code=STORE, sku_code=SKU, by=SYSTEM, at=too_late)
    assert lots(STORE, sku=SKU) == {"LATE": 3}
    assert broken(only=LAWS) == set()


def test_on_its_last_day_it_still_is(batteries: Town) -> None:
    order = order_of(1)
    pick(bag_of(order), batteries)
    leave(order, batteries, NOON + timedelta(days=10))
    assert taken(order.number, sku=SKU) == {"SOON": 1}


def test_what_lies_in_a_bag_is_not_sold_to_somebody_else(batteries: Town) -> None:
    order = order_of(2)
    pick(bag_of(order), batteries, quantity=2)
    (first, _later) = first_out(STORE, [SKU], at=NOON)[SKU]
    assert (first.lot, first.free, first.in_bags) == ("SOON", 1, 2)
    sell_stock(store_code=STORE, lines=[(SKU, 2)], reference="C-1", by=SYSTEM, at=NOON)
    assert taken("C-1", sku=SKU) == {"SOON": 1, "LATE": 1}
    leave(order, batteries)
    assert taken(order.number, sku=SKU) == {"SOON": 2}
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize(("units", "lots_taken"), [(1, 1), (6, 2)])
def test_a_pick_costs_the_same_over_one_lot_and_over_several(
    batteries: Town, units: int, lots_taken: int, django_assert_num_queries: Any
) -> None:
    terms: dict[str, Any] = {"store_code": STORE, "sku_code": SKU, "line": "1"}
    terms |= {"reference": order_of(units).number, "by": SYSTEM, "at": NOON}
    with django_assert_num_queries(7):  # rule, patience, level, lots, picks; a savepoint
        pick_lot(quantity=units, **terms)
    assert LotPick.objects.count() == lots_taken


def test_more_of_the_same_lot_adds_up(batteries: Town) -> None:
    order = order_of(3)
    for _unit in range(2):
        pick(bag_of(order), batteries)
    pick(bag_of(order), batteries, lot="LATE")
    picks = LotPick.objects.order_by("lot__code").values_list("lot__code", "units")
    assert list(picks) == [("LATE", 1), ("SOON", 2)]


def test_a_lot_that_is_not_there_is_refused_and_nothing_is_picked(batteries: Town) -> None:
    bag = bag_of(order_of(2))
    for lot in ("WHICH", ""):
        if lot:
            with pytest.raises(LotNotHere):
                pick(bag, batteries, lot=lot)
    with pytest.raises(LotNotHere) as refused:
        pick(bag_of(order_of(4)), batteries, lot="SOON", quantity=4)
    assert refused.value.facts["available"] == 3


def test_a_lot_past_its_last_day_of_sale_is_refused(batteries: Town) -> None:
    lotted(1, "OVER", -1, store=STORE, sku=SKU)
    with pytest.raises(LotPastSale):
        pick(bag_of(order_of(1)), batteries, lot="OVER")


def test_a_lot_of_an_article_without_lots_is_refused(batteries: Town) -> None:
    bag = bag_of(placed_order([Ordered("PHONE", 1, STORE)]))
    with pytest.raises(NoLotsKept):
        pick(bag, batteries, code="PHONE", lot="SOON")


def test_what_is_put_back_or_missing_or_called_off_is_free_again(batteries: Town) -> None:
    order = order_of(3)
    bag, clerk = bag_of(order), batteries.clerk(STORE)
    pick(bag, batteries, quantity=2)
    put_back_unit(number=bag.number, position=1, by=clerk, at=NOON)
    assert first_out(STORE, [SKU], at=NOON)[SKU][0].free == 2
    report_short(number=bag.number, position=1, quantity=2, by=clerk, at=NOON)
    assert [one.in_bags for one in lots_lying(STORE, [SKU], at=NOON)[SKU]] == [1, 0]
    cancel_fulfilments(order=order, reason="CUSTOMER", by=SYSTEM, at=NOON)
    assert [one.in_bags for one in lots_lying(STORE, [SKU], at=NOON)[SKU]] == [0, 0]
    assert broken(only=LAWS) == set()


def test_parts_of_kits_keep_their_lots(batteries: Town) -> None:
    kit("TORCH", {SKU: 2, "CABLE": 1})
    order = placed_order([Ordered("TORCH", 2, STORE)])
    bag, clerk = bag_of(order), batteries.clerk(STORE)
    pick(bag, batteries, quantity=1, lot="LATE")
    pick(bag, batteries, quantity=1)
    put_back_unit(number=bag.number, position=1, part=SKU, by=clerk, at=NOON)
    pick(bag, batteries, quantity=3)
    pick(bag, batteries, code="CABLE", quantity=1)
    report_short(number=bag.number, position=1, part="CABLE", quantity=1, by=clerk, at=NOON)
    leave(order, batteries)
    assert sum(taken(order.number, sku=SKU).values()) == 2
    assert taken(order.number, sku=SKU)["LATE"] == 1
    record = return_order(order_number=order.number, store_code=STORE, by=clerk, at=NOON)
    assert taken(record.number, sku=SKU) == taken(order.number, sku=SKU)
    assert broken(only=LAWS | {"S8"}) == set()


def test_what_comes_back_expired_goes_to_quarantine(batteries: Town) -> None:
    order = order_of(4)
    collected(bag_of(order), batteries.clerk(STORE))
    later = NOON + timedelta(days=11)
    for units in (1, 3):
        return_order(
            order_number=order.number,
            store_code=STORE,
            items=[ReturnItem(1, units)],
            by=batteries.clerk(STORE),
            at=later,
        )
    assert lots(STORE, sku=SKU, bucket="QUARANTINE") == {"SOON": 3}
    assert lots(STORE, sku=SKU) == {"LATE": 3}
    assert broken(only=LAWS) == set()


def test_bags_move_with_promises_whose_units_expire(batteries: Town) -> None:
    lotted(2, "SAME", 10, store="arbat", sku=SKU)
    lotted(2, "GOOD", 90, store="depot", sku=SKU)
    order = order_of(2, store="arbat", kind="SHIP")
    _make_provisional(order, "arbat", "depot")
    room = take_off_expired(
        store_code="arbat", sku_code=SKU, by=SYSTEM, at=NOON + timedelta(days=11)
    )
    assert [one.target_code for one in room.moved] == ["depot"]
    assert bag_of(order, "SHIP").store.code == "depot"
    assert SourcingDecision.objects.filter(order=order).exists()
    assert lots("arbat", sku=SKU, bucket="QUARANTINE") == {"SAME": 2}
    assert broken(only=LAWS) == set()


def test_the_clock_takes_what_expired_overnight_and_asks_for_who_waits(
    batteries: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = order_of(6)
    morning = NOON.replace(hour=0) + timedelta(days=11)
    monkeypatch.setattr("orders.fulfilment.tasks.clock.now", lambda: morning)
    assert take_off_expired_lots() == 1
    assert lots(STORE, sku=SKU, bucket="QUARANTINE") == {"SOON": 3}
    assert [slip.uncovered for slip in live_promises(order.number)] == [3]
    assert take_off_expired_lots() == 0
    assert in_days(10) < morning.date()
    assert broken(only=LAWS | {"S2"}) == set()


def _make_provisional(order: Order, *places: str) -> None:
    """As sourcing would have made it: the promise may stand at either place."""
    ids = dict(Store.objects.values_list("code", "pk"))
    Promise.objects.filter(reference=order.number).update(
        is_provisional=True, ranking=[ids[code] for code in places]
    )
