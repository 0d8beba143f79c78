"""What a catalogue does not tell stays as it is known; what it tells to be empty is
cleared."""

from typing import Any

import pytest

from inventory.catalogue.models import Product, Sku
from inventory.feeds.operations import FeedReport, FeedTerms, import_rows
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.feeds.test_importing import CATEGORIES, land

pytestmark = pytest.mark.django_db
FULL = (
    "sku_code;name;category_code;tax_rate;product_code;product_name;brand;description;"
    "attributes;is_active;shelf_life_left_days\n"
    "S-1;Phone 64;phones;20;P-1;Phone;Birch;Rings.;colour=black;no;30\n"
    "S-2;Phone 128;phones;20;P-1;Phone;Birch;Rings.;colour=white;yes;30\n"
)
KNOWN = {
    "product": ("P-1", "Phone", "Birch", "Rings."),
    "attributes": {"colour": "black"},
    "is_active": False,
    "shelf_life_left_days": 30,
}
OPTIONAL = (
    "product_code",
    "product_name",
    "brand",
    "description",
    "attributes",
    "is_active",
    "shelf_life_left_days",
)


@pytest.fixture(autouse=True)
def catalogue() -> None:
    land("categories", CATEGORIES)
    assert land("catalogue", FULL).refusals == ()


def told(code: str = "S-1") -> dict[str, Any]:
    sku = Sku.objects.select_related("product").get(code=code)
    product = sku.product
    return {
        "product": (product.code, product.name, product.brand, product.description),
        "attributes": sku.attributes,
        "is_active": sku.is_active,
        "shelf_life_left_days": sku.shelf_life_left_days,
    }


def rows(**cells: object) -> FeedReport:
    row = {"sku_code": "S-1", "name": "Phone 64", "category_code": "phones"}
    terms = FeedTerms("catalogue")
    given = [{**row, "tax_rate": "20", **cells}]
    return import_rows(rows=given, terms=terms, by=SYSTEM, at=NOON)


def test_columns_that_are_not_there_leave_alone_what_is_known() -> None:
    assert told() == KNOWN
    text = "sku_code;name;category_code;tax_rate\nS-1;Phone 64 GB;phones;10\n"
    report = land("catalogue", text)
    assert (report.rows_landed, report.rows_changed) == (1, 1)
    assert told() == KNOWN
    sku = Sku.objects.get(code="S-1")
    assert (sku.name, int(sku.tax_rate)) == ("Phone 64 GB", 10)
    again = land("catalogue", text)
    assert (again.rows_landed, again.rows_changed) == (1, 0)


def test_an_empty_cell_clears_it() -> None:
    blank = ";" * len(OPTIONAL)
    heading = f"sku_code;name;category_code;tax_rate;{';'.join(OPTIONAL)}\n"
    land("catalogue", f"{heading}S-1;Phone 64;phones;20{blank}\n")
    assert told() == {
        "product": ("S-1", "Phone 64", "", ""),
        "attributes": {},
        "is_active": True,
        "shelf_life_left_days": 0,
    }
    assert told("S-2")["product"] == KNOWN["product"]


@pytest.mark.parametrize("column", ["brand", "description"])
def test_one_column_is_cleared_and_the_others_stay(column: str) -> None:
    land(
        "catalogue",
        f"sku_code;name;category_code;tax_rate;{column}\nS-1;Phone 64;phones;20;\n",
    )
    brand, description = ("", "Rings.") if column == "brand" else ("Birch", "")
    assert told() == KNOWN | {"product": ("P-1", "Phone", brand, description)}


def test_a_row_of_rows_tells_what_it_names() -> None:
    assert rows().rows_changed == 0
    assert told() == KNOWN
    assert rows(attributes=None, shelf_life_left_days="").rows_changed == 1
    assert told() == KNOWN | {"attributes": {}, "shelf_life_left_days": 0}


def test_what_is_new_begins_with_what_is_usual() -> None:
    land("catalogue", "sku_code;name;category_code;tax_rate\nS-3;Charger;phones;20\n")
    assert told("S-3") == {
        "product": ("S-3", "Charger", "", ""),
        "attributes": {},
        "is_active": True,
        "shelf_life_left_days": 0,
    }


def test_a_product_by_itself_is_called_like_its_sku_until_it_is_called_otherwise() -> None:
    text = "sku_code;name;category_code;tax_rate\nS-3;{};phones;20\n"
    for name in ("Charger", "Charger 20 W"):
        land("catalogue", text.format(name))
        assert Product.objects.get(code="S-3").name == name
    land(
        "catalogue",
        "sku_code;name;category_code;tax_rate;product_name\nS-3;C;phones;20;Chargers\n",
    )
    land("catalogue", text.format("Charger 30 W"))
    assert Product.objects.get(code="S-3").name == "Chargers"
