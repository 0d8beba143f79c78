"""Cancelled before payment and after it: everything is as it was."""

import pytest

from loyalty.points.queries import balance
from tests.journeys.town import (
    Refusal,
    Town,
    collect,
    fill_cart,
    hand_over,
    pay,
    pick_all,
    ship,
)
from tests.lawbook import broken


def test_a_declined_card_leaves_the_cart_open_and_nothing_held(town: Town) -> None:
    anna = town.customer()
    token = fill_cart(anna, collect("PHONE"), redeem_points=700)
    with pytest.raises(Refusal, match="payment_declined"):
        pay(anna, token, "card-0002")
    assert town.units("tverskaya", "PHONE") == (3, 0)
    assert balance(town.anna).active == 1000
    assert anna.get(f"/carts/{token}")["status"] == "OPEN"

    order = pay(anna, token)
    assert order["status"] == "PLACED"
    assert balance(town.anna).active == 300
    town.rest()
    assert broken() == set()


def test_a_paid_order_is_called_off_by_its_link(town: Town) -> None:
    anna = town.customer()
    lines = [collect("PHONE"), ship("CABLE", 2)]
    order = pay(anna, fill_cart(anna, *lines, redeem_points=400))
    clerk = town.clerk("tverskaya")
    town.rest()

    town.guest(order).post(f"/orders/{order['number']}/cancel", {"reason": "CHANGED_MIND"})
    town.rest()

    kept = anna.get(f"/orders/{order['number']}")
    assert kept["status"] == "CANCELLED"
    assert {bag["status"] for bag in kept["fulfilments"]} == {"CANCELLED"}
    assert town.units("tverskaya", "PHONE") == (3, 0)
    assert balance(town.anna).active == 1000
    (card,) = [tender for tender in kept["tenders"] if tender["kind"] == "CARD"]
    assert card["captured_amount"] == "0.00"
    assert card["voided_amount"] == card["authorised_amount"]
    assert clerk.get("/work-items")["items"] == []
    assert broken() == set()


def test_calling_off_twice_is_the_same(town: Town) -> None:
    order = pay(town.site, fill_cart(town.site, collect("PHONE")))
    for _time in range(2):
        town.site.post(f"/orders/{order['number']}/cancel", {"reason": "CUSTOMER"})
    town.rest()
    assert town.units("tverskaya", "PHONE") == (3, 0)
    assert broken() == set()


def test_what_was_handed_over_is_not_called_off(town: Town) -> None:
    order = pay(town.site, fill_cart(town.site, collect("PHONE")))
    (bag,) = order["fulfilments"]
    clerk = town.clerk("tverskaya")
    pick_all(clerk, bag["number"])
    clerk.post(f"/fulfilments/{bag['number']}/ready", {"bay": "A-1"})
    hand_over(town, order, bag)
    with pytest.raises(Refusal) as refused:
        town.guest(order).post(f"/orders/{order['number']}/cancel", {"reason": "CUSTOMER"})
    assert refused.value.status == 409


def test_somebody_elses_order_does_not_exist(town: Town) -> None:
    first = pay(town.site, fill_cart(town.site, collect("CABLE")))
    second = pay(town.site, fill_cart(town.site, collect("CABLE")))
    with pytest.raises(Refusal) as refused:
        town.guest(first).post(f"/orders/{second['number']}/cancel", {"reason": "CUSTOMER"})
    assert refused.value.status == 404
