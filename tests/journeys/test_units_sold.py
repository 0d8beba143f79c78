"""A till sells the very unit that lies in a bag, and there is no other one in the shop."""

import pytest

from inventory.catalogue.models import Sku
from tests.journeys.test_till_batches import sale
from tests.journeys.town import Town, collect, fill_cart, hand_over, pay
from tests.journeys.visitors import Json, Refusal
from tests.lawbook import broken
from tests.orders.serials import corrected


def put_aside(town: Town, *numbers: str) -> tuple[Json, Json]:
    """An order of phones to collect; the shop has none but these, and they stand ready."""
    Sku.objects.filter(code="PHONE").update(is_serialised=True)
    clerk, units = town.clerk("tverskaya"), len(numbers)
    goods = {"sku": "PHONE", "quantity": units, "serials": list(numbers)}
    clerk.post("/receipts", {"store": "tverskaya", "lines": [goods]})
    corrected(units)
    order = pay(town.site, fill_cart(town.site, collect("PHONE", quantity=units)))
    (bag,) = order["fulfilments"]
    for number in numbers:
        clerk.post(f"/fulfilments/{bag['number']}/pick", {"code": number})
    clerk.post(f"/fulfilments/{bag['number']}/ready", {"bay": "A-1"})
    return order, bag


def ring_up(town: Town, number: str) -> None:
    """The till sells the unit with this number."""
    line = {"sku": "PHONE", "quantity": 1, "unit_price": "29990.00", "serials": [number]}
    told = sale(1, "PHONE") | {"lines": [line]}
    answer = town.till("tverskaya").post("/pos/sales", {"sales": [told]})
    assert answer["answers"][0]["outcome"] == "LANDED", answer
    town.rest()


def test_what_is_left_of_a_bag_is_handed_over_and_the_rest_is_paid_back(
    town: Town,
) -> None:
    order, bag = put_aside(town, "SN-1", "SN-2")
    clerk, path = town.clerk("tverskaya"), f"/fulfilments/{bag['number']}"
    ring_up(town, "SN-1")
    (line,) = clerk.get(path)["lines"]
    assert line["sold_serials"] == ["SN-1"]
    missing = {"position": 1, "quantity": 1}
    with pytest.raises(Refusal) as refused:
        clerk.post(f"{path}/short", missing)
    problem = refused.value.problem
    assert (refused.value.status, problem["sold_serials"]) == (422, ["SN-1"])
    assert [one["pointer"] for one in problem["errors"]] == ["#/serial"]
    told = clerk.post(f"{path}/short", missing | {"serial": "SN-1"})
    assert (told["outcome"], told["fulfilment"]["status"]) == ("REFUNDED", "READY")
    (line,) = told["fulfilment"]["lines"]
    assert (line["short_quantity"], line["serials"], line["sold_serials"]) == (
        1,
        ["SN-2"],
        [],
    )
    hand_over(town, order, bag)
    town.rest()

    kept = town.guest(order).get(f"/orders/{order['number']}")
    (card,) = kept["tenders"]
    assert kept["status"] == "COMPLETED"
    assert (card["captured_amount"], card["voided_amount"]) == ("29990.00", "29990.00")
    assert town.units("tverskaya", "PHONE") == (0, 0)
    assert broken() == set()


def test_a_bag_of_nothing_else_costs_nothing(town: Town) -> None:
    order, bag = put_aside(town, "SN-1")
    clerk, path = town.clerk("tverskaya"), f"/fulfilments/{bag['number']}"
    ring_up(town, "SN-1")
    assert [one["kind"] for one in clerk.get("/work-items")["items"]].count("ASK") == 1
    told = clerk.post(f"{path}/short", {"position": 1, "quantity": 1, "serial": "SN-1"})
    assert (told["outcome"], told["fulfilment"]["status"]) == ("REFUNDED", "CANCELLED")
    town.rest()

    kept = town.guest(order).get(f"/orders/{order['number']}")
    (card,) = kept["tenders"]
    assert kept["status"] == "CANCELLED"
    assert card["voided_amount"] == card["authorised_amount"]
    assert clerk.get("/work-items")["items"] == []
    assert town.units("tverskaya", "PHONE") == (0, 0)
    assert broken() == set()
