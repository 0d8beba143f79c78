"""Filling a cart that all channels share."""

from datetime import timedelta

import pytest

from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import limits
from orders.carts import operations as carts
from orders.carts.queries import CartLineView, CartNotFound, cart_view
from orders.models import Cart
from tests import given
from tests.clock import NOON

pytestmark = pytest.mark.django_db


def put(token: str, units: int, intent: str = "SHIP", store: str | None = None) -> None:
    carts.set_line(
        token=token,
        sku_code="S-1",
        intent=intent,
        quantity=units,
        store_code=store,
        by=SYSTEM,
        at=NOON,
    )


def lines(token: str) -> list[tuple[int, str, str | None]]:
    return [(one.quantity, one.intent, one.store_code) for one in cart_view(token).lines]


@pytest.fixture(autouse=True)
def shop() -> None:
    given.goods(9)


def test_a_line_set_twice_is_the_same() -> None:
    token = given.a_cart()
    put(token, 3)
    put(token, 3)
    assert lines(token) == [(3, "SHIP", None)]


def test_one_sku_may_leave_in_several_ways() -> None:
    token = given.a_cart()
    put(token, 2, "COLLECT", "msk-1")
    assert lines(token) == [(1, "SHIP", None), (2, "COLLECT", "msk-1")]


def test_no_units_take_the_line_out() -> None:
    token = given.a_cart()
    put(token, 0)
    assert lines(token) == []


def test_a_customer_has_one_open_cart_in_all_channels() -> None:
    customer = given.a_customer()
    site = given.a_cart(customer=customer, channel="SITE")
    app = given.a_cart(customer=customer, channel="APP")
    assert site == app


def test_signing_in_brings_the_guest_cart_along_and_never_grows() -> None:
    customer = given.a_customer()
    own = given.a_cart(("S-1", 2, "SHIP", None), customer=customer)
    guest = given.a_cart(("S-1", 1, "SHIP", None), ("S-1", 4, "COLLECT", "msk-1"))

    for _ in range(3):
        merged = carts.merge_cart(token=guest, customer_number=customer, by=SYSTEM, at=NOON)
        assert str(merged.token) == own

    assert lines(own) == [(2, "SHIP", None), (4, "COLLECT", "msk-1")]
    assert cart_view(guest).status == "MERGED"


def test_somebody_elses_cart_is_never_attached() -> None:
    owner = given.a_customer()
    other = given.a_customer(phone="+79160000001", first_name="Пётр")
    token = given.a_cart(customer=owner)

    with pytest.raises(CartNotFound):
        carts.merge_cart(token=token, customer_number=other, by=SYSTEM, at=NOON)


def test_a_change_of_an_older_version_is_refused() -> None:
    token = given.a_cart()
    seen = cart_view(token).version
    put(token, 5)

    with pytest.raises(carts.CartChanged):
        carts.change_cart(
            token=token, changes={"city": "Тула"}, version=seen, by=SYSTEM, at=NOON
        )


@pytest.mark.parametrize(
    ("intent", "store", "refusal"),
    [
        ("COLLECT", None, carts.StoreMissing),
        ("SHIP", "msk-1", carts.StoreDoesNotOfferThat),
        ("COLLECT", "depot", carts.StoreDoesNotOfferThat),
        ("CARRY_OUT", "depot", carts.StoreDoesNotOfferThat),
    ],
)
def test_a_way_the_store_does_not_offer_is_refused(
    intent: str, store: str | None, refusal: type[Exception]
) -> None:
    given.place("depot", kind="WAREHOUSE", can_pickup=False, can_sell=False)
    token = given.a_cart()
    with pytest.raises(refusal) as found:
        put(token, 1, intent, store)
    assert found.value.field == "store"  # type: ignore[attr-defined]


def test_what_has_no_published_price_is_not_for_sale() -> None:
    given.stocked(5, sku="S-9")
    token = given.a_cart()
    with pytest.raises(carts.NotForSale):
        carts.set_line(
            token=token, sku_code="S-9", intent="SHIP", quantity=1, by=SYSTEM, at=NOON
        )


def test_a_cart_holds_no_more_than_its_limit() -> None:
    token = given.a_cart()
    with pytest.raises(carts.CartFull) as refusal:
        put(token, limits().line_quantity + 1)
    assert refusal.value.field == "quantity"


def test_a_guest_cannot_spend_points() -> None:
    token = given.a_cart()
    with pytest.raises(carts.NoCustomer):
        carts.change_cart(token=token, changes={"redeem_points": 5}, by=SYSTEM, at=NOON)


def test_a_strange_token_is_no_cart() -> None:
    with pytest.raises(CartNotFound):
        cart_view("nothing-like-a-token")


def test_carts_nobody_touches_are_put_away() -> None:
    token = given.a_cart()
    later = NOON + limits().cart_life + timedelta(seconds=1)

    assert carts.abandon_carts(at=later, limit=10) == 1
    assert Cart.objects.get(token=token).status == Cart.Status.ABANDONED
    with pytest.raises(carts.CartClosed):
        put(token, 1)


def test_lines_keep_the_order_in_which_they_were_put_in() -> None:
    token = given.a_cart(("S-1", 1, "COLLECT", "msk-1"), ("S-1", 1, "SHIP", None))
    assert cart_view(token).lines[0] == CartLineView("S-1", 1, "COLLECT", "msk-1")
