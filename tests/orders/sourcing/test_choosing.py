"""Choosing the places that serve an order."""

from dataclasses import replace

import pytest

from inventory.selling.operations import save_channel, set_network
from inventory.selling.queries import NetworkPlace
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import limits
from orders.carts.queries import Recipient
from orders.models import Order, SourcingDecision
from orders.sourcing.choices import Choice, Wish
from orders.sourcing.operations import (
    rank_other_places,
    rank_places,
    record_choices,
    source_lines,
)
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


def test_two_lines_of_one_sku_share_what_there_is() -> None:
    wishes = [Wish(1, "S-1", 2, "SHIP", None), Wish(2, "S-1", 5, "SHIP", None)]
    found = source_lines(wishes, MOSCOW, channel="SITE", at=NOON)
    served = [(c.position, c.store_code, c.quantity) for c in found.choices]
    assert served == [(1, "msk-1", 2), (2, "msk-1", 1), (2, "spb-1", 3)]
    assert found.missing == {2: 1}
    ranked = rank_places(wishes, MOSCOW, channel="SITE", at=NOON)
    assert ranked.missing == {2: 1}


def test_a_place_that_cannot_ship_is_never_asked() -> None:
    given.place("msk-1", can_ship=False)
    assert ship(2) == {"spb-1": 2}


def test_other_places_are_ranked_and_the_decision_is_kept() -> None:
    order = Order.objects.get(number=given.a_placed_order(("S-1", 2, "SHIP", None)))

    ranking = rank_other_places(order=order, units={1: 1}, refused={"msk-1"}, at=NOON)

    (route,) = ranking.routes
    assert (route.places, route.preferred, dict(ranking.missing)) == (("spb-1",), 1, {})
    choice = Choice(1, "S-1", 1, "SHIP", "spb-1", "RESOURCED")
    record_choices(order=order, choices=[choice], refused={"msk-1"}, at=NOON)
    decision = SourcingDecision.objects.get(reason="RESOURCED")
    assert (decision.store_code, decision.refused_places) == ("spb-1", ["msk-1"])


def test_what_nobody_has_is_missing_from_the_ranking() -> None:
    order = Order.objects.get(number=given.a_placed_order(("S-1", 2, "SHIP", None)))
    ranking = rank_other_places(order=order, units={1: 9}, refused=set(), at=NOON)
    assert dict(ranking.missing) == {1: 5}


def test_the_places_of_the_best_plan_come_first_then_the_nearest() -> None:
    given.place("tver-1", latitude=56.86, longitude=35.9)
    given.goods(9, store="spb-1", sku="S-2")
    wishes = [Wish(1, "S-1", 4, "SHIP", None), Wish(2, "S-2", 1, "SHIP", None)]
    ranking = rank_places(wishes, MOSCOW, channel="SITE", at=NOON)
    routes = [(route.places, route.preferred) for route in ranking.routes]
    assert routes == [(("msk-1", "spb-1", "tver-1"), 2)] * 2


def test_what_was_named_has_no_choice() -> None:
    (route,) = rank_places(
        [Wish(1, "S-1", 2, "COLLECT", "msk-1")], MOSCOW, channel="SITE", at=NOON
    ).routes
    assert route.places == ("msk-1",)


def prefer(**priorities: int) -> None:
    """The site sells from these places, in this order."""
    save_channel(code="SITE", name="Site", by=SYSTEM, at=NOON)
    places = [
        NetworkPlace(code.replace("_", "-"), priority)
        for code, priority in priorities.items()
    ]
    set_network(channel="SITE", places=places, by=SYSTEM, at=NOON)


def test_the_channel_s_priority_comes_before_the_way() -> None:
    prefer(msk_1=2, spb_1=1)
    wish = [Wish(1, "S-1", 2, "SHIP", None)]
    (choice,) = source_lines(wish, MOSCOW, channel="SITE", at=NOON).choices
    assert (choice.store_code, choice.reason) == ("spb-1", "PREFERRED")
    seen = [(one["store"], one["priority"], one["chosen"]) for one in choice.considered]
    assert seen == [("spb-1", 1, True), ("msk-1", 2, False)]
    (route,) = rank_places(wish, MOSCOW, channel="SITE", at=NOON).routes
    assert (route.places, route.preferred) == (("spb-1", "msk-1"), 1)
    (other,) = source_lines(wish, MOSCOW, channel="APP", at=NOON).choices
    assert (other.store_code, other.reason) == ("msk-1", "NEAREST")


def test_of_equal_priority_the_nearest_sends() -> None:
    prefer(spb_1=5, msk_1=5)
    wish = [Wish(1, "S-1", 2, "SHIP", None)]
    (choice,) = source_lines(wish, MOSCOW, channel="SITE", at=NOON).choices
    assert (choice.store_code, choice.reason) == ("msk-1", "NEAREST")


def test_one_parcel_is_sent_before_two_of_preferred_places() -> None:
    given.goods(9, sku="S-2")
    prefer(msk_1=9, spb_1=1)
    wishes = [Wish(1, "S-1", 1, "SHIP", None), Wish(2, "S-2", 1, "SHIP", None)]
    found = source_lines(wishes, MOSCOW, channel="SITE", at=NOON)
    assert [(one.store_code, one.reason) for one in found.choices] == [
        ("msk-1", "NEAREST")
    ] * 2


def test_a_preferred_place_far_behind_many_others_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few = replace(limits(), sourcing_places=1)
    monkeypatch.setattr("orders.sourcing.operations.limits", lambda: few)
    prefer(msk_1=100, spb_1=1)
    assert ship(2) == {"spb-1": 2}
