"""The reference data of the demonstration chain is believable and consistent."""

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from opening_hours import OpeningHours
from stdnum import ean

from orders.trading_day.opening import carried, opening_levels
from orders.trading_day.reference import Row, kit_parts, read_chain, read_rows
from tests.conftest import CHECKOUT

FIXTURES = CHECKOUT / "fixtures"


def rows(name: str) -> list[Row]:
    return read_rows(FIXTURES, name)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("stores", "code"),
        ("categories", "code"),
        ("catalogue", "sku_code"),
        ("catalogue", "name"),
        ("prices", "sku_code"),
        ("kits", "sku_code"),
        ("staff", "code"),
        ("customers", "phone"),
        ("devices", "code"),
        ("api_clients", "client_id"),
        ("stock_plan", "category_code"),
        ("place_sizes", "store_code"),
        ("suppliers", "code"),
        ("reorder_policies", "code"),
    ],
)
def test_natural_keys_are_unique(name: str, key: str) -> None:
    counted = Counter(row[key] for row in rows(name))
    assert [value for value, times in counted.items() if times > 1] == []


def test_the_chain_has_two_warehouses_and_twenty_four_stores() -> None:
    assert Counter(row["kind"] for row in rows("stores")) == {"STORE": 24, "WAREHOUSE": 2}


def test_places_lie_in_russia_with_real_zones_hours_and_telephones() -> None:
    for row in rows("stores"):
        assert 41 < float(row["latitude"]) < 82, row["code"]
        assert 19 < float(row["longitude"]) < 180, row["code"]
        assert ZoneInfo(row["time_zone"])
        assert OpeningHours(row["opening_hours"])
        assert phonenumbers.is_valid_number(phonenumbers.parse(row["phone"]))
        assert date.fromisoformat(row["opened_on"]) < date(2026, 1, 1)


def test_the_chain_spans_the_country() -> None:
    zones = {row["time_zone"] for row in rows("stores")}
    assert {"Europe/Kaliningrad", "Europe/Moscow", "Asia/Vladivostok"} <= zones
    assert len(zones) >= 9


def test_every_gtin_is_valid_and_belongs_to_one_sku() -> None:
    owners = Counter(gtin for row in rows("catalogue") for gtin in row["gtins"].split())
    assert all(ean.is_valid(gtin) and len(gtin) == 13 for gtin in owners)
    assert max(owners.values()) == 1
    assert any(len(row["gtins"].split()) > 1 for row in rows("catalogue"))


def test_some_goods_have_serial_numbers_and_some_keep_lots() -> None:
    kits = {row["sku_code"] for row in rows("kits")}
    kinds = Counter((row["is_serialised"], row["keeps_lots"]) for row in rows("catalogue"))
    assert kinds["yes", "no"] > 100
    assert kinds["no", "yes"] > 20
    assert kinds["yes", "yes"] == 0
    assert not [
        row
        for row in rows("catalogue")
        if row["sku_code"] in kits and "yes" in (row["is_serialised"], row["keeps_lots"])
    ]
    assert all(
        int(row["shelf_life_left_days"]) > 0
        for row in rows("catalogue")
        if row["keeps_lots"] == "yes"
    )


def test_categories_form_a_tree_and_every_sku_hangs_on_it() -> None:
    known: set[str] = set()
    for row in rows("categories"):
        assert not row["parent"] or row["parent"] in known
        known.add(row["code"])
    assert {row["category_code"] for row in rows("catalogue")} <= known


def test_a_product_has_one_name_brand_and_category() -> None:
    told = {
        (row["product_code"], row["product_name"], row["brand"], row["category_code"])
        for row in rows("catalogue")
    }
    assert len(told) == len({code for code, *_rest in told})


def test_about_twelve_hundred_skus_have_a_rouble_price_that_looks_like_one() -> None:
    prices = {row["sku_code"]: Decimal(row["amount"]) for row in rows("prices")}
    assert 1_100 <= len(prices) <= 1_300
    assert set(prices) == {row["sku_code"] for row in rows("catalogue")}
    assert all(
        amount > 0 and str(amount)[-4:] in {"9.00", "0.00"} for amount in prices.values()
    )


def test_kits_are_made_of_goods_and_cost_less_than_their_parts() -> None:
    prices = {row["sku_code"]: Decimal(row["amount"]) for row in rows("prices")}
    kits = {row["sku_code"]: kit_parts(row) for row in rows("kits")}
    for code, parts in kits.items():
        assert not set(parts) & set(kits)
        worth = sum(prices[part] * units for part, units in parts.items())
        assert worth * Decimal("0.8") < prices[code] < worth
    shelves = opening_levels(read_chain(FIXTURES), seed=1)
    assert not {level.sku_code for level in shelves} & set(kits)
    shops = carried(read_chain(FIXTURES), seed=1)
    assert any(set(kits) <= sold for sold in shops.values())


def test_every_place_has_staff_and_a_tablet_and_every_store_a_till() -> None:
    stores = {row["code"]: row["kind"] for row in rows("stores")}
    staffed = {(row["store_code"], row["role"]) for row in rows("staff")}
    devices = {(row["store_code"], row["kind"]) for row in rows("devices")}
    for code, kind in stores.items():
        assert {(code, "CLERK"), (code, "STORE_MANAGER")} <= staffed
        assert (code, "TABLET") in devices
        assert ((code, "TILL") in devices) is (kind == "STORE")


def test_nobody_began_to_work_in_a_store_before_it_opened() -> None:
    opened = {row["code"]: row["opened_on"] for row in rows("stores")}
    for row in rows("staff"):
        assert row["starts_on"] >= opened.get(row["store_code"], "")


def test_somebody_everywhere_has_a_pin_and_none_is_guessed_at_once() -> None:
    signed = [row for row in rows("staff") if row["pin"]]
    assert {row["code"] for row in rows("stores")} <= {row["store_code"] for row in signed}
    for row in signed:
        steps = {int(b) - int(a) for a, b in pairwise(row["pin"])}
        assert steps not in ({0}, {1}, {-1}), row["code"]


def test_customers_have_test_telephones_and_addresses_only() -> None:
    for row in rows("customers"):
        assert row["phone"].startswith("+7900000")
        assert phonenumbers.is_valid_number(phonenumbers.parse(row["phone"]))
        assert not row["email"] or row["email"].endswith("@example.com")
        assert not row["card"] or (ean.is_valid(row["card"]) and row["card"][:2] == "29")


def test_the_same_seed_fills_the_same_shelves() -> None:
    chain = read_chain(FIXTURES)
    first, again = opening_levels(chain, seed=1), opening_levels(chain, seed=1)
    assert first == again
    assert first != opening_levels(chain, seed=2)
    assert all(0 <= level.safety_stock <= level.on_hand for level in first)
    assert {level.store_code for level in first} == {place.code for place in chain.places}
