"""Bags say which lots to take from the shelf: the first to expire first."""

from dataclasses import replace
from typing import Any

import pytest

from omniretail.kernel.actors import SYSTEM
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.operations import cancel_fulfilments, pick_unit
from orders.fulfilment.queries import (
    FulfilmentView,
    fulfilment_views,
    views_of,
    with_lots,
)
from tests.clock import NOON
from tests.factories.fulfilment import Ordered, Town, bag_of, placed_order
from tests.inventory.given import kit
from tests.inventory.lots.given import lot_sku, lotted

STORE, SKU = "tverskaya", "BATTERY"


@pytest.fixture
def batteries(shops: Town) -> None:
    for lot, days in (("LATE", 90), ("SOON", 10)):
        lotted(3, lot, days, store=STORE, sku=SKU)


def test_the_lots_to_take_cost_one_query_however_many_bags(
    batteries: None, django_assert_num_queries: Any
) -> None:
    kit("TORCH", {SKU: 2, "CABLE": 1})
    lotted(2, "FIRST", 5, store=STORE, sku=lot_sku("FILM"))
    for _bag in range(2):
        placed_order([Ordered(SKU, 1, STORE), Ordered("TORCH", 1, STORE)])
        placed_order([Ordered("FILM", 1, STORE), Ordered("PHONE", 1, STORE)])
    bags = views_of(Fulfilment.objects.order_by("pk"))
    with django_assert_num_queries(1):
        seen = with_lots(bags, at=NOON)
    with django_assert_num_queries(0):
        assert with_lots(views_of([]), at=NOON) == []
        assert with_lots([without_lots(bags[0])], at=NOON) == [without_lots(bags[0])]
    first, other = seen[0].lines, seen[1].lines
    assert [one.lot for one in first[0].lots] == ["SOON", "LATE"]
    assert [[one.lot for one in part.lots] for part in first[1].parts] == [
        ["SOON", "LATE"],
        [],
    ]
    assert [[one.lot for one in line.lots] for line in other] == [["FIRST"], []]


def without_lots(bag: FulfilmentView) -> FulfilmentView:
    """The same bag, had its goods no lots."""
    lines = (replace(line, keeps_lots=False, parts=()) for line in bag.lines)
    return replace(bag, lines=tuple(lines))


def test_what_is_found_or_called_off_has_no_lots_to_take(
    batteries: None, shops: Town
) -> None:
    order = placed_order([Ordered(SKU, 1, STORE)])
    clerk = shops.clerk(STORE)
    pick_unit(number=bag_of(order).number, code=SKU, by=clerk, at=NOON)
    (line,) = with_lots(fulfilment_views(order.number), at=NOON)[0].lines
    assert (line.keeps_lots, line.lots) == (True, ())
    other = placed_order([Ordered(SKU, 1, STORE)])
    cancel_fulfilments(order=other, reason="CUSTOMER", by=SYSTEM, at=NOON)
    (line,) = with_lots(fulfilment_views(other.number), at=NOON)[0].lines
    assert line.lots == ()
