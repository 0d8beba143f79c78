"""Kits in a basket: sourced whole, never promised beyond what their parts allow."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.catalogue.models import Sku
from inventory.promises.operations import NotEnoughStock
from inventory.promises.queries import as_asked, live_promises
from omniretail.kernel.actors import SYSTEM
from orders.carts.queries import Recipient, cart_view
from orders.checkout.queries import quote_cart
from orders.models import FulfilmentPart, Order
from orders.sourcing.choices import Wish
from orders.sourcing.operations import source_lines
from tests import given
from tests.callers import as_client
from tests.clock import NOON
from tests.inventory.given import figures, kit
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
MOSCOW = Recipient(latitude=55.75, longitude=37.6)
LAWS = {"S1", "S2", "S3", "S8", "P4", "F4", "O1", "O9"}


@pytest.fixture(autouse=True)
def chain() -> None:
    """K-1 is an S-1 and two S-2. Moscow has three of each, Saint Petersburg six."""
    given.place("msk-1")
    given.place("spb-1", city="Санкт-Петербург", latitude=59.93, longitude=30.36)
    for store, units in (("msk-1", 3), ("spb-1", 6)):
        for sku in ("S-1", "S-2"):
            given.goods(units, store=store, sku=sku)
    given.a_priced_sku("K-1", "1500.00")
    kit()


def shipped(*wanted: tuple[str, int]) -> dict[str, dict[str, int]]:
    wishes = [Wish(i, sku, n, "SHIP", None) for i, (sku, n) in enumerate(wanted, 1)]
    found = source_lines(wishes, MOSCOW, channel="SITE", at=NOON)
    assert found.missing == {}
    places: dict[str, dict[str, int]] = {}
    for one in found.choices:
        places.setdefault(one.store_code, {})[one.sku_code] = one.quantity
    return places


def test_an_ordered_kit_keeps_its_parts_and_costs_its_own_price() -> None:
    number = given.a_placed_order(("K-1", 1, "COLLECT", "msk-1"))
    order = Order.objects.get(number=number)
    assert order.items_amount == Decimal("1500.00")
    assert [line.sku_code for line in order.lines.all()] == ["K-1"]
    kept = live_promises(number)
    assert [(one.sku_code, one.quantity) for one in kept] == [("S-1", 1), ("S-2", 2)]
    assert [(one.sku_code, one.quantity) for one in as_asked(kept)] == [("K-1", 1)]
    parts = FulfilmentPart.objects.values_list("sku_code", "per_kit", "picked_quantity")
    assert list(parts) == [("S-1", 1, 0), ("S-2", 2, 0)]
    assert broken(only=LAWS) == set()


def test_a_kit_that_is_carried_out_leaves_as_its_parts() -> None:
    number = given.a_placed_order(
        ("K-1", 1, "CARRY_OUT", "msk-1"), store="msk-1", kind="CASH", by=SYSTEM
    )
    given.rest()
    assert (figures(), figures(sku="S-2")) == ((2, 0), (1, 0))
    assert [one.picked_quantity for one in FulfilmentPart.objects.all()] == [1, 2]
    assert Order.objects.get(number=number).status == "COMPLETED"
    assert broken(only=LAWS | {"P3", "P3b", "F3"}) == set()


def test_bundle_lines_are_not_checked_against_the_same_undiminished_number() -> None:
    """medusa#16502: a kit and its part in one basket, the part is there for one of them."""
    lines = (("K-1", 1, "COLLECT", "msk-1"), ("S-2", 2, "COLLECT", "msk-1"))
    with pytest.raises(NotEnoughStock) as refusal:
        given.a_placed_order(*lines)
    assert refusal.value.field == "lines/1/quantity"
    assert (figures(), figures(sku="S-2")) == ((3, 0), (3, 0))
    cart = cart_view(given.a_cart(*lines))
    quote = quote_cart(cart, at=NOON)
    assert [line.missing_quantity for line in quote.lines] == [0, 1]


def test_a_kit_and_its_part_are_shipped_from_where_both_are() -> None:
    assert shipped(("K-1", 1), ("S-2", 1)) == {"msk-1": {"K-1": 1, "S-2": 1}}
    assert shipped(("K-1", 1), ("S-2", 2)) == {"spb-1": {"K-1": 1, "S-2": 2}}


def test_kits_are_split_over_places_but_never_a_kit() -> None:
    assert shipped(("K-1", 4)) == {"msk-1": {"K-1": 1}, "spb-1": {"K-1": 3}}


def test_what_is_collected_as_a_kit_is_not_shipped_as_its_parts() -> None:
    wishes = [Wish(1, "K-1", 1, "COLLECT", "msk-1"), Wish(2, "S-2", 2, "SHIP", None)]
    found = source_lines(wishes, MOSCOW, channel="SITE", at=NOON)
    assert [(one.store_code, one.quantity) for one in found.choices] == [
        ("msk-1", 1),
        ("spb-1", 2),
    ]


def test_a_kit_nobody_can_make_is_missing() -> None:
    found = source_lines([Wish(1, "K-1", 5, "SHIP", None)], MOSCOW, channel="SITE", at=NOON)
    assert found.missing == {1: 1}


def test_the_catalogue_says_what_is_a_kit() -> None:
    assert list(Sku.objects.filter(is_kit=True).values_list("code", flat=True)) == ["K-1"]


def many_kits(number: int) -> list[tuple[str, int, str, str | None]]:
    """So many kits, each of a part of its own and of the S-1 they all share."""
    for index in range(number):
        given.goods(9, sku=f"P-{index}")
        given.a_priced_sku(f"M-{index}")
        kit(f"M-{index}", {f"P-{index}": 2, "S-1": 1})
    return [(f"M-{index}", 1, "COLLECT", "msk-1") for index in range(number)]


def test_a_basket_of_more_kits_asks_the_database_no_more_often() -> None:
    given.goods(50)
    lines, site = many_kits(8), as_client("carts:write", "orders:read")
    body = {"payment": {"kind": "CARD", "method": "card-4242"}}
    counts, numbers = [], []
    for size in (2, 2, 8):
        token = given.a_cart(*lines[:size])
        with CaptureQueriesContext(connection) as seen:
            answer = site.post(f"/api/v1/carts/{token}/checkout", body)
        assert answer.status_code < 300, answer.content
        counts.append(len(seen))
        numbers.append(answer.json()["number"])
    _warm, few, many = counts
    assert few == many <= 120
    reads = []
    for number in numbers:
        with CaptureQueriesContext(connection) as seen:
            site.get(f"/api/v1/orders/{number}")
        reads.append(len(seen))
    assert len(set(reads)) == 1
    assert broken(only=LAWS) == set()
