"""Who finds no other unit in place of one that a till has sold says which one it was."""

import pytest

from orders.fulfilment.operations import MoreThanMissing, SoldUnitNotNamed
from tests.factories.fulfilment import Town
from tests.lawbook import broken
from tests.orders.fulfilment.test_no_other_unit import RULES, in_shops, none_left, ready
from tests.orders.fulfilment.test_units_sold import asked, till_sells
from tests.orders.serials import ordered, picked

pytestmark = pytest.mark.django_db


@in_shops
def test_a_unit_that_was_sold_is_named(shops: Town) -> None:
    bag = ordered(3)
    ready(bag, shops, "SN-1", "SN-2", "NEW-1")
    till_sells("SN-1")
    till_sells("SN-2", sequence=2)
    with pytest.raises(SoldUnitNotNamed) as refused:
        none_left(bag, shops)
    assert refused.value.field == "serial"
    assert refused.value.facts == {"sold_serials": ["SN-1", "SN-2"]}
    assert bag.lines.get().short_quantity == 0


@in_shops
def test_one_that_was_never_found_is_not_the_one_that_was_sold(shops: Town) -> None:
    bag = ordered(2)
    picked(bag, "SN-1", shops)
    till_sells("SN-1")
    assert none_left(bag, shops) == "REFUNDED"
    assert asked(bag) == [("1", "")]
    with pytest.raises(SoldUnitNotNamed):
        none_left(bag, shops)
    with pytest.raises(MoreThanMissing):
        none_left(bag, shops, units=2)
    line = bag.lines.get()
    assert (line.picked_quantity, line.short_quantity, line.missing_quantity) == (1, 1, 0)
    assert broken(only=RULES) == set()
