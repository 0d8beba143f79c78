"""Choosing the places that serve an order."""

import pytest

from omniretail.kernel.actors import SYSTEM
from orders.carts.queries import Recipient
from orders.models import Order, SourcingDecision
from orders.sourcing.operations import Wish, find_other_places, source_lines
from tests import given
from tests.clock import NOON

pytestmark = pytest.mark.django_db
MOSCOW = Recipient(latitude=55.75, longitude=37.6)


@pytest.fixture(autouse=True)
def chain() -> None:
    """A store in Moscow and one in Saint Petersburg, three units each."""
    given.goods(3)
    given.place("spb-1", city="Санкт-Петербург", latitude=59.93, longitude=30.36)
    given.goods(3, store="spb-1")


def ship(units: int, to: Recipient = MOSCOW) -> dict[str, int]:
    found = source_lines([Wish(1, "S-1", units, "SHIP", None)], to, channel="SITE", at=NOON)
    return {choice.store_code: choice.quantity for choice in found.choices}


def test_the_nearest_place_sends() -> None:
    assert ship(2) == {"msk-1": 2}
    assert ship(2, Recipient(latitude=59.9, longitude=30.3)) == {"spb-1": 2}


def test_an_address_without_coordinates_is_where_its_city_is() -> None:
    assert ship(2, Recipient(city="санкт-петербург ")) == {"spb-1": 2}


def test_a_city_without_a_store_is_served_all_the_same() -> None:
    assert sum(ship(2, Recipient(city="Магадан")).values()) == 2


def test_the_rest_comes_from_further_away() -> None:
    assert ship(5) == {"msk-1": 3, "spb-1": 2}


def test_what_is_collected_there_is_not_shipped_from_there_too() -> None:
    wishes = [Wish(1, "S-1", 2, "COLLECT", "msk-1"), Wish(2, "S-1", 3, "SHIP", None)]
    found = source_lines(wishes, MOSCOW, channel="SITE", at=NOON)
    assert [(c.store_code, c.quantity) for c in found.choices] == [
        ("msk-1", 2),
        ("spb-1", 3),
    ]


def test_units_nobody_has_are_missing() -> None:
    found = source_lines([Wish(1, "S-1", 8, "SHIP", None)], MOSCOW, channel="SITE", at=NOON)
    assert found.missing == {1: 2}


def test_a_place_that_cannot_ship_is_never_asked() -> None:
    given.place("msk-1", can_ship=False)
    assert ship(2) == {"spb-1": 2}


def test_another_place_is_found_and_the_decision_kept() -> None:
    order = Order.objects.get(number=given.a_placed_order(("S-1", 2, "SHIP", None)))

    found = find_other_places(
        order=order, units={1: 1}, refused={"msk-1"}, by=SYSTEM, at=NOON
    )

    assert [(place.store_code, place.units) for place in found] == [("spb-1", {1: 1})]
    decision = SourcingDecision.objects.get(reason="RESOURCED")
    assert (decision.store_code, decision.refused_places) == ("spb-1", ["msk-1"])


def test_nobody_is_found_where_nobody_has_all() -> None:
    order = Order.objects.get(number=given.a_placed_order(("S-1", 2, "SHIP", None)))
    assert (
        find_other_places(order=order, units={1: 9}, refused=set(), by=SYSTEM, at=NOON)
        == []
    )
    assert not SourcingDecision.objects.filter(reason="RESOURCED").exists()
