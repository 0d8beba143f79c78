"""The story of one unit: received, ordered, picked, handed over, brought back elsewhere."""

import pytest

from inventory.catalogue.models import Sku
from tests.journeys.town import GOODS, Refusal, Town, collect, fill_cart, hand_over, pay
from tests.lawbook import broken


def test_a_unit_is_known_by_its_number_from_receipt_to_return(town: Town) -> None:
    Sku.objects.filter(code="PHONE").update(is_serialised=True)
    here, there = town.clerk("tverskaya"), town.clerk("arbat")
    goods = {"sku": "PHONE", "quantity": 2, "serials": ["SN-1", "SN-2"]}
    here.post("/receipts", {"store": "tverskaya", "lines": [goods]})
    order = pay(town.site, fill_cart(town.site, collect("PHONE")))
    (bag,) = order["fulfilments"]
    pick = f"/fulfilments/{bag['number']}/pick"
    with pytest.raises(Refusal) as refused:
        here.post(pick, {"code": GOODS["PHONE"][1]})
    assert refused.value.status == 422
    picked = here.post(pick, {"code": "sn-2"})
    assert picked["lines"][0]["serials"] == ["SN-2"]
    here.post(f"/fulfilments/{bag['number']}/ready", {"bay": "A-1"})
    hand_over(town, order, bag)
    town.rest()

    order_page = f"/orders/{order['number']}"
    (left,) = there.get(f"{order_page}/returnable")
    assert (left["position"], left["quantity"], left["is_serialised"]) == (1, 1, True)
    assert left["serials"] == [{"sku": "PHONE", "number": "SN-2"}]
    back = f"{order_page}/returns"
    for serials in ([], ["SN-1"]):
        line = {"position": 1, "quantity": 1, "serials": serials}
        with pytest.raises(Refusal) as refused:
            there.post(back, {"lines": [line]})
        assert refused.value.status in {409, 422}
    line = {"position": 1, "quantity": 1, "serials": ["SN-2"], "disposition": "QUARANTINE"}
    returned = there.post(back, {"lines": [line]})
    assert there.get(f"{order_page}/returnable") == []
    assert returned["lines"][0]["serials"] == ["SN-2"]
    town.rest()

    story = there.get("/serials/PHONE/SN-2")
    assert (story["store"], story["bucket"]) == ("arbat", "QUARANTINE")
    told = [
        (step["store"], step["source"], step["target"], step["kind"], step["actor_key"])
        for step in reversed(story["steps"])
    ]
    assert told == [
        ("tverskaya", "SUPPLIER", "ON_HAND", "MOVED", "e-tverskaya"),
        ("tverskaya", "ON_HAND", "ON_HAND", "SEEN", "e-tverskaya"),
        ("tverskaya", "ON_HAND", "CUSTOMER", "MOVED", "e-tverskaya"),
        ("arbat", "CUSTOMER", "QUARANTINE", "MOVED", "e-arbat"),
    ]
    references = [step["reference"] for step in reversed(story["steps"])]
    assert references[1:] == [order["number"], order["number"], returned["number"]]
    assert broken() == set()
