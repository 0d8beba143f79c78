"""Kits from a feed: made up once, each in one row, and never otherwise."""

import pytest

from inventory.catalogue.models import KitPart
from inventory.catalogue.queries import kits
from tests.factories.inventory import sku
from tests.inventory.feeds.test_importing import land, why
from tests.inventory.given import kit, stocked
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
NESTED = "A kit is not part of a kit. Name its parts."
OTHERWISE = "What is in this kit was said before. Another content needs another code."


@pytest.fixture(autouse=True)
def goods() -> None:
    for code in ("K-1", "K-2", "S-1", "S-2"):
        sku(code)


def made() -> dict[str, dict[str, int]]:
    return {code: dict(one.parts) for code, one in kits(["K-1", "K-2", "K-3"]).items()}


def test_kits_are_made_up_and_saying_it_again_writes_nothing() -> None:
    text = "артикул,состав\nK-1,S-1=1; S-2=2\nK-2,S-2=3;\n"
    report = land("kits", text)
    assert (report.rows_landed, report.rows_changed, why(report)) == (2, 2, [])
    assert made() == {"K-1": {"S-1": 1, "S-2": 2}, "K-2": {"S-2": 3}}
    again = land("kits", text)
    assert (again.rows_landed, again.rows_changed) == (2, 0)
    assert broken(only={"S8"}) == set()


def test_another_content_of_a_kit_is_refused() -> None:
    kit("K-1", {"S-1": 1})
    for parts in ("S-1=2", "S-2=1", "S-1=1; S-2=1"):
        report = land("kits", f"sku_code,parts\nK-1,{parts}\n")
        assert why(report) == [(2, "parts", OTHERWISE)]
    assert made() == {"K-1": {"S-1": 1}}


def test_kits_in_kits_are_refused_also_when_both_come_at_once() -> None:
    kit("K-3", {"S-1": 1})
    text = "sku_code,parts\nK-1,K-3=1\nK-2,S-2=1\nS-1,S-2=1\n"
    assert why(land("kits", text)) == [(2, "parts", NESTED), (4, "parts", NESTED)]
    assert why(land("kits", "sku_code,parts\nK-1,K-4=1\nK-4,S-2=1\n"))[0][0] == 2
    assert made() == {"K-2": {"S-2": 1}, "K-3": {"S-1": 1}}
    assert broken(only={"S8"}) == set()


def test_unknown_codes_and_stocked_goods_are_refused() -> None:
    stocked(1, sku="S-9")
    text = "sku_code,parts\nnone,S-1=1\nK-1,none=1\nS-9,S-1=1\n"
    assert [row[:2] for row in why(land("kits", text))] == [
        (2, "sku_code"),
        (3, "parts"),
        (4, "sku_code"),
    ]
    assert not KitPart.objects.exists()


@pytest.mark.parametrize(
    "parts", ["", ";", "S-1", "S-1=0", "S-1=x", "S-1=1001", "S 1=1", "S-1=1.5"]
)
def test_a_cell_that_says_no_parts_is_refused(parts: str) -> None:
    report = land("kits", f"sku_code,parts\nK-1,{parts}\n")
    assert [row[:2] for row in why(report)] == [(2, "parts")]
