"""Cells that look like what their column is for, and are not; and some that are."""

from typing import Any

import pytest

from inventory.catalogue.queries import sku_card
from inventory.feeds.cells import UnreadableCell, attributes, decimal, parts
from inventory.feeds.operations import FeedReport, FeedTerms, UnknownFeed, import_rows
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.feeds.test_importing import land_all


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("colour=black; memory=256 GB", {"colour": "black", "memory": "256 GB"}),
        ('{"note": "a; b=c"}', {"note": "a; b=c"}),
        (
            '{"inch": 6.5, "sim": 2, "nfc": true}',
            {"inch": "6.5", "sim": "2", "nfc": "true"},
        ),
        ('{"colour": null}', {}),
    ],
)
def test_properties_are_read(cell: str, read: dict[str, str]) -> None:
    assert attributes(cell) == read


@pytest.mark.parametrize(
    "cell",
    [
        '{"a": "\\u0000"}',
        '{"\\ud800": "a"}',
        '{"": "a"}',
        '{"a": {"b": "c"}}',
        '{"a": ["b"]}',
        '{"a": "b"',
        '{"a":' * 3_000 + "1" + "}" * 3_000,
        "colour",
    ],
)
def test_what_are_no_properties_is_refused(cell: str) -> None:
    with pytest.raises(UnreadableCell):
        attributes(cell)


def test_the_parts_of_a_kit_may_be_an_object() -> None:
    assert parts('{"S-1": 1, "S-2": 2}') == {"S-1": 1, "S-2": 2}


@pytest.mark.parametrize("cell", ["1_000", "١٢", "1|2", "0x10", "½", "NaN", "1e999999"])
def test_what_only_a_programmer_would_read_as_a_number_is_refused(cell: str) -> None:
    with pytest.raises(UnreadableCell):
        decimal(cell)


def rows(kind: str, *found: dict[str, Any]) -> FeedReport:
    return import_rows(rows=found, terms=FeedTerms(kind), by=SYSTEM, at=NOON)


@pytest.mark.django_db
def test_one_odd_cell_stops_no_other_row() -> None:
    land_all()
    phone = {"name": "Phone", "category_code": "phones", "tax_rate": 20}
    report = rows(
        "catalogue",
        phone | {"sku_code": "S-8", "attributes": '{"a": "\\u0000"}'},
        phone | {"sku_code": "S-9", "attributes": {"kit": "case; cable=2"}},
    )
    assert (report.rows_landed, [one.line for one in report.refusals]) == (1, [1])
    card = sku_card("S-9", at=NOON, currency="RUB")
    assert card.attributes == {"kit": "case; cable=2"}


@pytest.mark.django_db
def test_a_list_is_no_price() -> None:
    land_all()
    report = rows("prices", {"sku_code": "S-1", "amount": [1, 2]})
    assert [one.field for one in report.refusals] == ["amount"]


@pytest.mark.django_db
def test_there_are_so_many_kinds_of_feeds() -> None:
    with pytest.raises(UnknownFeed):
        rows("wishes", {"sku_code": "S-1"})
