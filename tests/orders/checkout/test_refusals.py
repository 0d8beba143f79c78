"""What a cart lacks is said at the checkout, by the field; nothing is begun meanwhile."""

from typing import Any

import pytest

from orders.models import Order, SandboxCharge
from tests import given
from tests.callers import Caller, as_client
from tests.inventory.given import figures

pytestmark = pytest.mark.django_db
API = "/api/v1/carts"
ANNA = {"name": "Анна", "phone": "+79161234567", "city": "Москва", "address": "Арбат, 1"}
SHIP = {"sku": "S-1", "intent": "SHIP", "quantity": 1}
COLLECT = {"sku": "S-1", "intent": "COLLECT", "quantity": 1, "store": "msk-1"}
CARD = {"kind": "CARD", "method": "card-4242"}


def a_cart(shop: Caller, told: dict[str, Any], *lines: dict[str, Any]) -> str:
    address = f"{API}/{shop.post(API, {}).json()['token']}"
    assert shop.patch(address, told).status_code == 200
    for line in lines:
        assert shop.post(f"{address}/lines", line).status_code == 200
    return address


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in ANNA.items() if name not in names}


@pytest.mark.parametrize(
    ("told", "lines", "payment", "code", "pointer"),
    [
        (ANNA, [], CARD, "cart_empty", "#/lines"),
        (without("phone"), [COLLECT], CARD, "contact_missing", "#/contact_phone"),
        (without("city"), [SHIP], CARD, "address_missing", "#/address"),
        (without("address"), [SHIP], CARD, "address_missing", "#/address"),
        (ANNA, [SHIP], {"kind": "CASH"}, "cash_only_in_store", "#/payment/kind"),
    ],
)
def test_a_cart_that_lacks_something_is_told_what_and_stays_open(
    told: dict[str, Any],
    lines: list[dict[str, Any]],
    payment: dict[str, str],
    code: str,
    pointer: str,
) -> None:
    given.goods(5)
    shop = as_client("carts:write")
    cart = a_cart(shop, told, *lines)

    refused = shop.post(f"{cart}/checkout", {"payment": payment})

    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]
    assert shop.get(cart).json()["status"] == "OPEN"
    assert not Order.objects.exists()
    assert not SandboxCharge.objects.exists()
    assert figures() == (5, 0)


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (without("phone") | {"email": "anna@example.org"}, COLLECT),
        (without("city", "address"), COLLECT),
    ],
)
def test_what_is_collected_needs_one_way_to_reach_somebody_and_no_address(
    told: dict[str, Any], line: dict[str, Any]
) -> None:
    given.goods(5)
    shop = as_client("carts:write")
    cart = a_cart(shop, told, line)
    assert shop.post(f"{cart}/checkout", {"payment": CARD}).status_code == 201
