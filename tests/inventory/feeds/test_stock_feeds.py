"""Absolute stock levels from a feed become movements, and never break a promise."""

from typing import Any
from unittest.mock import patch

import pytest

from inventory.stock.models import StockLevel, StockMovement, differing
from tests.factories.inventory import SkuFactory
from tests.inventory.feeds.test_importing import land, why
from tests.inventory.given import allocated, figures, stocked, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


def test_stock_is_not_set_below_what_is_promised() -> None:
    """sylius#9435, through the feed."""
    stocked(5)
    allocated(wanted(3))
    report = land("stock", "store_code,sku_code,on_hand\nmsk-1,S-1,2\n")
    assert why(report) == [(2, "on_hand", "3 are promised to customers.")]
    assert figures() == (5, 3)


def test_a_feed_of_stock_writes_the_difference_as_a_movement() -> None:
    stocked(5)
    report = land("stock", "store_code,sku_code,on_hand,safety_stock\nmsk-1,S-1,3,1\n")
    movement = StockMovement.objects.get(kind="FEED")
    assert (movement.quantity, movement.source, movement.reference) == (
        2,
        "ON_HAND",
        report.number,
    )
    assert StockLevel.objects.get().safety_stock == 1


def test_opening_stock_comes_from_the_supplier_and_later_differences_do_not() -> None:
    stocked(5, sku="S-2")
    allocated(wanted(1, sku="S-2"))
    SkuFactory.create(code="S-1")
    heading = "store_code,sku_code,on_hand\n"
    for row in ("S-1,0", "S-1,4", "S-1,0", "S-1,3", "S-2,6"):
        land("stock", f"{heading}msk-1,{row}\n")
    moved = StockMovement.objects.filter(kind="FEED").order_by("pk")
    assert list(moved.values_list("sku__code", "quantity", "source", "target")) == [
        ("S-1", 4, "SUPPLIER", "ON_HAND"),
        ("S-1", 4, "ON_HAND", "SHRINKAGE"),
        ("S-1", 3, "SHRINKAGE", "ON_HAND"),
        ("S-2", 1, "SHRINKAGE", "ON_HAND"),
    ]
    assert broken(only={"S1", "S4"}) == set()


def test_levels_that_change_after_the_comparison_are_judged_again() -> None:
    """One sells units, one is promised away, one comes to what is told by itself."""
    stocked(5)
    stocked(5, sku="S-2")
    stocked(5, sku="S-3")
    stocked(5, sku="S-4")
    landed = differing.land

    def first_others(*args: Any) -> Any:
        stocked(2, sku="S-1")
        allocated(wanted(4, sku="S-2"))
        stocked(1, sku="S-3")
        return landed(*args)

    rows = "msk-1,S-1,6\nmsk-1,S-2,3\nmsk-1,S-3,6\nmsk-1,S-4,9\n"
    with patch.object(differing, "land", first_others):
        report = land("stock", f"store_code,sku_code,on_hand\n{rows}")

    assert why(report) == [(3, "on_hand", "4 are promised to customers.")]
    assert (report.rows_landed, report.rows_changed) == (3, 2)
    assert [figures(sku=f"S-{n}") for n in (1, 2, 3, 4)] == [(6, 0), (5, 4), (6, 0), (9, 0)]
    moved = StockMovement.objects.filter(kind="FEED").order_by("sku__code")
    assert list(moved.values_list("sku__code", "quantity", "source")) == [
        ("S-1", 1, "ON_HAND"),
        ("S-4", 4, "SHRINKAGE"),
    ]
    assert broken(only={"S1", "S4"}) == set()
