"""A unit is not on the shelf: another place sends it, or it is paid back."""

from tests.journeys.test_mixed_orders import send_home, state_of
from tests.journeys.town import GOODS, Town, collect, fill_cart, hand_over, pay, ship
from tests.lawbook import broken


def test_a_missing_unit_to_collect_is_not_paid_for(town: Town) -> None:
    lines = [collect("CABLE", quantity=2), collect("KETTLE")]
    order = pay(town.site, fill_cart(town.site, *lines))
    (bag,) = order["fulfilments"]
    clerk, path = town.clerk("tverskaya"), f"/fulfilments/{bag['number']}"
    clerk.post(f"{path}/start-picking")

    told = clerk.post(f"{path}/short", {"position": 1, "quantity": 1})
    assert told["outcome"] == "REFUNDED"
    for sku in ("CABLE", "KETTLE"):
        clerk.post(f"{path}/pick", {"code": GOODS[sku][1], "quantity": 1})
    clerk.post(f"{path}/ready", {"bay": "A-1"})
    hand_over(town, order, bag)
    town.rest()

    kept = town.guest(order).get(f"/orders/{order['number']}")
    (card,) = kept["tenders"]
    assert kept["status"] == "COMPLETED"
    assert (card["captured_amount"], card["voided_amount"]) == ("3480.00", "490.00")
    assert town.units("tverskaya", "CABLE") == (18, 0)  # one sold, one found missing
    assert broken() == set()


def test_a_missing_unit_to_send_comes_from_another_place(town: Town) -> None:
    order = pay(town.site, fill_cart(town.site, ship("PHONE", 2)))
    (parcel,) = order["fulfilments"]
    assert parcel["store"] == "arbat"
    clerk, path = town.clerk("arbat"), f"/fulfilments/{parcel['number']}"
    clerk.post(f"{path}/start-picking")

    told = clerk.post(f"{path}/short", {"position": 1, "quantity": 1})
    assert told["outcome"] == "RESOURCED"
    kept = town.guest(order).get(f"/orders/{order['number']}")
    (other,) = [bag for bag in kept["fulfilments"] if bag["number"] != parcel["number"]]
    assert other["store"] != "arbat"

    clerk.post(f"{path}/pick", {"code": GOODS["PHONE"][1], "quantity": 1})
    clerk.post(f"{path}/pack")
    clerk.post(f"{path}/ship", {"tracking_number": "RU1"})
    clerk.post(f"{path}/deliver")
    send_home(town, other["store"], other["number"])
    town.rest()

    assert state_of(town, order) == "COMPLETED"
    assert broken() == set()


def test_an_order_of_which_nothing_is_found_costs_nothing(town: Town) -> None:
    order = pay(town.site, fill_cart(town.site, collect("KETTLE", quantity=2)))
    (bag,) = order["fulfilments"]
    clerk = town.clerk("tverskaya")
    clerk.post(f"/fulfilments/{bag['number']}/start-picking")
    clerk.post(f"/fulfilments/{bag['number']}/short", {"position": 1, "quantity": 2})
    town.rest()

    kept = town.guest(order).get(f"/orders/{order['number']}")
    (card,) = kept["tenders"]
    assert kept["status"] == "CANCELLED"
    assert card["voided_amount"] == card["authorised_amount"]
    assert town.units("tverskaya", "KETTLE") == (0, 0)
    assert broken() == set()
