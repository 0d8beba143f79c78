"""Serialised goods come back by the numbers they were handed over with."""

from decimal import Decimal

import pytest
from django.db import transaction

from inventory.stock.operations import NotSerialised, SerialsWanted, SerialTwice
from orders.returns.operations import SerialNotOfOrder, return_order
from tests.clock import NOON
from tests.factories.fulfilment import Ordered, Town, placed_order
from tests.orders.serials import (
    back,
    handed_over,
    ordered,
    picked,
    where,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("serialised")]


@pytest.mark.parametrize("numbers", [("SN-2",), ("NEW-9",)])
def test_only_what_was_handed_over_comes_back(
    numbers: tuple[str, ...], shops: Town
) -> None:
    bag = ordered()
    picked(bag, "SN-1", shops)
    order = handed_over(bag, shops)
    with pytest.raises(SerialNotOfOrder) as caught, transaction.atomic():
        back(order, shops, *numbers)
    assert caught.value.field == "lines/0/serials"


def test_a_return_names_each_unit_once(shops: Town) -> None:
    bag = ordered(2)
    picked(bag, "SN-1", shops)
    picked(bag, "SN-2", shops)
    order = handed_over(bag, shops)
    with pytest.raises(SerialsWanted), transaction.atomic():
        back(order, shops, "SN-1", units=2)
    with pytest.raises(SerialTwice), transaction.atomic():
        back(order, shops, "SN-1", "SN-1")
    with pytest.raises(SerialsWanted), transaction.atomic():
        return_order(
            order_number=order.number, store_code="arbat", by=shops.clerk("arbat"), at=NOON
        )
    back(order, shops, "SN-2")
    with pytest.raises(SerialNotOfOrder), transaction.atomic():
        back(order, shops, "SN-2")
    back(order, shops, "SN-1")


def test_a_unit_that_left_unscanned_gets_its_name_when_it_comes_back(shops: Town) -> None:
    order = placed_order([Ordered("PHONE", 2, "tverskaya", "CARRY_OUT")])
    back(order, shops, "NEW-1")
    assert where("NEW-1") == "arbat ON_HAND"
    with pytest.raises(SerialNotOfOrder), transaction.atomic():
        back(order, shops, "SN-1")
    back(order, shops, "NEW-2")


def test_goods_without_serials_come_back_without_any(shops: Town) -> None:
    order = placed_order([Ordered("CABLE", 1, "tverskaya", "CARRY_OUT", Decimal("10.00"))])
    with pytest.raises(NotSerialised), transaction.atomic():
        back(order, shops, "SN-1")
    back(order, shops, units=1)
