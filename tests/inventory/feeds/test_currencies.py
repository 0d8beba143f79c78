"""In which currency a price of 1C is published."""

from decimal import Decimal

import pytest

from inventory.catalogue.queries import prices
from inventory.feeds.models import OutsideCode
from tests.factories.inventory import SkuFactory
from tests.inventory.feeds.one_c import AFTERNOON, bring
from tests.inventory.feeds.test_commerceml import wrapped

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("of_the_type", "of_the_price", "published"),
    [
        ("USD", "", "USD"),
        ("USD", "EUR", "EUR"),
        ("руб", "", "RUB"),
        ("", "", "RUB"),
    ],
)
def test_a_price_without_a_currency_is_in_that_of_its_type(
    of_the_type: str, of_the_price: str, published: str
) -> None:
    SkuFactory.create(code="S-1")
    OutsideCode.objects.create(kind="SKU", outside_id="good", code="S-1")
    type_of_price = (
        "<ТипыЦен><ТипЦены><Ид>t-1</Ид><Наименование>Розничная</Наименование>"
        f"<Валюта>{of_the_type}</Валюта></ТипЦены></ТипыЦен>"
    )
    price = (
        "<Цены><Цена><ИдТипаЦены>t-1</ИдТипаЦены><ЦенаЗаЕдиницу>100</ЦенаЗаЕдиницу>"
        f"<Валюта>{of_the_price}</Валюта></Цена></Цены>"
    )
    offer = f"<Предложение><Ид>good</Ид>{price}</Предложение>"
    bring(
        wrapped(
            f"<ПакетПредложений>{type_of_price}<Предложения>{offer}</Предложения>"
            "</ПакетПредложений>"
        )
    )
    found = {
        currency: prices(["S-1"], currency, AFTERNOON).get("S-1")
        for currency in ("RUB", "USD", "EUR")
    }
    assert found == dict.fromkeys(found) | {published: Decimal(100)}
