"""One order whose lines leave in different ways, each line ending by itself."""

from tests.journeys.town import (
    Town,
    Visitor,
    collect,
    fill_cart,
    hand_over,
    pay,
    pick_all,
    ship,
)
from tests.lawbook import broken


def test_an_order_at_the_tablet_mixes_all_three_ways(town: Town) -> None:
    clerk = town.clerk("tverskaya")
    lines = [
        {"sku": "CABLE", "intent": "CARRY_OUT", "store": "tverskaya"},
        collect("KETTLE", "arbat"),
        ship("PHONE"),
    ]
    order = pay(clerk, fill_cart(clerk, *lines, customer=town.anna, store="tverskaya"))
    bags = {bag["kind"]: bag for bag in order["fulfilments"]}

    assert bags["CARRY_OUT"]["status"] == "COLLECTED"
    assert town.units("tverskaya", "CABLE") == (19, 0)
    send_home(town, bags["SHIP"]["store"], bags["SHIP"]["number"])
    assert state_of(town, order) == "PLACED"

    there = town.clerk("arbat")
    pick_all(there, bags["COLLECT"]["number"])
    there.post(f"/fulfilments/{bags['COLLECT']['number']}/ready", {"bay": "C-1"})
    hand_over(town, order, bags["COLLECT"])
    town.rest()

    assert state_of(town, order) == "COMPLETED"
    (tender,) = town.guest(order).get(f"/orders/{order['number']}")["tenders"]
    assert tender["captured_amount"] == order["total_amount"]
    assert broken() == set()


def test_a_parcel_comes_from_the_nearest_place_that_has_it_all(town: Town) -> None:
    order = pay(town.site, fill_cart(town.site, ship("PHONE", 2), ship("KETTLE", 2)))
    (parcel,) = order["fulfilments"]
    assert parcel["store"] == "arbat"

    order = pay(town.site, fill_cart(town.site, ship("PHONE", 4), ship("CABLE")))
    (parcel,) = order["fulfilments"]
    assert parcel["store"] == "depot"
    town.rest()
    assert broken() == set()


def test_what_no_place_has_alone_comes_in_two_parcels(town: Town) -> None:
    order = pay(town.site, fill_cart(town.site, ship("PHONE", 12)))
    units = [line["quantity"] for bag in order["fulfilments"] for line in bag["lines"]]
    assert len(order["fulfilments"]) == 2
    assert sum(units) == 12
    for parcel in order["fulfilments"]:
        send_home(town, parcel["store"], parcel["number"])
    town.rest()
    assert state_of(town, order) == "COMPLETED"
    assert broken() == set()


def test_site_and_app_share_one_cart(town: Town) -> None:
    on_site = fill_cart(town.site, collect("PHONE"), customer=town.anna)
    in_app = town.app.post("/carts", {"customer": town.anna})
    assert in_app["token"] == on_site
    assert [line["sku"] for line in in_app["lines"]] == ["PHONE"]

    order = pay(town.app, on_site)
    again = pay(town.site, on_site)
    assert (again["number"], again["channel"]) == (order["number"], "APP")


def send_home(town: Town, store: str, number: str) -> None:
    """Pick, pack, ship and deliver a parcel."""
    clerk: Visitor = town.clerk(store)
    pick_all(clerk, number)
    clerk.post(f"/fulfilments/{number}/pack")
    clerk.post(f"/fulfilments/{number}/ship", {"tracking_number": "RU123"})
    clerk.post(f"/fulfilments/{number}/deliver")


def state_of(town: Town, order: dict[str, str]) -> str:
    """How far the order is, as its buyer sees it."""
    return str(town.guest(order).get(f"/orders/{order['number']}")["status"])
