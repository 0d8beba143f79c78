"""The REST doors of the inventory floor."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.stock.models import StockMovement
from tests.callers import as_client
from tests.factories.inventory import (
    BarcodeFactory,
    CategoryFactory,
    PriceFactory,
    ProductFactory,
    SkuFactory,
)
from tests.inventory.given import allocated, figures, kit, place, stocked, wanted

pytestmark = pytest.mark.django_db
API = "/api/v1"


def test_skus_are_found_by_words_in_any_case() -> None:
    SkuFactory.create(code="S-1", name="Смартфон Ёлка 128 ГБ чёрный")
    SkuFactory.create(code="S-2", name="Смартфон Берёза 64 ГБ")
    caller = as_client("catalogue:read")
    for words in ("ёлка", "ЕЛКА чёрн", "s-1", "берёза ёлка"):
        found = caller.get(f"{API}/skus", {"text": words}).json()
        assert [row["code"] for row in found["items"]] == ["S-1"], words


def test_the_most_alike_are_offered_when_no_name_has_the_words() -> None:
    SkuFactory.create(code="S-1", name="Наушники Гармония")
    found = as_client("catalogue:read").get(f"{API}/skus", {"text": "наушнеки"}).json()
    assert [row["code"] for row in found["items"]] == ["S-1"]


def test_a_sku_is_found_by_its_barcode_however_it_is_scanned() -> None:
    sku = SkuFactory.create(code="S-1")
    BarcodeFactory.create(sku=sku, gtin="036000291452")
    caller = as_client("catalogue:read")
    for gtin in ("036000291452", "0036000291452", "00036000291452"):
        (row,) = caller.get(f"{API}/skus", {"gtin": gtin}).json()["items"]
        assert row["code"] == "S-1"
    assert caller.get(f"{API}/skus", {"gtin": "12"}).json()["items"] == []


def test_a_category_has_what_stands_below_it() -> None:
    top = CategoryFactory.create(code="all", name="Всё")
    low = CategoryFactory.create(code="low", name="Ниже", parent=top)
    SkuFactory.create(code="S-1", product=ProductFactory.create(category=low))
    SkuFactory.create(code="S-2")
    caller = as_client("catalogue:read")
    found = caller.get(f"{API}/skus", {"category": "all"}).json()["items"]
    assert [row["code"] for row in found] == ["S-1"]
    tree = caller.get(f"{API}/categories").json()["items"]
    assert {"code": "low", "name": "Ниже", "inside": "all"} in tree


def test_a_sku_says_its_price_or_that_there_is_none() -> None:
    sku = SkuFactory.create(code="S-1")
    caller = as_client("catalogue:read")
    assert caller.get(f"{API}/skus/S-1").json()["price"] is None
    PriceFactory.create(sku=sku, amount=Decimal("1290"))
    told = caller.get(f"{API}/skus/S-1").json()
    assert (told["price"], told["currency"]) == ("1290.00", "RUB")
    assert caller.get(f"{API}/skus/none").status_code == 404


def test_skus_come_in_pages() -> None:
    SkuFactory.create_batch(5)
    caller = as_client("catalogue:read")
    first = caller.get(f"{API}/skus", {"page_size": 3}).json()
    rest = caller.get(f"{API}/skus", {"page_size": 3, "cursor": first["next"]}).json()
    codes = [row["code"] for row in first["items"] + rest["items"]]
    assert (len(codes), codes, rest["next"]) == (5, sorted(set(codes)), None)


def test_one_sku_is_looked_up_at_the_nearest_places() -> None:
    stocked(3)
    allocated(wanted(1))
    place("spb-1", latitude=59.93, longitude=30.33, city="Санкт-Петербург")
    asked: dict[str, Any] = {"sku": "S-1", "latitude": 59.9, "longitude": 30.3}
    found = as_client("stock:read").get(f"{API}/availability", asked).json()["items"]
    assert [(row["store"], row["available"]) for row in found] == [
        ("spb-1", 0),
        ("msk-1", 2),
    ]
    assert found[0]["distance_km"] < 5 < 600 < found[1]["distance_km"] < 660
    assert found[1]["ready_at"] is not None


def test_many_skus_are_looked_up_at_one_place() -> None:
    stocked(3)
    stocked(0 + 1, sku="S-2")
    SkuFactory.create(code="S-3")
    asked: dict[str, Any] = {"store": "msk-1", "sku": ["S-3", "S-1", "none", "S-2"]}
    found = as_client("stock:read").get(f"{API}/availability", asked).json()["items"]
    assert [(row["sku"], row["available"]) for row in found] == [
        ("S-3", 0),
        ("S-1", 3),
        ("S-2", 1),
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "sku"),
        ({"sku": ["S-1", "S-2"]}, "store"),
        ({"sku": "S-1", "latitude": 1}, "longitude"),
        ({"sku": "S-1", "latitude": 91, "longitude": 0}, "latitude"),
        ({"sku": "S-1", "shelf": 1}, "shelf"),
    ],
)
def test_a_wrong_question_is_refused_with_its_field(
    query: dict[str, Any], field: str
) -> None:
    answer = as_client("stock:read").get(f"{API}/availability", query)
    assert answer.status_code in {400, 422}
    assert field in json.dumps(answer.json())


def test_unknown_skus_and_places_are_absent() -> None:
    place()
    caller = as_client("stock:read")
    assert caller.get(f"{API}/availability", {"sku": "none"}).status_code == 404
    asked = {"sku": "S-1", "store": "none"}
    assert caller.get(f"{API}/availability", asked).status_code == 404


def test_availability_takes_as_many_queries_for_one_place_as_for_twenty() -> None:
    stocked(3)
    caller = as_client("stock:read")
    asked: dict[str, Any] = {"sku": "S-1", "latitude": 55, "longitude": 37, "limit": 50}
    with CaptureQueriesContext(
        connection,
    ) as few:
        caller.get(f"{API}/availability", asked)
    for number in range(20):
        place(f"msk-{number + 2}")
    with CaptureQueriesContext(connection) as many:
        caller.get(f"{API}/availability", asked)
    assert len(few) == len(many)


def test_levels_of_a_place_come_in_pages() -> None:
    stocked(3)
    stocked(2, sku="S-2")
    allocated(wanted(1))
    caller = as_client("stock:read")
    asked: dict[str, Any] = {"store": "msk-1", "page_size": 1}
    first = caller.get(f"{API}/stock-levels", asked).json()
    assert first["items"] == [
        {
            "store": "msk-1",
            "sku": "S-1",
            "on_hand": 3,
            "reserved": 1,
            "safety_stock": 0,
            "available": 2,
            "display": 0,
            "quarantine": 0,
            "damaged": 0,
            "customer_hold": 0,
        }
    ]
    rest = caller.get(f"{API}/stock-levels", asked | {"cursor": first["next"]}).json()
    assert [row["sku"] for row in rest["items"]] == ["S-2"]


def adjust(lines: list[dict[str, Any]], *, key: str | None = None) -> tuple[int, str]:
    caller = as_client("stock:write")
    body = {"reason": "counted", "lines": lines}
    answer = caller.post(f"{API}/stock-levels/adjust", body, format="json", key=key)
    return answer.status_code, answer.content.decode()


def test_levels_are_corrected_all_or_none() -> None:
    stocked(5)
    stocked(5, sku="S-2")
    line = {"store": "msk-1", "sku": "S-1", "on_hand": 3}
    assert adjust([line, {"store": "msk-1", "sku": "S-2", "delta": -1}])[0] == 200
    assert (figures(), figures(sku="S-2")) == ((3, 0), (4, 0))
    status, said = adjust(
        [line | {"on_hand": 9}, {"store": "msk-1", "sku": "none", "delta": 1}]
    )
    assert (status, "lines/1/sku" in said) == (404, True)
    assert figures() == (3, 0)


@pytest.mark.parametrize(
    "line",
    [
        {"store": "msk-1", "sku": "S-1"},
        {"store": "msk-1", "sku": "S-1", "on_hand": 1, "delta": 1},
        {"store": "msk-1", "sku": "S-1", "on_hand": -1},
        {"store": "msk-1", "sku": "S-1", "on_hand": 1.5},
        {"store": "msk-1", "sku": "S-1", "on_hand": "3"},
        {"store": "msk-1", "sku": "S-1", "on_hand": 10**9},
        {"store": "msk-1", "sku": "S-1", "delta": -9},
        {"store": "msk-1", "sku": "S-1", "on_hand": 1, "shelf": 2},
    ],
)
def test_a_wrong_correction_is_refused_and_changes_nothing(line: dict[str, Any]) -> None:
    stocked(5)
    allocated(wanted(2))
    assert adjust([line])[0] in {400, 409, 422}
    assert figures() == (5, 2)


def test_reading_does_not_allow_writing() -> None:
    stocked(5)
    lines = [{"store": "msk-1", "sku": "S-1", "on_hand": 3}]
    body = {"reason": "counted", "lines": lines}
    caller = as_client("stock:read")
    answer = caller.post(f"{API}/stock-levels/adjust", body, format="json")
    assert answer.status_code == 403


STOCK = "store_code;sku_code;on_hand\nmsk-1;S-1;8\nmsk-1;нет;1\n"


def test_a_feed_comes_over_http_as_a_file() -> None:
    stocked(5)
    caller = as_client("catalogue:write", "stock:write")
    address = f"{API}/feeds?kind=stock&file_name=stock.csv"
    raw = STOCK.encode("cp1251")
    answer = caller.post(address, raw, content_type="text/csv", key="k-1")
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["rows_landed"], told["rows_refused"]) == (1, 1)
    assert [(row["line"], row["field"]) for row in told["refusals"]] == [(3, "sku_code")]
    again = caller.post(address, raw, content_type="text/csv", key="k-1")
    assert again.json()["number"] == told["number"]
    assert StockMovement.objects.filter(kind="FEED").count() == 1
    assert caller.get(f"{API}/feeds/{told['number']}").json()["rows_read"] == 2
    more = caller.get(f"{API}/feeds/{told['number']}/refusals", {"after_line": 3})
    assert more.json()["items"] == []


def test_a_feed_comes_over_http_as_rows() -> None:
    stocked(5)
    rows = [{"store_code": "msk-1", "sku_code": "S-1", "on_hand": 4}]
    answer = as_client("catalogue:write", "stock:write").post(
        f"{API}/feeds?kind=stock", {"rows": rows}, format="json"
    )
    assert answer.json()["rows_changed"] == 1
    assert figures() == (4, 0)


def test_a_file_that_is_no_feed_is_a_problem_with_its_reason() -> None:
    caller = as_client("catalogue:write", "stock:write")
    address = f"{API}/feeds?kind=stock"
    for raw in (b"", b"\x00", b"a;b\n1;2\n", b"\xff\xfe\x98"):
        answer = caller.post(address, raw, content_type="text/csv")
        assert answer.status_code in {400, 422}, raw
        assert answer["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("slash", ["/", "%2F"])
def test_a_code_with_a_slash_is_found_like_any_other(slash: str) -> None:
    """Articles of makers have them, and feeds bring them in."""
    stocked(2, sku="A/1")
    kit("K/1", {"A/1": 1})
    caller = as_client("catalogue:read", "stock:read")
    level = f"stock-levels/msk-1/A{slash}1"
    for address in (
        f"skus/A{slash}1",
        f"kits/K{slash}1",
        f"{level}/statement",
        f"{level}/why",
    ):
        assert caller.get(f"{API}/{address}").status_code == 200, address
    assert caller.get(f"{API}/skus/A{slash}2").status_code == 404
