"""The Sell page asks for the serial numbers of what is taken along."""

import pytest
from django.test import Client

from inventory.catalogue.models import Sku
from inventory.stock.models import Serial
from orders.carts.models import CartLine
from stores.network.models import Store
from tests import given
from tests.factories.inventory import BarcodeFactory
from tests.inventory.serials.given import come, where
from tests.orders.checkout.test_serials import (
    a_cart,
    bought,
    phones,
    scanned,
)
from tests.orders.checkout.test_units_in_hand import reserved
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db
GTIN = "4600051000057"


@pytest.fixture
def tablet(client: Client) -> Client:
    phones("A", "B")
    BarcodeFactory.create(sku=Sku.objects.get(), gtin=GTIN)
    sign_in_tablet(client, store=Store.objects.get(code="msk-1"))
    return client


def add(tablet: Client, code: str) -> str:
    page = tablet.post("/tablet/sell/add/", {"code": code}, follow=True)
    return str(page.content.decode())


def lines() -> list[tuple[int, str, list[str]]]:
    found = CartLine.objects.filter(cart__status="OPEN").order_by("pk")
    return list(found.values_list("quantity", "intent", "serials"))


def test_the_page_asks_for_numbers_and_takes_them_by_scan_or_by_hand(
    tablet: Client,
) -> None:
    page = add(tablet, GTIN)
    assert "Scan the serial number of 1 unit" in page
    assert "/tablet/sell/pay/" not in page
    add(tablet, "a")
    add(tablet, "S-1")
    assert lines() == [(2, "CARRY_OUT", ["A"])]
    typed = {"sku": "S-1", "serial": "b"}
    page = tablet.post("/tablet/sell/unit/", typed, follow=True).content.decode()
    assert lines() == [(2, "CARRY_OUT", ["A", "B"])]
    assert "/tablet/sell/pay/" in page
    tablet.post("/tablet/sell/pay/", {"kind": "CASH"})
    assert where("A") == where("B") == "CUSTOMER"


def test_a_number_that_was_not_meant_is_taken_out(tablet: Client) -> None:
    add(tablet, "A")
    tablet.post("/tablet/sell/unit/", {"sku": "S-1", "without": "A"})
    assert lines() == [(1, "CARRY_OUT", [])]


def test_a_symbol_with_a_serial_adds_the_article_and_names_the_unit(
    tablet: Client,
) -> None:
    add(tablet, f"(01)0{GTIN}(21)B")
    assert lines() == [(1, "CARRY_OUT", ["B"])]
    assert "B: This serial number was scanned before." in add(tablet, f"]d2010{GTIN}21B")
    assert lines() == [(1, "CARRY_OUT", ["B"])]


def test_a_unit_that_lies_here_is_sold_by_its_number_alone(tablet: Client) -> None:
    add(tablet, "A")
    assert lines() == [(1, "CARRY_OUT", ["A"])]


def test_a_new_number_belongs_to_the_one_article_that_waits_for_it(
    tablet: Client,
) -> None:
    assert "Nothing is called" in add(tablet, "NEW-7")
    given.stocked(1)
    add(tablet, "S-1")
    add(tablet, "NEW-7")
    assert lines() == [(1, "CARRY_OUT", ["NEW-7"])]


def test_a_barcode_nobody_knows_is_no_number_of_the_one_that_waits(tablet: Client) -> None:
    add(tablet, "S-1")
    for stranger in ("4600000000008", "(01)04600000000008(21)X"):
        assert "Nothing is called" in add(tablet, stranger)
    assert lines() == [(1, "CARRY_OUT", [])]


def test_a_number_of_two_articles_asks_which_one_is_meant(tablet: Client) -> None:
    come("A", sku="S-2")
    given.a_priced_sku("S-2")
    assert "Which one?" in add(tablet, "A")
    add(tablet, "S-2")
    add(tablet, "A")
    line = CartLine.objects.get()
    assert (line.sku_code, line.serials) == ("S-2", ["A"])


def test_a_wrong_number_says_which_one_and_why(tablet: Client) -> None:
    come("FAR", store="msk-2")
    add(tablet, "S-1")
    page = add(tablet, "FAR")
    assert "FAR: The unit with this serial number is somewhere else." in page
    assert "(Msk-2, on hand)" in page
    assert lines() == [(1, "CARRY_OUT", [])]


def test_what_is_shipped_is_scanned_where_it_is_packed(tablet: Client) -> None:
    add(tablet, "A")
    known = {"sku": "S-1", "intent": "CARRY_OUT", "store": "msk-1", "quantity": "1"}
    page = tablet.post("/tablet/sell/line/", known | {"way": "SHIP@"}, follow=True)
    assert lines() == [(1, "SHIP", [])]
    assert "Scan the serial number" not in page.content.decode()
    assert Serial.objects.get(number="A").bucket == "ON_HAND"


def test_what_another_tablet_sold_meanwhile_is_said_with_where_it_went(
    tablet: Client,
) -> None:
    add(tablet, "A")
    other = a_cart()
    scanned(other, "A")
    order = bought(other)
    page = tablet.post("/tablet/sell/pay/", {"kind": "CASH"}, follow=True).content.decode()
    assert "A: The unit with this serial number is somewhere else." in page
    assert f"(customer, {order.number})" in page
    assert lines() == [(1, "CARRY_OUT", ["A"])]


def test_what_another_tablet_is_selling_is_said_with_its_order(tablet: Client) -> None:
    given.stocked(1)
    add(tablet, "A")
    other = a_cart()
    scanned(other, "A")
    number = reserved(other)
    page = tablet.post("/tablet/sell/pay/", {"kind": "CASH"}, follow=True).content.decode()
    words = "A: Another customer is paying for the unit with this serial number."
    assert f"{words} ({number})" in page
