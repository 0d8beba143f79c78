"""Carts, checkout and orders at the REST door."""

from decimal import Decimal
from typing import Any

import pytest

from omniretail.kernel.api.principals import Principal, PrincipalKind
from omniretail.kernel.models import AuditEntry
from orders.models import Order, SandboxCharge
from orders.ordering.links import sign_number
from orders.payments import sandbox
from tests import given
from tests.callers import Caller, as_client, posing_as
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
SCOPES = ("carts:write", "orders:read", "orders:write")


@pytest.fixture
def shop() -> Caller:
    """The website, and goods to sell."""
    given.goods(5)
    return as_client(*SCOPES)


def customer(number: str) -> Any:
    return posing_as(Principal(PrincipalKind.CUSTOMER, number))


def staff(code: str, store: str) -> Any:
    return posing_as(Principal(PrincipalKind.STAFF, code, store=store))


def a_cart(shop: Caller, **details: Any) -> str:
    token = str(shop.post("/api/v1/carts", {}).json()["token"])
    told = shop.patch(
        f"/api/v1/carts/{token}",
        {"name": "Анна", "phone": "+79161234567", "city": "Москва", "address": "Арбат, 1"}
        | details,
    )
    assert told.status_code == 200, told.json()
    return token


def put(shop: Caller, token: str, units: int = 1, **line: Any) -> Any:
    return shop.post(
        f"/api/v1/carts/{token}/lines",
        {"sku": "S-1", "intent": "SHIP", "quantity": units} | line,
    )


def check_out(shop: Caller, token: str, method: str = sandbox.PAYS, **more: Any) -> Any:
    return shop.post(
        f"/api/v1/carts/{token}/checkout",
        {"payment": {"kind": "CARD", "method": method}} | more.pop("body", {}),
        **more,
    )


def test_a_guest_orders_through_the_site(shop: Caller) -> None:
    token = a_cart(shop)
    put(shop, token)
    put(shop, token, 2, intent="COLLECT", store="msk-1")

    quote = shop.get(f"/api/v1/carts/{token}/quote").json()
    assert quote["can_be_ordered"] is True
    assert quote["total_amount"] == "3390.00"
    assert quote["lines"][1]["ready_at"]

    answer = check_out(shop, token, body={"expected_total": "3390.00"})

    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert (told["status"], told["total_amount"]) == ("PLACED", "3390.00")
    assert {one["kind"] for one in told["fulfilments"]} == {"SHIP", "COLLECT"}
    assert told["page_url"].endswith(f"/o/{told['link']}/")
    given.rest()
    assert broken() == set()


def test_the_same_key_orders_once_and_answers_the_same(shop: Caller) -> None:
    token = a_cart(shop)
    put(shop, token)

    first = check_out(shop, token, key="once")
    second = check_out(shop, token, key="once")

    assert first.json()["number"] == second.json()["number"]
    assert second["Idempotency-Replayed"] == "true"
    assert Order.objects.count() == SandboxCharge.objects.count() == 1


def test_a_declined_card_is_a_problem_and_the_cart_is_open(shop: Caller) -> None:
    token = a_cart(shop)
    put(shop, token)

    refusal = check_out(shop, token, sandbox.DECLINED)

    assert refusal.status_code == 422
    assert refusal.json()["code"] == "payment_declined"
    assert refusal.json()["reason"] == "card_declined"
    assert shop.get(f"/api/v1/carts/{token}").json()["status"] == "OPEN"
    assert check_out(shop, token).status_code == 201


def test_a_silent_gateway_is_answered_with_an_order_that_waits(shop: Caller) -> None:
    token = a_cart(shop)
    put(shop, token)

    answer = check_out(shop, token, sandbox.MUTE)

    assert answer.status_code == 202
    assert answer.json()["status"] == "PENDING"


def test_too_many_units_name_the_line_and_what_there_is(shop: Caller) -> None:
    token = a_cart(shop)
    put(shop, token, 1)
    put(shop, token, 6, intent="COLLECT", store="msk-1")

    refusal = check_out(shop, token)

    assert refusal.status_code == 409
    problem = refusal.json()
    assert problem["code"] == "not_enough_stock"
    assert (problem["sku"], problem["store"]) == ("S-1", "msk-1")
    assert (problem["wanted"], problem["available"]) == (6, 5)
    assert problem["errors"][0]["pointer"].endswith("lines/1/quantity")


def test_a_card_number_is_refused_before_anything_keeps_it(shop: Caller) -> None:
    token = a_cart(shop)
    put(shop, token)
    assert check_out(shop, token, "4242 4242 4242 4242").status_code == 400


def test_a_cart_changed_meanwhile_is_not_overwritten(shop: Caller) -> None:
    token = a_cart(shop)
    tag = shop.get(f"/api/v1/carts/{token}")["ETag"]
    put(shop, token)

    refusal = shop.patch(
        f"/api/v1/carts/{token}", {"city": "Тула"}, headers={"If-Match": tag}
    )

    assert refusal.status_code == 412


def test_another_channels_guest_cart_is_absent(shop: Caller) -> None:
    token = a_cart(shop)
    stranger = as_client(*SCOPES, channel="app")

    assert stranger.get(f"/api/v1/carts/{token}").status_code == 404
    assert put(stranger, token).status_code == 404
    assert check_out(stranger, token).status_code == 404


def test_a_customers_cart_is_shared_by_site_and_app(shop: Caller) -> None:
    number = given.a_customer()
    app = as_client(*SCOPES, channel="app")
    on_site = shop.post("/api/v1/carts", {"customer": number}).json()["token"]
    put(app, on_site, 2)

    with customer(number):
        own = Caller().post("/api/v1/carts", {}).json()

    assert own["token"] == on_site
    assert own["lines"][0]["quantity"] == 2


def test_a_guest_signs_in_and_brings_the_cart_along(shop: Caller) -> None:
    number = given.a_customer()
    guest = a_cart(shop)
    put(shop, guest, 2)

    with customer(number):
        for _ in range(2):
            merged = Caller().post(f"/api/v1/carts/{guest}/merge", {}).json()

    assert merged["customer"] == number
    assert [line["quantity"] for line in merged["lines"]] == [2]


@pytest.fixture
def order(shop: Caller) -> str:
    """An order of a guest on the site."""
    token = a_cart(shop)
    put(shop, token)
    return str(check_out(shop, token).json()["number"])


def test_a_guest_reads_and_cancels_by_the_link_alone(shop: Caller, order: str) -> None:
    guest = Caller(headers={"X-Order-Link": sign_number(order)})

    assert guest.get(f"/api/v1/orders/{order}").json()["status"] == "PLACED"
    assert guest.get("/api/v1/orders").status_code == 403
    told = guest.post(f"/api/v1/orders/{order}/cancel", {})

    assert told.json()["status"] == "CANCELLED"
    assert AuditEntry.objects.filter(subject=f"order:{order}", actor_kind="guest").exists()


def test_a_forged_link_opens_nothing(order: str) -> None:
    signed = sign_number(order)
    forged = Caller(headers={"X-Order-Link": signed[:-2] + "xx"})
    assert forged.get(f"/api/v1/orders/{order}").status_code == 401


def test_a_foreign_order_is_absent(order: str) -> None:
    strangers = [
        customer(given.a_customer()),
        staff("e-1", "spb-9"),
        posing_as(Principal(PrincipalKind.GUEST, "R-OTHR-OTHR")),
    ]
    for pose in strangers:
        with pose:
            assert Caller().get(f"/api/v1/orders/{order}").status_code in (403, 404)
    app = as_client(*SCOPES, channel="app")
    assert app.get(f"/api/v1/orders/{order}").status_code == 404
    assert app.post(f"/api/v1/orders/{order}/cancel", {}).status_code == 404


def test_orders_are_listed_newest_first_in_pages(shop: Caller) -> None:
    for _ in range(3):
        token = a_cart(shop)
        put(shop, token)
        check_out(shop, token)

    page = shop.get("/api/v1/orders?page_size=2").json()
    assert len(page["items"]) == 2
    assert page["next"]
    assert shop.get("/api/v1/orders?status=CANCELLED").json()["items"] == []
    assert Decimal(page["items"][0]["total_amount"]) == 1390
