"""Characteristics of goods: what a file does not say of one stays as it is known."""

import pytest

from inventory.catalogue.queries import SkuCard, sku_card
from inventory.feeds.models import OutsideCode
from tests.inventory.feeds.one_c import (
    AFTERNOON,
    BOOTS,
    TVERSKAYA,
    bring,
    file_of,
    mapped_place,
)
from tests.inventory.feeds.test_commerceml import wrapped
from tests.inventory.feeds.test_importing import why
from tests.inventory.given import figures

pytestmark = pytest.mark.django_db
BOOTS_36 = f"{BOOTS}#3df1947d-7886-11df-b33a-0011955cba6b"
SHELF = (
    f"<Остатки><Остаток><Склад><Ид>{TVERSKAYA}</Ид><Количество>3</Количество></Склад>"
    "</Остаток></Остатки>"
)
PRICE = (
    "<Цены><Цена><ИдТипаЦены>retail</ИдТипаЦены><ЦенаЗаЕдиницу>990</ЦенаЗаЕдиницу>"
    "</Цена></Цены>"
)


def told(said: str, *, outside_id: str = BOOTS_36) -> bytes:
    """A package of changes with one offer."""
    offer = f"<Предложение><Ид>{outside_id}</Ид>{said}</Предложение>"
    return wrapped(
        '<ПакетПредложений СодержитТолькоИзменения="true">'
        f"<Предложения>{offer}</Предложения></ПакетПредложений>"
    )


def card() -> SkuCard:
    own = OutsideCode.objects.get(kind="SKU", outside_id=BOOTS_36)
    return sku_card(own.code, at=AFTERNOON, currency="USD")


@pytest.fixture(autouse=True)
def landed() -> None:
    mapped_place()
    bring(file_of("import.xml"))
    bring(file_of("offers.xml"))


@pytest.mark.parametrize(
    ("said", "kind"), [(SHELF, "stock"), (PRICE, "prices")], ids=["stock", "prices"]
)
def test_a_file_of_prices_or_stock_leaves_its_name_and_its_size_alone(
    said: str, kind: str
) -> None:
    before = card()
    assert before.name == "Женские ботфорты (36, бежевый)"
    assert list(bring(told(said), price_type="retail")) == [kind]
    assert card() == before


def test_a_file_of_stock_does_not_sell_again_what_1c_has_deleted() -> None:
    before = card()
    bring(told("<ПометкаУдаления>true</ПометкаУдаления>"))
    deleted = card()
    assert not deleted.is_active
    assert (deleted.name, deleted.attributes) == (before.name, before.attributes)
    bring(told(SHELF))
    assert card() == deleted
    assert figures(sku=deleted.code) == (3, 0)


def test_stock_of_one_that_was_never_described_is_refused() -> None:
    report = bring(told(SHELF, outside_id=f"{BOOTS}#another"))["stock"]
    assert [(field, message) for _line, field, message in why(report)] == [
        ("Ид", "This Ид is not known: import the catalogue first.")
    ]
    assert not OutsideCode.objects.filter(outside_id=f"{BOOTS}#another").exists()
