"""A rehearsal of a file of 1C says what the real run says, and lands nothing."""

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from inventory.catalogue.models import Category, Product
from inventory.feeds.landing import stock
from inventory.feeds.models import Feed, OutsideCode
from inventory.stock.models import StockLevel
from omniretail.kernel.models import OutboxFact
from tests.inventory.feeds.one_c import TVERSKAYA, bring, mapped_place
from tests.inventory.feeds.test_commerceml import wrapped

pytestmark = pytest.mark.django_db


def good(outside_id: str, rate: str = "20") -> str:
    return (
        f"<Товар><Ид>{outside_id}</Ид><Артикул>{outside_id}</Артикул>"
        f"<Наименование>Чайник</Наименование><Группы><Ид>kettles</Ид></Группы>"
        f"<СтавкиНалогов><СтавкаНалога><Ставка>{rate}</Ставка></СтавкаНалога>"
        "</СтавкиНалогов></Товар>"
    )


def offer(outside_id: str, name: str = "") -> str:
    """With a price and so many units in a warehouse."""
    return (
        f"<Предложение><Ид>{outside_id}</Ид>{name}<Цены><Цена><ИдТипаЦены>t</ИдТипаЦены>"
        "<ЦенаЗаЕдиницу>990</ЦенаЗаЕдиницу></Цена></Цены>"
        f'<Склад ИдСклада="{TVERSKAYA}" КоличествоНаСкладе="3"/></Предложение>'
    )


WHOLE = wrapped(
    "<Классификатор><Группы><Группа><Ид>kettles</Ид><Наименование>Чайники</Наименование>"
    '</Группа></Группы></Классификатор><Каталог СодержитТолькоИзменения="false"><Ид>c</Ид>'
    f"<Товары>{good('K-1')}{good('K-2')}{good('K-3', rate='много')}</Товары></Каталог>"
    "<ПакетПредложений><ИдКаталога>c</ИдКаталога><Предложения>"
    f"{offer('K-1')}{offer('K-3')}{offer('K-2#36', '<Наименование>36</Наименование>')}"
    "</Предложения></ПакетПредложений>"
)


def counted() -> list[int]:
    rows = (Category, Product, OutsideCode, StockLevel, OutboxFact)
    return [model._default_manager.count() for model in rows]


@pytest.mark.parametrize("is_all_or_nothing", [False, True])
def test_each_part_finds_what_those_before_it_would_have_landed(
    is_all_or_nothing: bool,
) -> None:
    mapped_place()
    before = counted()
    terms: dict[str, Any] = {"price_type": "t", "is_all_or_nothing": is_all_or_nothing}
    rehearsed = bring(WHOLE, is_dry_run=True, **terms)
    assert counted() == before
    assert set(Feed.objects.values_list("is_dry_run", flat=True)) == {True}
    real = bring(WHOLE, **terms)
    assert list(rehearsed) == list(real) == ["categories", "catalogue", "prices", "stock"]
    assert (real["stock"].rows_landed > 0) is not is_all_or_nothing
    for kind, report in real.items():
        told = rehearsed[kind]
        assert told == replace(report, number=told.number, is_dry_run=True)
        kept = Feed.objects.get(number=told.number)
        assert (kept.rows_landed, kept.landed_through) == (report.rows_landed, 0)
        assert kept.errors.count() == len(report.refusals)


def test_a_rehearsal_that_fails_midway_leaves_nothing() -> None:
    mapped_place()
    before = counted()
    broken_off = patch.object(
        stock, "land", side_effect=RuntimeError("the lights went out")
    )
    with broken_off, pytest.raises(RuntimeError, match="lights"):
        bring(WHOLE, price_type="t", is_dry_run=True)
    assert (counted(), Feed.objects.count()) == (before, 0)


def test_a_rehearsal_asked_for_again_is_told_again() -> None:
    mapped_place()
    terms: dict[str, Any] = {"price_type": "t", "is_dry_run": True, "request": "r-1"}
    first = bring(WHOLE, **terms)
    assert bring(WHOLE, **terms) == first
    assert Feed.objects.count() == len(first) + 1  # goods and characteristics are two
