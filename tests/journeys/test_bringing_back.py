"""Brought back to any store: goods stay there, money goes back where it came from."""

from datetime import timedelta

import pytest

from loyalty.points.queries import balance
from omniretail.kernel import clock
from tests.journeys.town import (
    CARD,
    GOODS,
    Refusal,
    Town,
    collect,
    fill_cart,
    hand_over,
    pay,
    pick_all,
)
from tests.lawbook import broken


def test_an_order_collected_here_is_brought_back_there(town: Town) -> None:
    anna = town.customer()
    order = pay(anna, fill_cart(anna, collect("KETTLE", quantity=2), redeem_points=600))
    (bag,) = order["fulfilments"]
    clerk = town.clerk("tverskaya")
    pick_all(clerk, bag["number"])
    clerk.post(f"/fulfilments/{bag['number']}/ready", {"bay": "A-1"})
    hand_over(town, order, bag)
    town.rest()
    earned = balance(town.anna).pending
    assert earned > 0

    back = town.clerk("arbat").post(f"/orders/{order['number']}/returns")
    assert back["store_code"] == "arbat"
    town.rest()

    assert town.units("tverskaya", "KETTLE") == (0, 0)
    assert town.units("arbat", "KETTLE") == (7, 0)
    kept = anna.get(f"/orders/{order['number']}")
    (card,) = [tender for tender in kept["tenders"] if tender["kind"] == "CARD"]
    assert card["refunded_amount"] == card["captured_amount"] == "5380.00"
    assert balance(town.anna).pending == 0
    assert balance(town.anna).active == 1000
    assert broken() == set()


def test_nothing_is_brought_back_twice(town: Town) -> None:
    order = pay(town.site, fill_cart(town.site, collect("CABLE")))
    (bag,) = order["fulfilments"]
    clerk = town.clerk("tverskaya")
    pick_all(clerk, bag["number"])
    clerk.post(f"/fulfilments/{bag['number']}/ready", {"bay": "A-1"})
    hand_over(town, order, bag)
    town.clerk("arbat").post(f"/orders/{order['number']}/returns")
    with pytest.raises(Refusal) as refused:
        town.clerk("tverskaya").post(f"/orders/{order['number']}/returns")
    assert refused.value.status in {409, 422}
    town.rest()
    assert broken() == set()


def test_a_till_sale_is_brought_back_to_another_store(town: Town) -> None:
    sold_at = (clock.now() - timedelta(minutes=5)).isoformat()
    sale = {
        "sequence": 1,
        "receipt_number": "T-000001",
        "sold_at": sold_at,
        "tender": "CASH",
        "customer": CARD,
        "total_amount": "2990.00",
        "lines": [{"gtin": GOODS["KETTLE"][1], "quantity": 1, "unit_price": "2990.00"}],
    }
    told = town.till("tverskaya").post("/pos/sales", {"sales": [sale]})
    (answer,) = told["answers"]
    town.rest()
    assert balance(town.anna).pending > 0

    town.clerk("arbat").post(f"/orders/{answer['order_number']}/returns")
    town.rest()
    assert balance(town.anna).pending == 0
    assert town.units("arbat", "KETTLE") == (6, 0)
    assert broken() == set()
