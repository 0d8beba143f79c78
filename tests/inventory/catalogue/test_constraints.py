"""Each rule of the catalogue is broken once, and the database refuses it by its name."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from inventory.models import Barcode, Category, KitPart, Price, Product, Sku
from tests.clock import NOON
from tests.factories.inventory import CategoryFactory, ProductFactory, sku
from tests.rulebook import Breach, Usual, assert_refused_for_this_alone

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)

USUAL: Usual = {
    Category: {"code": "tablets", "name": "Планшеты"},
    Product: {"code": "P-2", "name": "Осина", "category": "phones"},
    Sku: {"code": "S-9", "name": "Осина", "product": "P-1", "tax_rate": 20},
    Barcode: {"sku": "S-1", "gtin": "4600051000057"},
    KitPart: {"kit": "K-1", "part": "S-1", "quantity": 1},
    Price: {
        "sku": "S-1",
        "currency": "RUB",
        "amount": 1,
        "valid": DateTimeTZRange(NOON, LATER),
    },
}
BREACHES = [
    Breach("category_code_is_plain", Category, {"code": "таблетки"}),
    Breach("category_code_is_plain", Category, {"code": "-tablets"}),
    Breach(
        "category_is_not_inside_itself",
        Category,
        {"parent_id": 900},
        {"id": 900},
        behind="category_is_not_below_itself",
    ),
    Breach("product_code_is_plain", Product, {"code": "P 2"}),
    Breach("sku_code_is_plain", Sku, {"code": "S,9"}),
    Breach("tax_rate_is_a_percentage", Sku, {"tax_rate": -1}),
    Breach("tax_rate_is_a_percentage", Sku, {"tax_rate": 101}),
    Breach("kit_has_no_serials_of_its_own", Sku, {"is_serialised": True}, {"is_kit": True}),
    Breach("kit_keeps_no_lots", Sku, {"keeps_lots": True}, {"is_kit": True}),
    Breach(
        "units_are_told_apart_in_one_way",
        Sku,
        {"keeps_lots": True},
        {"is_serialised": True},
    ),
    Breach(
        "shelf_life_left_is_under_ten_years",
        Sku,
        {"shelf_life_left_days": 3_651},
        {"shelf_life_left_days": 3_650},
    ),
    Breach("gtin_has_8_12_13_or_14_digits", Barcode, {"gtin": "460005100"}),
    Breach("gtin_has_8_12_13_or_14_digits", Barcode, {"gtin": "460005100005X"}),
    Breach(
        "part_stands_once_in_a_kit", KitPart, {"part": "S-1"}, {"part": "S-2"}, beside={}
    ),
    Breach("kit_takes_some_of_each_part", KitPart, {"quantity": 0}),
    Breach(
        "kit_takes_some_of_each_part", KitPart, {"quantity": 1_001}, {"quantity": 1_000}
    ),
    Breach(
        "kit_is_no_part_of_itself",
        KitPart,
        {"part": "K-1"},
        behind="kit_is_part_of_no_kit",
    ),
    Breach("price_is_above_zero", Price, {"amount": 0}),
    Breach("price_has_a_currency", Price, {"currency": "rub"}),
    Breach(
        "price_is_valid_from_some_moment", Price, {"valid": DateTimeTZRange(None, NOON)}
    ),
    Breach(
        "price_is_valid_from_some_moment", Price, {"valid": DateTimeTZRange(NOON, NOON)}
    ),
    Breach(
        "one_price_per_sku_and_currency_at_a_time",
        Price,
        {"valid": DateTimeTZRange(LATER - timedelta(seconds=1), None)},
        {"valid": DateTimeTZRange(LATER, None)},
        beside={},
    ),
]


@pytest.fixture(autouse=True)
def articles() -> None:
    CategoryFactory.create()
    ProductFactory.create(code="P-1")
    for code in ("S-1", "S-2", "K-1"):
        sku(code)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_the_database_refuses_by_its_name(breach: Breach) -> None:
    assert_refused_for_this_alone(breach, USUAL)
