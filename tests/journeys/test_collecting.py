"""Reserved, paid, picked, collected with a code; points, score and words follow."""

from datetime import timedelta

import pytest

from loyalty.messaging.queries import mailbox
from loyalty.points.queries import balance
from omniretail.kernel import clock
from tests.journeys.town import (
    PHONE,
    Refusal,
    Town,
    collect,
    fill_cart,
    hand_over,
    pay,
    pick_all,
)
from tests.lawbook import broken


def test_an_order_from_the_site_is_collected_with_its_code(town: Town) -> None:
    token = fill_cart(town.site, collect("PHONE"), collect("CABLE", quantity=2))
    order = pay(town.site, token)
    (bag,) = order["fulfilments"]
    assert (order["status"], order["total_amount"]) == ("PLACED", "30970.00")
    assert town.units("tverskaya", "PHONE") == (3, 1)
    town.rest()

    clerk = town.clerk("tverskaya")
    assert [item["reference"] for item in clerk.get("/work-items")["items"]] == [
        bag["number"]
    ]
    assert pick_all(clerk, bag["number"])["status"] == "PICKING"
    clerk.post(f"/fulfilments/{bag['number']}/ready", {"bay": "A-1"})
    town.rest()
    assert "A-1" not in mailbox(PHONE)[0].body
    assert hand_over(town, order, bag)["status"] == "COLLECTED"
    town.rest()

    kept = town.guest(order).get(f"/orders/{order['number']}")
    assert kept["status"] == "COMPLETED"
    assert [tender["captured_amount"] for tender in kept["tenders"]] == ["30970.00"]
    assert town.units("tverskaya", "PHONE") == (2, 0)
    assert clerk.get("/work-items")["items"] == []
    assert broken() == set()


def test_points_and_score_follow_the_collection(town: Town) -> None:
    anna = town.customer()
    order = pay(anna, fill_cart(anna, collect("KETTLE"), redeem_points=500))
    (bag,) = order["fulfilments"]
    assert balance(town.anna).active == 500

    clerk = town.clerk("tverskaya")
    pick_all(clerk, bag["number"])
    clerk.post(f"/fulfilments/{bag['number']}/ready", {"bay": "B-2"})
    hand_over(town, order, bag)
    town.rest()

    assert balance(town.anna).pending > 0
    day = clock.now() + timedelta(hours=3)  # the store's day, in Moscow
    score = town.site.get("/scorecards", business_date=day.date().isoformat())
    (store,) = [one for one in score["by_store"] if one["code"] == "tverskaya"]
    assert store["figures"]["pickups"] == 1
    assert score["online"]["orders"] == score["company"]["orders"] == 1
    assert score["company"]["net_sales_amount"] == "2990.00"
    assert broken() == set()


def test_a_wrong_code_opens_nothing(town: Town) -> None:
    order = pay(town.site, fill_cart(town.site, collect("PHONE")))
    (bag,) = order["fulfilments"]
    clerk = town.clerk("tverskaya")
    pick_all(clerk, bag["number"])
    clerk.post(f"/fulfilments/{bag['number']}/ready", {"bay": "A-1"})

    path = f"/fulfilments/{bag['number']}/hand-over"
    for _try in range(5):
        with pytest.raises(Refusal, match="wrong_pickup_code"):
            clerk.post(path, {"code": "0000-0000"})
    with pytest.raises(Refusal, match="pickup_code_locked"):
        hand_over(town, order, bag)
    assert town.units("tverskaya", "PHONE") == (3, 1)


def test_another_stores_clerk_does_not_find_the_bag(town: Town) -> None:
    order = pay(town.site, fill_cart(town.site, collect("PHONE")))
    (bag,) = order["fulfilments"]
    with pytest.raises(Refusal) as refused:
        town.clerk("arbat").post(f"/fulfilments/{bag['number']}/accept")
    assert refused.value.status == 404
