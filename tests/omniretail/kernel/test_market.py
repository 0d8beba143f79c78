"""Nothing is hard-wired to the first market."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from inventory.models import StockWait
from inventory.replenishment.operations import Contact, register_wait
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.market import known_language, own_names
from tests.clock import NOON
from tests.conftest import CHECKOUT
from tests.factories.inventory import SkuFactory

FLOORS = ("omniretail", "stores", "inventory", "loyalty", "orders")
OF_THE_FIRST_MARKET = {"ru", "RU", "RUB", "Europe/Moscow"}
# Where a host says what it is in; the words 1C has for roubles; the forms of Russian words;
# the demonstration chain.
MAY = {
    "omniretail/settings.py",
    "inventory/feeds/commerceml/prices.py",
    "loyalty/templatetags/wording.py",
    "orders/trading_day/floor.py",
}
ELSEWHERE = {
    "DEFAULT_LANGUAGE": "en",
    "DEFAULT_COUNTRY": "KZ",
    "DEFAULT_CURRENCY": "KZT",
    "POINT_WORTH": '{"KZT": "5"}',
    "DELIVERY": '{"KZT": {"price": "1500", "tax_rate": "12"}}',
    "COUNT_APPROVAL_AMOUNTS": '{"KZT": "25000"}',
}
ASKED = """
import django
django.setup()
from inventory.feeds.shapes import SHAPES
from loyalty.points.queries import worth_of
from omniretail.kernel.limits import limits
from orders.checkout.quoting import tariff_of
from stores.network.models import Store
from stores.people.models import Employee
print(Employee().language, Store().country, SHAPES["prices"].column("currency").default,
      worth_of(3, "KZT").amount, tariff_of("KZT").price,
      limits().count_approval_amounts["KZT"])
"""


def test_a_house_in_another_market_says_so_once() -> None:
    told = subprocess.check_output(  # noqa: S603 - our own words
        [sys.executable, "-c", ASKED],
        cwd=CHECKOUT,
        env={**os.environ, **ELSEWHERE, "DJANGO_SETTINGS_MODULE": "omniretail.settings"},
        text=True,
    )
    assert told.split() == ["en", "KZ", "KZT", "15.00", "1500", "25000"]


def test_no_code_names_the_first_market() -> None:
    named = {
        str(path.relative_to(CHECKOUT))
        for floor in FLOORS
        for path in Path(CHECKOUT / floor).rglob("*.py")
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in OF_THE_FIRST_MARKET
    }
    assert named == MAY


@pytest.mark.django_db
def test_a_guest_without_a_language_is_told_in_that_of_the_house(
    settings: Settings,
) -> None:
    settings.LANGUAGE_CODE = "en"
    SkuFactory.create(code="PHONE")
    number = register_wait(
        sku_code="PHONE",
        contact=Contact(email="anna@example.com"),
        channel="SITE",
        by=SYSTEM,
        at=NOON,
    )
    assert StockWait.objects.get(number=number).language == "en"


@pytest.mark.parametrize(
    ("told", "known"), [("en-GB", "en"), ("RU", "ru"), ("kk", "ru"), ("", "ru")]
)
def test_a_language_we_do_not_write_in_is_that_of_the_house(told: str, known: str) -> None:
    assert known_language(told) == known


def test_languages_have_the_names_they_call_themselves() -> None:
    assert own_names() == [("ru", "Русский"), ("en", "English")]
