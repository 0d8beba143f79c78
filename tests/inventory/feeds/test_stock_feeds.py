"""Absolute stock levels from a feed become movements, and never break a promise."""

import pytest

from inventory.stock.models import StockLevel, StockMovement
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
