"""What users of other shops ran into, replayed step by step as their threads tell it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from inventory.counts.operations import approve_count
from inventory.feeds.operations import FeedTerms, import_rows
from inventory.promises.models import Promise
from inventory.promises.operations import PaymentUnderWay, confirm_holds, end_payment
from inventory.promises.operations import start_payment as pay_elsewhere
from inventory.stock.models import StockLevel
from inventory.stock.operations import (
    BelowPromised,
    NotEnoughStock,
    StockWrite,
    WriteMode,
    adjust_stock,
    write_stock,
)
from omniretail.kernel.actors import SYSTEM
from orders.checkout.operations import Payment, Terms, cancel_order, place_order
from orders.ordering.models import Order
from orders.payments import sandbox
from orders.payments.operations import PaymentDeclined
from tests import given
from tests.callers import as_client
from tests.clock import NOON
from tests.inventory.counts.given import counted
from tests.inventory.given import figures, held, kit, stocked, wanted
from tests.inventory.selling.given import network
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
API = "/api/v1"


def shown(channel: str) -> int:
    """What a channel may sell of S-1 over all its places."""
    caller = as_client("stock:read", channel="")
    asked = {"sku": "S-1", "channel": channel, "summed": "true"}
    (item,) = caller.get(f"{API}/availability/grid", asked).json()["items"]
    return int(item["total"])


def bought(token: str, method: str = sandbox.PAYS) -> str:
    terms = Terms(payment=Payment("CARD", method))
    return place_order(token=token, terms=terms, by=SYSTEM, at=NOON)


def test_magento_inventory_2727_what_one_network_sells_another_does_not_show() -> None:
    """Shop X sells from places X (10) and Y (5), shop Y from Y alone. X sells all fifteen;
    there, Y went on showing its five, and sold them."""
    stocked(10, store="x")
    stocked(5, store="y")
    network("SHOPX", "x", "y")
    network("SHOPY", "y")
    assert (shown("SHOPX"), shown("SHOPY")) == (15, 5)
    line = {"sku": "S-1", "quantity": 15, "places": ["x", "y"], "may_split": True}
    hold = {"reference": "r-1", "owner": "ann", "channel": "SHOPX", "lines": [line]}
    caller = as_client("stock:hold", channel="")
    assert caller.post(f"{API}/holds", hold).status_code == 201
    assert (shown("SHOPX"), shown("SHOPY")) == (0, 0)
    line = {"sku": "S-1", "quantity": 5, "store": "y"}
    late = {"reference": "r-2", "owner": "bob", "channel": "SHOPY", "lines": [line]}
    refused = caller.post(f"{API}/holds", late)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_enough_stock")
    assert (figures(store="x"), figures(store="y")) == ((10, 10), (5, 5))
    assert broken(only={"S2", "S3", "S9"}) == set()


def test_medusa_16502_two_bundles_of_one_cart_do_not_share_a_unit() -> None:
    """Two lines, each a bundle with the same part, and one of that part. There, both lines
    were checked against the same undiminished number."""
    given.goods(1, sku="S-1")
    given.goods(5, sku="S-2")
    for code, other in (("K-1", {}), ("K-2", {"S-2": 1})):
        given.a_priced_sku(code)
        kit(code, {"S-1": 1} | other)
    lines = [("K-1", 1, "COLLECT", "msk-1"), ("K-2", 1, "COLLECT", "msk-1")]
    token = given.a_cart(*lines)
    with pytest.raises(NotEnoughStock) as refusal:
        bought(token)
    assert refusal.value.field == "lines/1/quantity"
    assert not Promise.objects.live().exists()
    assert min(StockLevel.objects.values_list("available_to_promise", flat=True)) == 1
    bought(given.a_cart(lines[1]))
    assert (figures(), figures(sku="S-2")) == ((1, 1), (5, 1))
    assert broken(only={"S2", "S3", "S8", "P4"}) == set()


def test_medusa_14987_what_was_confirmed_over_all_places_is_reserved_where_it_lies() -> (
    None
):
    """Three are wanted; two places have two each. There, the cart was confirmed on the sum
    and the reservation tried at the first place alone, and the checkout failed."""
    given.goods(2, store="msk-1")
    given.goods(2, store="spb-1")
    number = given.a_placed_order(("S-1", 3, "SHIP", None))
    kept = Promise.objects.live().order_by("-quantity").values_list("quantity", flat=True)
    assert list(kept) == [2, 1]
    assert figures()[1] + figures(store="spb-1")[1] == 3
    with pytest.raises(NotEnoughStock):
        given.a_placed_order(("S-1", 2, "SHIP", None))
    given.rest()
    assert Order.objects.get(number=number).status == "PLACED"
    assert broken() == set()


def test_sylius_3573_who_comes_back_from_the_bank_buys_what_was_kept_for_them() -> None:
    """One unit, one buyer: the payment fails at the bank, and the buyer tries again. There,
    the unit was out of stock: it was held by the buyer's own first try."""
    given.goods(1)
    token = given.a_cart()
    with pytest.raises(PaymentDeclined):
        bought(token, sandbox.DECLINED)
    number = bought(token)
    assert Order.objects.get(number=number).status == "PLACED"
    assert figures() == (1, 1)
    given.rest()
    assert broken() == set()


def test_sylius_3573_a_hold_whose_payment_failed_is_held_again() -> None:
    """The same for a shop with a checkout of its own: what is in its way is its payment
    while that runs, and nothing once it has failed."""
    stocked(1)
    held(wanted(1))
    pay_elsewhere(reference="cart-1", by=SYSTEM, at=NOON)
    with pytest.raises(PaymentUnderWay):
        held(wanted(1))
    end_payment(reference="cart-1", by=SYSTEM, at=NOON)
    held(wanted(1))
    confirm_holds(reference="cart-1", by=SYSTEM, at=NOON)
    assert figures() == (1, 1)


def _corrected() -> None:
    with pytest.raises(BelowPromised):
        adjust_stock(
            store_code="msk-1", sku_code="S-1", on_hand=0, reason="", by=SYSTEM, at=NOON
        )


def _written() -> None:
    seen = NOON.replace(hour=10)
    row = StockWrite("k-1", "msk-1", "S-1", WriteMode.ABSOLUTE, 0, observed_at=seen)
    (told,) = write_stock(rows=[row], reference="D-1", reason="", by=SYSTEM, at=seen)
    assert told.outcome == "refused"


def _fed() -> None:
    rows: list[dict[str, Any]] = [{"store_code": "msk-1", "sku_code": "S-1", "on_hand": 0}]
    report = import_rows(rows=rows, terms=FeedTerms("stock"), by=SYSTEM, at=NOON)
    assert report.rows_refused == 1


def _counted() -> None:
    approve_count(number=counted(0), by=SYSTEM, at=NOON.replace(hour=16))


@pytest.mark.parametrize("set_to_none", [_corrected, _written, _fed, _counted])
def test_sylius_9435_an_order_is_cancelled_whatever_was_said_of_the_stock(
    set_to_none: Callable[[], None],
) -> None:
    """An order stands, and somebody sets its article to none at all. There, it could not be
    cancelled any more: too few units to release."""
    given.goods(2)
    number = given.a_placed_order(("S-1", 2, "COLLECT", "msk-1"))
    set_to_none()
    assert figures() == (2, 2)
    cancel = partial(cancel_order, number=number, reason="CUSTOMER", by=SYSTEM)
    cancel(at=NOON.replace(hour=17))
    assert figures() == (2, 0)
    assert Order.objects.get(number=number).status == "CANCELLED"
    assert broken(only={"S1", "S2", "S3", "P1", "P4"}) == set()
