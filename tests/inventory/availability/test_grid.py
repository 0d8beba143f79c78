"""Many SKUs at many places in one call."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.availability.queries import figures as counted
from inventory.availability.queries import sums as summed_up
from inventory.selling.models import SellingChannel
from inventory.selling.queries import Where, places_meant, sellable_units
from stores.network.models import Store
from tests.callers import as_client
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.given import allocated, kit, place, stocked, wanted
from tests.inventory.selling.given import block, buffer, channel, network

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/availability/grid"
SPB = {"latitude": 59.93, "longitude": 30.33, "city": "Санкт-Петербург"}


def grid(**asked: Any) -> dict[str, Any]:
    """The answer to a question."""
    answer = as_client("stock:read").get(ADDRESS, asked)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def figures(told: dict[str, Any]) -> dict[str, tuple[int, list[int]]]:
    return {row["sku"]: (row["total"], row["available"]) for row in told["items"]}


def codes(told: dict[str, Any]) -> list[str]:
    return [row["store"] for row in told["places"]]


@pytest.fixture
def _chain() -> None:
    """Two places in Moscow and one in Saint Petersburg, two SKUs."""
    place("spb-1", region="Северо-Запад", **SPB)
    stocked(5)
    stocked(2, sku="S-2")
    allocated(wanted(1))
    place("msk-2", latitude=55.9, region="Центр")
    stocked(7, store="msk-2")
    stocked(3, store="spb-1", sku="S-2")
    SkuFactory.create(code="S-3")


@pytest.mark.usefixtures("_chain")
def test_named_places_are_answered_as_they_were_named() -> None:
    told = grid(sku=["S-2", "S-1", "S-3", "none"], store=["spb-1", "msk-1", "msk-2"])
    assert codes(told) == ["spb-1", "msk-1", "msk-2"]
    assert figures(told) == {
        "S-2": (5, [3, 2, 0]),
        "S-1": (11, [0, 4, 7]),
        "S-3": (0, [0, 0, 0]),
    }
    assert list(figures(told)) == ["S-2", "S-1", "S-3"]
    assert told["unknown"] == ["none"]


@pytest.mark.usefixtures("_chain")
def test_the_nearest_places_come_first_with_their_distance() -> None:
    told = grid(sku=["S-1", "S-2"], latitude=59.9, longitude=30.3)
    assert codes(told) == ["spb-1", "msk-2", "msk-1"]
    assert told["places"][0]["distance_km"] < 5
    assert figures(told)["S-1"] == (11, [0, 7, 4])
    assert codes(grid(sku="S-1", latitude=59.9, longitude=30.3, limit=2)) == [
        "spb-1",
        "msk-2",
    ]
    near = grid(sku="S-1", latitude=59.9, longitude=30.3, within_km=50)
    assert codes(near) == ["spb-1"]


@pytest.mark.usefixtures("_chain")
def test_a_city_or_a_region_is_asked_in_any_case_of_letters() -> None:
    assert codes(grid(sku="S-1", city="москва")) == ["msk-1", "msk-2"]
    assert codes(grid(sku="S-1", region="центр")) == ["msk-2"]
    assert codes(grid(sku="S-1", city="Москва", region="Центр")) == ["msk-2"]
    nowhere = grid(sku="S-1", city="Тула")
    assert (codes(nowhere), figures(nowhere)) == ([], {"S-1": (0, [])})
    near = grid(sku="S-1", city="Москва", latitude=59.9, longitude=30.3)
    assert codes(near) == ["msk-2", "msk-1"]


@pytest.mark.usefixtures("_chain")
def test_figures_are_summed_over_all_the_places_meant() -> None:
    told = grid(sku=["S-2", "S-1", "S-3"], summed="true")
    assert told["places"] == []
    assert figures(told) == {"S-2": (5, []), "S-1": (11, []), "S-3": (0, [])}
    told = grid(sku=["S-1", "S-2"], summed="true", city="Москва")
    assert figures(told) == {"S-1": (11, []), "S-2": (2, [])}
    told = grid(sku=["S-1", "S-2"], summed="true", store=["spb-1", "msk-2"])
    assert figures(told) == {"S-1": (7, []), "S-2": (3, [])}


@pytest.mark.usefixtures("_chain")
def test_a_place_says_when_it_would_be_ready_if_asked() -> None:
    Store.objects.filter(code="spb-1").update(can_pickup=False)
    asked: dict[str, Any] = {"sku": "S-1", "store": ["msk-1", "spb-1"]}
    assert [row["ready_at"] for row in grid(**asked)["places"]] == [None, None]
    ready = [row["ready_at"] for row in grid(**asked, ready="true")["places"]]
    assert (ready[0] is not None, ready[1]) == (True, None)


@pytest.mark.usefixtures("_chain")
def test_of_a_kit_there_are_as_many_as_its_parts_make_at_each_place() -> None:
    kit("K-1", {"S-1": 2, "S-2": 1})
    stocked(9, store="msk-2", sku="S-2")
    asked: dict[str, Any] = {"sku": ["K-1", "S-1"]}
    places = ["msk-1", "msk-2", "spb-1"]
    told = figures(grid(**asked, store=places))
    assert told["K-1"] == (5, [2, 3, 0])
    assert figures(grid(**asked, store=places, summed="true"))["K-1"] == (5, [])
    buffer(1, sku="S-2")
    assert figures(grid(**asked, store=places))["K-1"] == (4, [1, 3, 0])


@pytest.mark.usefixtures("_chain")
def test_whoever_asks_may_have_another_promise() -> None:
    tomorrow = NOON + timedelta(days=1)
    meant = places_meant(
        Where(stores=["msk-1"]), at=NOON, limit=None, ready=lambda _place, _at: tomorrow
    )
    assert [one.ready_at for one in meant] == [tomorrow]


@pytest.mark.usefixtures("_chain")
def test_a_place_closed_for_good_sells_nothing() -> None:
    Store.objects.filter(code="msk-2").update(closed_on="2026-01-01")
    told = grid(sku="S-1", store=["msk-2", "msk-1"], ready="true")
    assert figures(told)["S-1"] == (4, [0, 4])
    assert told["places"][0]["ready_at"] is None
    assert codes(grid(sku="S-1")) == ["msk-1", "spb-1"]
    assert figures(grid(sku="S-1", summed="true"))["S-1"] == (4, [])


@pytest.mark.usefixtures("_chain")
def test_places_may_have_to_hand_out_or_to_send() -> None:
    Store.objects.filter(code="msk-1").update(can_ship=False)
    assert codes(grid(sku="S-1", city="Москва", capability="ship")) == ["msk-2"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "sku"),
        ({"sku": "S-1", "latitude": 1}, "longitude"),
        ({"sku": "S-1", "within_km": 1}, "latitude"),
        ({"sku": "S-1", "store": "msk-1", "city": "Москва"}, "city"),
        ({"sku": "S-1", "store": "msk-1", "limit": 3}, "limit"),
        ({"sku": "S-1", "limit": 51}, "limit"),
        ({"sku": [f"S-{n}" for n in range(201)]}, "sku"),
        ({"sku": "S-1", "store": [f"msk-{n}" for n in range(51)]}, "store"),
        ({"sku": "S-1", "shelf": 1}, "shelf"),
    ],
)
def test_a_wrong_question_is_refused_with_its_field(
    query: dict[str, Any], field: str
) -> None:
    answer = as_client("stock:read").get(ADDRESS, query)
    assert answer.status_code == 400
    assert field in json.dumps(answer.json())


def test_an_unknown_place_is_absent() -> None:
    asked = {"sku": "S-1", "store": "none"}
    assert as_client("stock:read").get(ADDRESS, asked).status_code == 404


@pytest.mark.parametrize("where", [{"limit": 50}, {"latitude": 55, "longitude": 37}])
@pytest.mark.parametrize("summed", ["true", "false"])
def test_many_take_as_many_queries_as_few(where: dict[str, Any], summed: str) -> None:
    """Who asks, the channel, the places, the figures."""
    stocked(3)
    for number in range(20):
        place(f"far-{number}", latitude=50 + number / 10)
        SkuFactory.create(code=f"K-{number}")
    caller = as_client("stock:read")
    for skus in (["S-1"], ["S-1", *(f"K-{number}" for number in range(20))]):
        with CaptureQueriesContext(connection) as queries:
            answer = caller.get(ADDRESS, {"sku": skus, "summed": summed} | where)
        assert (answer.status_code, len(queries)) == (200, 4)
        assert len(answer.json()["items"]) == len(skus)


def test_two_hundred_skus_at_fifty_places_fit_into_one_call() -> None:
    for number in range(50):
        place(f"msk-{number}")
    skus = [sku.code for sku in SkuFactory.create_batch(200)]
    stocked(4, store="msk-7", sku=skus[5])
    told = grid(sku=skus, store=[f"msk-{number}" for number in range(50)])
    assert (len(told["places"]), len(told["items"])) == (50, 200)
    assert figures(told)[skus[5]] == (4, [4 if n == 7 else 0 for n in range(50)])


@pytest.mark.usefixtures("_chain")
def test_a_channel_is_asked_what_it_may_sell() -> None:
    network("SITE", "msk-1", "spb-1")
    buffer(2, sku="S-1")
    block("spb-1", "S-2")
    told = grid(sku=["S-1", "S-2"])
    assert codes(told) == ["msk-1", "spb-1"]
    assert figures(told) == {"S-1": (2, [2, 0]), "S-2": (2, [2, 0])}
    assert figures(grid(sku=["S-1", "S-2"], summed="true")) == {
        "S-1": (2, []),
        "S-2": (2, []),
    }
    named = grid(sku=["S-1"], store=["msk-2", "msk-1"])
    assert figures(named) == {"S-1": (2, [0, 2])}


@pytest.mark.usefixtures("_chain")
def test_a_channel_shows_what_it_wants_to_show() -> None:
    channel("SITE")
    SellingChannel.objects.update(display="CAP", display_units=5)
    (row,) = grid(sku="S-1", store=["msk-1", "msk-2", "spb-1"])["items"]
    assert (row["total"], row["total_shown"]) == (5, "AT_LEAST")
    assert row["available"] == [4, 5, 0]
    assert row["shown"] == ["EXACT", "AT_LEAST", "NONE"]


@pytest.mark.usefixtures("_chain")
def test_the_figures_are_those_that_decide_a_sale() -> None:
    """One definition: with and without terms, for channels known and unknown."""
    stores, skus = ["spb-1", "msk-1", "msk-2"], ["S-1", "S-2", "S-3"]
    ids = [Store.objects.get(code=code).pk for code in stores]

    def agree() -> None:
        for code in ("", "SITE", "APP"):
            units = sellable_units(
                channel=code, store_codes=stores, sku_codes=skus, at=NOON
            )
            shown = [[units.get((store, sku), 0) for store in stores] for sku in skus]
            found = counted(skus, ids, channel=code, at=NOON)
            assert [one.units for one in found] == shown
            totals = [one.total for one in summed_up(skus, ids, channel=code, at=NOON)]
            assert totals == [sum(row) for row in shown]

    agree()
    block("msk-1", "S-2")
    agree()
    buffer(3)
    agree()
    network("SITE", "msk-2", "msk-1")
    agree()


def test_a_channel_is_one_s_own() -> None:
    stocked(1)
    asked = {"sku": "S-1", "channel": "app"}
    assert as_client("stock:read").get(ADDRESS, asked).status_code == 403
    assert as_client("stock:read", channel="").get(ADDRESS, asked).status_code == 200
