"""A catalogue feed says whose units have serial numbers; files that do not say change
nothing."""

import pytest
from django.db import IntegrityError, transaction

from inventory.catalogue.models import Sku
from tests.factories.inventory import CategoryFactory
from tests.inventory.feeds.test_importing import land, why
from tests.inventory.given import kit
from tests.inventory.serials.given import come

pytestmark = pytest.mark.django_db
HEAD = "sku_code,name,category_code,tax_rate"


def said(value: str, sku: str = "S-1") -> list[tuple[int, str, str]]:
    """What is refused of a file that says it of one SKU."""
    CategoryFactory.create()
    text = f"{HEAD},is_serialised\n{sku},Телефон,phones,20,{value}\n"
    return why(land("catalogue", text))


def is_serialised(sku: str = "S-1") -> bool:
    return bool(Sku.objects.get(code=sku).is_serialised)


def test_a_file_says_whose_units_have_numbers() -> None:
    assert said("yes") == []
    assert is_serialised()
    assert said("") == []
    assert is_serialised()
    assert said("no") == []
    assert not is_serialised()


def test_a_file_without_the_column_changes_nothing() -> None:
    said("yes")
    assert why(land("catalogue", f"{HEAD}\nS-1,Телефон,phones,20\n")) == []
    assert is_serialised()


def test_numbers_are_kept_while_named_units_are_in_stock() -> None:
    come("A")
    assert said("no") == [(2, "is_serialised", "Units with serial numbers are in stock.")]
    assert is_serialised()


def test_a_kit_has_none() -> None:
    kit("K-1", {"S-1": 1})
    ((line, field, _words),) = said("yes", "K-1")
    assert (line, field) == (2, "is_serialised")


def test_units_have_serial_numbers_or_lots_not_both() -> None:
    said("yes")
    text = f"{HEAD},keeps_lots\nS-1,Телефон,phones,20,yes\n"
    ((line, field, _words),) = why(land("catalogue", text))
    assert (line, field) == (2, "keeps_lots")
    way = "units_are_told_apart_in_one_way"
    with pytest.raises(IntegrityError, match=way), transaction.atomic():
        Sku.objects.filter(code="S-1").update(keeps_lots=True)
