"""Selling on the tablet."""

from typing import Any

import pytest
from django.test import Client

from omniretail.kernel.models import User
from orders.models import Cart, Order
from stores.models import Store
from tests import given
from tests.factories.inventory import BarcodeFactory
from tests.inventory.given import figures
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db
GTIN = "4600051000057"


@pytest.fixture
def tablet(client: Client) -> Client:
    """A clerk at a tablet in a store that has five units and sells."""
    given.goods(5)
    BarcodeFactory.create(sku__code="S-2", gtin=GTIN)
    given.a_priced_sku("S-2", "500.00")
    sign_in_tablet(client, store=Store.objects.get(code="msk-1"))
    assert User.objects.exists()
    return client


def add(tablet: Client, code: str) -> Any:
    return tablet.post("/tablet/sell/add/", {"code": code}, follow=True)


def line(tablet: Client, **change: Any) -> Any:
    known = {"sku": "S-1", "intent": "CARRY_OUT", "store": "msk-1", "quantity": "1"}
    return tablet.post("/tablet/sell/line/", known | change, follow=True)


def lines() -> list[tuple[int, str, str | None]]:
    cart = Cart.objects.get(status="OPEN")
    return list(cart.lines.values_list("quantity", "intent", "store__code"))


def pay(tablet: Client, **how: str) -> Any:
    version = str(Cart.objects.get(status="OPEN").version)
    return tablet.post(
        "/tablet/sell/pay/", {"kind": "CARD", "version": version} | how, follow=True
    )


def test_the_page_invites_to_scan(tablet: Client) -> None:
    page = tablet.get("/tablet/sell/")
    assert page.status_code == 200
    assert "Scan the first item" in page.content.decode()


def test_scan_pay_done_takes_two_presses(tablet: Client) -> None:
    page = add(tablet, "S-1")
    assert "Take along" in page.content.decode()
    assert lines() == [(1, "CARRY_OUT", "msk-1")]

    done = pay(tablet)

    order = Order.objects.get()
    assert order.status == Order.Status.COMPLETED
    assert order.taken_at_store is not None
    assert (order.channel, order.taken_at_store.code) == ("TABLET", "msk-1")
    assert order.taken_by
    assert done.redirect_chain[-1][0].endswith(f"/tablet/sell/done/{order.number}/")
    assert "<svg" in done.content.decode()
    assert figures() == (4, 0)
    assert "Scan the first item" in tablet.get("/tablet/sell/").content.decode()


def test_scanning_again_counts_up(tablet: Client) -> None:
    add(tablet, "S-1")
    add(tablet, "S-1")
    assert lines() == [(2, "CARRY_OUT", "msk-1")]


def test_what_is_not_here_is_offered_to_be_shipped(tablet: Client) -> None:
    add(tablet, GTIN)
    assert lines() == [(1, "SHIP", None)]


def test_another_way_and_another_quantity(tablet: Client) -> None:
    given.place("msk-2", latitude=55.80)
    given.goods(9, store="msk-2")
    add(tablet, "S-1")

    page = line(tablet, quantity="3", way="COLLECT@msk-2")

    assert lines() == [(3, "COLLECT", "msk-2")]
    assert "Leave a phone number" in page.content.decode()
    tablet.post("/tablet/sell/details/", {"name": "Анна", "phone": "+79161234567"})
    pay(tablet)
    assert Order.objects.get().fulfilments.get().store.code == "msk-2"


def test_shipping_asks_for_the_address(tablet: Client) -> None:
    add(tablet, "S-1")
    line(tablet, way="SHIP@")
    page = tablet.post("/tablet/sell/details/", {"phone": "+79161234567"}, follow=True)
    assert "Say where to ship" in page.content.decode()

    tablet.post("/tablet/sell/details/", {"city": "Москва", "address": "Арбат, 1"})
    pay(tablet)

    assert Order.objects.get().status == Order.Status.PLACED


def test_the_customers_own_cart_comes_to_the_tablet(tablet: Client) -> None:
    number = given.a_customer(points=300)
    given.a_cart(("S-1", 2, "SHIP", None), customer=number)
    add(tablet, "S-1")

    found = tablet.get("/tablet/sell/", {"who": "+79161234567"}).content.decode()
    assert number in found
    page = tablet.post("/tablet/sell/customer/", {"number": number}, follow=True)

    assert sorted(lines()) == [(1, "CARRY_OUT", "msk-1"), (2, "SHIP", None)]
    assert "Spend" in page.content.decode()
    tablet.post("/tablet/sell/details/", {"redeem_points": "100"})
    pay(tablet)
    assert set(Order.objects.get().tenders.values_list("kind", flat=True)) == {
        "CARD",
        "POINTS",
    }


def test_cash_is_taken(tablet: Client) -> None:
    add(tablet, "S-1")
    pay(tablet, kind="CASH")
    assert Order.objects.get().tenders.get().kind == "CASH"


def test_a_name_that_means_several_goods_offers_a_choice(tablet: Client) -> None:
    page = add(tablet, "Смартфон")
    assert "Which one?" in page.content.decode()
    assert not Cart.objects.exists()


def test_a_unit_sold_meanwhile_is_said_in_words(tablet: Client) -> None:
    add(tablet, "S-1")
    line(tablet, quantity="5")
    given.a_placed_order()

    page = pay(tablet)

    assert page.status_code == 200
    assert Order.objects.count() == 1
    assert "1 is missing" in page.content.decode()


def test_the_next_customer_starts_with_nothing(tablet: Client) -> None:
    add(tablet, "S-1")
    tablet.post("/tablet/sell/anew/")
    assert "Scan the first item" in tablet.get("/tablet/sell/").content.decode()


def test_another_stores_sale_is_absent(tablet: Client) -> None:
    given.goods(5, store="spb-1")
    number = given.a_placed_order(("S-1", 1, "CARRY_OUT", "spb-1"), store="spb-1")
    assert tablet.get(f"/tablet/sell/done/{number}/").status_code == 404
