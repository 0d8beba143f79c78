"""The REST door of reservations."""

import pytest
from pytest_django import Settings

from inventory.promises.models import Promise
from omniretail.kernel.limits import Limits
from tests.callers import Answer, Caller, as_client
from tests.inventory.given import figures, stocked

pytestmark = pytest.mark.django_db
HOLDS = "/api/v1/holds"


def a_shop() -> Caller:
    return as_client("stock:hold")


def line(quantity: int = 1, sku: str = "S-1") -> dict[str, object]:
    return {"store": "msk-1", "sku": sku, "quantity": quantity}


def hold(shop: Caller, *lines: dict[str, object], reference: str = "r-1") -> Answer:
    body = {"reference": reference, "owner": "ann", "lines": lines or [line()]}
    return shop.post(HOLDS, body)


def test_a_reservation_is_made_seen_extended_and_given_back() -> None:
    stocked(5)
    shop = a_shop()
    made = hold(shop, line(2))
    assert made.status_code == 201
    seen = shop.get(f"{HOLDS}/r-1")
    assert seen.json() == made.json()
    assert (seen.json()["reference"], seen.json()["owner"]) == ("r-1", "ann")
    assert seen.json()["lines"] == [line(2) | {"is_provisional": False}]
    assert shop.post(f"{HOLDS}/r-1/extend").json()["ends_at"] > seen.json()["ends_at"]
    assert shop.post(f"{HOLDS}/r-1/extend").json()["code"] == "extended_before"
    assert shop.post(f"{HOLDS}/r-1/release").json() == {"released": 2}
    assert shop.post(f"{HOLDS}/r-1/release").json() == {"released": 0}
    assert shop.get(f"{HOLDS}/r-1").status_code == 404
    assert figures() == (5, 0)


def test_a_reservation_stands_on_the_first_place_that_can() -> None:
    stocked(1)
    stocked(5, store="spb-1")
    places = ["msk-1", "spb-1"]
    shop = a_shop()
    made = hold(shop, {"places": places, "sku": "S-1", "quantity": 2}, line(1))
    assert made.status_code == 201
    assert [(one["store"], one["is_provisional"]) for one in made.json()["lines"]] == [
        ("msk-1", False),
        ("spb-1", True),
    ]
    assert shop.get(f"{HOLDS}/r-1").json() == made.json()
    wanted = {"places": places, "sku": "S-1", "quantity": 4}
    refused = hold(shop, wanted, reference="r-2")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_enough_stock")
    assert refused.json()["places"] == [
        {"store": "msk-1", "available": 0},
        {"store": "spb-1", "available": 3},
    ]
    stocked(1)
    split = hold(shop, wanted | {"may_split": True}, reference="r-2")
    assert [one["quantity"] for one in split.json()["lines"]] == [1, 3]


def test_one_place_may_serve_all_lines_of_a_reservation() -> None:
    stocked(1)
    for sku in ("S-1", "S-2"):
        stocked(5, store="spb-1", sku=sku)
    places = ["msk-1", "spb-1"]
    lines = [{"places": places, "sku": sku, "quantity": 1} for sku in ("S-1", "S-2")]
    body = {"reference": "r-1", "owner": "ann", "lines": lines, "one_place": True}
    made = a_shop().post(HOLDS, body)
    assert [one["store"] for one in made.json()["lines"]] == ["spb-1", "spb-1"]


@pytest.mark.parametrize(
    "where", [{}, {"store": "msk-1", "places": ["msk-1"]}, {"places": []}]
)
def test_a_line_names_one_place_or_a_list(where: dict[str, object]) -> None:
    stocked(5)
    refused = hold(a_shop(), {"sku": "S-1", "quantity": 1} | where)
    assert refused.status_code == 400


def test_an_unknown_place_of_a_list_is_named() -> None:
    stocked(5)
    wanted = {"places": ["msk-1", "nowhere"], "sku": "S-1", "quantity": 1}
    refused = hold(a_shop(), wanted)
    assert (refused.status_code, refused.json()["code"]) == (404, "store_not_found")
    assert refused.json()["errors"][0]["pointer"] == "#/lines/0/places"


def test_all_lines_are_kept_or_none() -> None:
    stocked(5)
    stocked(1, sku="S-2")
    refused = hold(a_shop(), line(5), line(2, "S-2"))
    assert (refused.status_code, refused.json()["code"]) == (409, "not_enough_stock")
    assert refused.json()["errors"][0]["pointer"] == "#/lines/1/sku"
    assert not Promise.objects.exists()


def test_another_program_sees_and_touches_nothing_of_it() -> None:
    stocked(5)
    mine, theirs = a_shop(), a_shop()
    hold(mine)
    assert theirs.get(f"{HOLDS}/r-1").status_code == 404
    assert theirs.post(f"{HOLDS}/r-1/extend").status_code == 404
    assert theirs.post(f"{HOLDS}/r-1/release").json() == {"released": 0}
    assert hold(theirs).status_code == 201
    assert figures() == (5, 2)


def test_the_same_key_makes_it_once() -> None:
    stocked(5)
    shop = a_shop()
    body = {"reference": "r-1", "owner": "ann", "lines": [line(2)]}
    first = shop.post(HOLDS, body, key="same")
    assert shop.post(HOLDS, body, key="same").json() == first.json()
    assert Promise.objects.count() == 1


def test_an_owner_who_has_enough_is_refused(settings: Settings) -> None:
    settings.LIMITS = Limits(holds_per_owner=1)
    stocked(5)
    shop = a_shop()
    hold(shop)
    refused = hold(shop, reference="r-2")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_holds")


def test_the_first_to_come_are_served_each_with_an_answer() -> None:
    stocked(1)
    shop = a_shop()
    wishes = [{**line(), "reference": name, "owner": name} for name in ("ann", "bob")]
    answer = shop.post(f"{HOLDS}/first-come", {"wishes": wishes})
    assert answer.status_code == 200
    ann, bob = answer.json()["answers"]
    assert (ann["reference"], ann["is_kept"], ann["problem"]) == ("ann", True, None)
    assert (bob["is_kept"], bob["problem"]["code"]) == (False, "not_enough_stock")
    assert (ann["ends_at"], bob["ends_at"]) == (answer.json()["ends_at"], None)
    assert shop.get(f"{HOLDS}/ann").json()["ends_at"] == ann["ends_at"]
    assert shop.get(f"{HOLDS}/bob").status_code == 404


@pytest.mark.parametrize("name", ["", "a b", "ё", "a/b", "x" * 41, "-a"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(name: str) -> None:
    body = {"reference": name, "owner": "ann", "lines": [line()]}
    refused = a_shop().post(HOLDS, body)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "#/reference"
