"""One SKU over places: near a point, of a city, of a region."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.selling.queries import Where, availability
from stores.network.models import Store
from tests.callers import as_client
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.given import allocated, kit, place, stocked, wanted
from tests.inventory.selling.given import buffer, network

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/availability"
KREMLIN: dict[str, Any] = {"latitude": 55.75, "longitude": 37.62}


def told(**asked: Any) -> dict[str, Any]:
    answer = as_client("stock:read").get(ADDRESS, asked)
    assert answer.status_code == 200, answer.content
    said: dict[str, Any] = answer.json()
    return said


def units(said: dict[str, Any]) -> list[tuple[str, int | None]]:
    return [(row["store"], row["available"]) for row in said["items"]]


def test_a_far_network_is_found_behind_many_nearer_places() -> None:
    """The nearest are counted among the channel's own: places of others take up no room."""
    for number in range(22):
        stocked(1, store=f"near-{number}")
    for number, latitude in enumerate((59.93, 67.5)):
        place(f"far-{number}", latitude=latitude, longitude=30.33)
        stocked(4 + number, store=f"far-{number}")
    network("SITE", "far-1", "far-0")
    said = told(sku="S-1", **KREMLIN)
    assert units(said) == [("far-0", 4), ("far-1", 5)]
    assert 600 < said["items"][0]["distance_km"] < said["items"][1]["distance_km"]
    assert units(told(sku="S-1")) == [("far-0", 4), ("far-1", 5)]
    asked = {"sku": "S-1", **KREMLIN}
    everywhere = as_client("stock:read", channel="app").get(ADDRESS, asked)
    assert len(everywhere.json()["items"]) == 20


def test_a_city_or_a_region_may_be_asked_for() -> None:
    stocked(1)
    place("spb-1", city="Санкт-Петербург", region="Северо-Запад")
    stocked(2, store="spb-1")
    place("psk-1", city="Псков", region="Северо-Запад")
    assert units(told(sku="S-1", city="санкт-петербург")) == [("spb-1", 2)]
    said = told(sku="S-1", region="Северо-Запад")
    assert units(said) == [("psk-1", 0), ("spb-1", 2)]
    assert [row["region"] for row in said["items"]] == ["Северо-Запад"] * 2
    near = told(sku="S-1", region="Северо-Запад", within_km=1, **KREMLIN)
    assert [row["distance_km"] < 1 for row in near["items"]] == [True, True]
    assert units(told(sku="S-1", city="Тула")) == []


def test_it_says_as_of_when() -> None:
    stocked(1)
    asked: list[dict[str, Any]] = [{"store": "msk-1"}, KREMLIN, {"city": "Москва"}]
    for where in asked:
        moment = datetime.fromisoformat(told(sku="S-1", **where)["as_of"])
        assert moment.tzinfo is not None


def test_a_promise_is_made_where_orders_are_handed_out() -> None:
    stocked(1)
    stocked(1, store="msk-2")
    stocked(1, store="msk-3")
    allocated(wanted(1, store="msk-3"))
    Store.objects.filter(code="msk-2").update(can_pickup=False)
    ready = {row["store"]: row["ready_at"] for row in told(sku="S-1")["items"]}
    assert [code for code, at in ready.items() if at] == ["msk-1"]
    tomorrow = NOON + timedelta(days=1)
    found = availability(
        "S-1", channel="SITE", at=NOON, where=Where(), ready=lambda _place, _at: tomorrow
    )
    assert [one.ready_at for one in found] == [tomorrow, tomorrow, None]


def test_a_named_place_makes_the_same_promise_as_in_its_city() -> None:
    stocked(1)
    place("msk-2")
    SkuFactory.create(code="S-2")
    for code, units_here in (("msk-1", 1), ("msk-2", 0)):
        (here,) = told(sku="S-1", store=code)["items"]
        everywhere = told(sku="S-1", city="Москва")["items"]
        (there,) = (row for row in everywhere if row["store"] == code)
        promised = [bool(row.pop("ready_at")) for row in (here, there)]
        assert here == there
        assert (here["available"], promised) == (units_here, [units_here == 1] * 2)
    many = told(sku=["S-1", "S-2"], store="msk-1")["items"]
    assert [bool(row["ready_at"]) for row in many] == [True, False]
    Store.objects.update(can_pickup=False)
    assert told(sku="S-1", store="msk-1")["items"][0]["ready_at"] is None


def test_of_a_kit_each_place_has_what_its_parts_make() -> None:
    stocked(6)
    stocked(5, sku="S-2")
    stocked(9, store="msk-2")
    kit("K-1", {"S-1": 2, "S-2": 1})
    buffer(2, sku="S-1")
    assert units(told(sku="K-1", **KREMLIN)) == [("msk-1", 2), ("msk-2", 0)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"sku": "S-1", "within_km": 3}, "latitude"),
        ({"sku": "S-1", "store": "msk-1", "region": "Центр"}, "region"),
    ],
)
def test_half_a_question_is_refused(query: dict[str, Any], field: str) -> None:
    place()
    answer = as_client("stock:read").get(ADDRESS, query)
    assert answer.status_code == 400
    assert field in str(answer.json()["errors"])


@pytest.mark.parametrize("where", [KREMLIN, {"city": "Москва"}, {}])
@pytest.mark.parametrize("sku", ["S-1", "K-1"])
def test_many_places_take_as_many_queries_as_one(where: dict[str, Any], sku: str) -> None:
    """Who asks, how the channel shows it, the SKU; its network, the places, its network
    again, what it may sell there; of a kit also its parts, and these."""
    stocked(3)
    kit("K-1", {"S-1": 2})
    network("SITE", *(place(f"msk-{number}") for number in range(1, 20)))
    caller = as_client("stock:read")
    for limit in (1, 20):
        with CaptureQueriesContext(connection) as queries:
            answer = caller.get(ADDRESS, {"sku": sku, "limit": limit, **where})
        assert len(answer.json()["items"]) == min(limit, 19)
        assert len(queries) == (9 if sku == "S-1" else 13)
