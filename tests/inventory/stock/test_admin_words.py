"""What the admin shows of stock is said in words, not as it is kept."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from inventory.catalogue.models import Price
from inventory.stock.models import StockMovement
from inventory.stock.operations import adjust_stock, restock_return, sell_stock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import User
from tests.clock import NOON
from tests.factories.inventory import PriceFactory
from tests.inventory.given import stocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Client:
    visitor = Client(headers={"accept-language": "ru"})
    visitor.force_login(User.objects.create_superuser("boss", "x", language="ru"))
    return visitor


def page_of(boss: Client, row: Price | StockMovement) -> str:
    name = f"admin:inventory_{row._meta.model_name}_change"
    return boss.get(reverse(name, args=[row.pk])).content.decode()


def test_a_price_is_valid_from_a_day_that_people_read(boss: Client) -> None:
    until_later = PriceFactory.create(valid=(NOON, NOON + timedelta(days=1)))
    for_good = PriceFactory.create(valid=(NOON, None))
    told = [page_of(boss, Price.objects.get(pk=one.pk)) for one in (until_later, for_good)]
    assert all("None)" not in page and "+00:00" not in page for page in told)
    assert "с 2" in told[1]
    assert " до 2" in told[0]
    assert " до 2" not in told[1]


def test_a_movement_says_in_words_where_goods_went_and_who_moved_them(
    boss: Client,
) -> None:
    stocked(3)
    page = page_of(boss, StockMovement.objects.get())
    assert "поставщик → в наличии" in page
    assert page.count("Сам OmniRetail") == 2  # which kind, and who
    assert "null" not in page.split("<main", 1)[-1].split("<script", 1)[0]


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("RESTOCK", "Возвращён, снова в продаже"),
        ("RETURN_TO_VENDOR", "вернётся поставщику"),
    ],
)
def test_a_movement_says_in_words_what_became_of_returned_goods(
    boss: Client, kept: str, words: str
) -> None:
    store, sku = stocked(3)
    sell_stock(store_code=store, lines=[(sku, 1)], reference="S-1", by=SYSTEM, at=NOON)
    restock_return(
        store_code=store, lines=[(sku, 1, kept)], reference="R-1", by=SYSTEM, at=NOON
    )
    page = page_of(boss, StockMovement.objects.get(line=kept))
    assert words in page
    assert kept not in page.split("<main", 1)[-1].split("<script", 1)[0]


def test_a_movement_says_in_words_why_goods_were_moved(boss: Client) -> None:
    store, sku = stocked(3)
    adjust_stock(
        store_code=store, sku_code=sku, on_hand=2, reason="counted", by=SYSTEM, at=NOON
    )
    page = page_of(boss, StockMovement.objects.get(reason="counted"))
    assert "Пересчитали" in page
