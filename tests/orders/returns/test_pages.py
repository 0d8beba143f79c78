import pytest
from django.test import Client
from django.urls import reverse

from omniretail.kernel import clock
from orders.ordering.models import Order
from orders.returns.models import Return
from stores.network.models import Store
from tests.factories.fulfilment import Ordered, Town, bag_of, collected, placed_order
from tests.tablet import sign_in_tablet


@pytest.fixture
def clerk(shops: Town, client: Client) -> Client:
    sign_in_tablet(client, store=Store.objects.get(code="arbat"))
    return client


@pytest.fixture
def order(shops: Town) -> Order:
    now = clock.now()
    lines = [Ordered("PHONE", 2, "tverskaya"), Ordered("CABLE", 1, "tverskaya")]
    made = placed_order(lines, at=now)
    collected(bag_of(made), shops.clerk("tverskaya"), at=now)
    return made


def test_a_sale_is_found_by_number_and_by_phone(clerk: Client, order: Order) -> None:
    page = f"/tablet/return/{order.number}/"
    for text in (order.number, order.number.lower(), "+7 916 123-45-67", "89161234567"):
        assert clerk.get("/tablet/return/", {"code": text})["Location"] == page
    assert clerk.post(reverse("tablet-scan"), {"code": order.number}).json()["url"] == page


def test_what_nobody_sold_is_not_found(clerk: Client, order: Order) -> None:
    text = clerk.get("/tablet/return/", {"code": "R-0000-0000"}).content.decode()
    assert "No sale found" in text
    assert clerk.get("/tablet/return/R-0000-0000/").status_code == 404


def test_a_part_comes_back_and_the_rest_stays(clerk: Client, order: Order) -> None:
    page = f"/tablet/return/{order.number}/"
    assert "refund up to" in clerk.get(page).content.decode()
    answer = clerk.post(
        f"{page}take-back/",
        {"quantity-1": "1", "quantity-2": "0", "disposition-1": "RESTOCK"},
        follow=True,
    )
    text = answer.content.decode()
    assert "Taken back." in text
    assert Return.objects.get().lines.get().quantity == 1
    assert 'max="1"' in text


def test_no_units_named_takes_nothing_back(clerk: Client, order: Order) -> None:
    page = f"/tablet/return/{order.number}/"
    answer = clerk.post(
        f"{page}take-back/", {"quantity-1": "x"}, follow=True, headers={"Referer": page}
    )
    assert "nothing to take back" in answer.content.decode()
    assert not Return.objects.exists()
