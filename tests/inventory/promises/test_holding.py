"""Holding units: all or nothing, each level counted once."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from inventory.promises.models import Promise
from inventory.promises.operations import (
    Demand,
    ExtendedBefore,
    HoldEnded,
    LinePromisedTwice,
    NotEnoughStock,
    NothingAsked,
    PaymentUnderWay,
    PlaceClosed,
    TooManyHolds,
    extend_holds,
    start_payment,
)
from inventory.promises.queries import live_promises
from inventory.stock.operations import QuantityOutOfRange, SkuNotFound, adjust_stock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import from_integrity
from omniretail.kernel.limits import Limits
from stores.network.queries import StoreNotFound
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.given import (
    SOON,
    allocated,
    figures,
    held,
    place,
    stocked,
    wanted,
)

pytestmark = pytest.mark.django_db


def test_a_hold_reserves_the_units_until_its_end() -> None:
    stocked(5)
    (slip,) = held(wanted(3))
    assert figures() == (5, 3)
    assert (slip.quantity, slip.status, slip.ends_at) == (3, "HELD", SOON)
    assert live_promises("cart-1") == [slip]


def test_a_refusal_names_the_line_the_place_and_what_is_there() -> None:
    stocked(5)
    stocked(1, sku="S-2")
    with pytest.raises(NotEnoughStock) as refusal:
        held(wanted(5), wanted(2, sku="S-2", line="2"))
    assert refusal.value.field == "lines/1/sku"
    assert refusal.value.facts | {"shortages": None} == {
        "sku": "S-2",
        "store": "msk-1",
        "wanted": 2,
        "available": 1,
        "shortages": None,
    }


def test_a_refused_hold_keeps_nothing_of_any_line() -> None:
    stocked(5)
    stocked(1, sku="S-2")
    with pytest.raises(NotEnoughStock):
        held(wanted(5), wanted(2, sku="S-2", line="2"))
    assert figures() == (5, 0)
    assert figures(sku="S-2") == (1, 0)
    assert not Promise.objects.exists()


def test_lines_that_share_a_level_are_checked_as_one_sum() -> None:
    """medusa#16502: each line checked against the same undiminished number."""
    stocked(3)
    with pytest.raises(NotEnoughStock) as refusal:
        held(wanted(2), wanted(2, line="2"))
    assert refusal.value.facts["wanted"] == 4
    held(wanted(2), wanted(1, line="2"))
    assert figures() == (3, 3)


def test_a_second_try_does_not_compete_with_the_first() -> None:
    """sylius#3573: a buyer's own hold counted against the retry."""
    stocked(1)
    held(wanted(1))
    held(wanted(1))
    assert figures() == (1, 1)
    statuses = Promise.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["RELEASED", "HELD"]


def test_a_second_try_that_fails_leaves_the_first_in_place() -> None:
    stocked(1)
    held(wanted(1))
    with pytest.raises(NotEnoughStock):
        held(wanted(2))
    assert figures() == (1, 1)
    assert [slip.quantity for slip in live_promises("cart-1")] == [1]


def test_holds_being_paid_for_are_not_replaced() -> None:
    stocked(2)
    held(wanted(1))
    start_payment(reference="cart-1", by=SYSTEM, at=NOON)
    with pytest.raises(PaymentUnderWay):
        held(wanted(1))


def test_safety_stock_is_not_promised() -> None:
    stocked(5)
    adjust_stock(
        store_code="msk-1", sku_code="S-1", safety_stock=3, reason="", by=SYSTEM, at=NOON
    )
    with pytest.raises(NotEnoughStock) as refusal:
        held(wanted(3))
    assert refusal.value.facts["available"] == 2
    held(wanted(2))


def test_a_place_that_never_had_it_has_none() -> None:
    place()
    SkuFactory(code="S-1")
    with pytest.raises(NotEnoughStock) as refusal:
        held(wanted(1))
    assert refusal.value.facts["available"] == 0


def test_unknown_places_and_skus_are_named() -> None:
    stocked(1)
    with pytest.raises(StoreNotFound):
        held(wanted(1, store="nowhere"))
    with pytest.raises(SkuNotFound):
        held(wanted(1, sku="nothing"))


@pytest.mark.parametrize("units", [0, -1, 1_000_001])
def test_quantities_nobody_can_mean_are_refused(units: int) -> None:
    stocked(1)
    with pytest.raises(QuantityOutOfRange):
        held(wanted(units))


def test_asking_for_nothing_is_refused() -> None:
    with pytest.raises(NothingAsked):
        held()


def test_a_place_closed_for_good_promises_nothing() -> None:
    stocked(1)
    place("msk-1", closed_on=date(2026, 11, 1))
    with pytest.raises(PlaceClosed):
        held(wanted(1))
    place("msk-1", opened_on=NOON.date() + timedelta(days=1))
    with pytest.raises(PlaceClosed):
        held(wanted(1))


def test_ten_lines_take_as_many_queries_as_one() -> None:
    for number in range(10):
        stocked(5, sku=f"S-{number}")
    demands = [wanted(1, sku=f"S-{number}", line=str(number)) for number in range(10)]
    with CaptureQueriesContext(connection) as one:
        held(demands[0], reference="cart-1")
    with CaptureQueriesContext(connection) as ten:
        held(*demands, reference="cart-10")
    assert len(one) == len(ten) == 1  # it looks, decides and writes


def test_what_is_not_there_is_refused_at_the_first_look() -> None:
    """Nobody is locked, nothing begun: one look at the level and the reference."""
    stocked(1)
    with CaptureQueriesContext(connection) as asked, pytest.raises(NotEnoughStock) as short:
        held(wanted(2))
    assert [one["sql"].split()[0] for one in asked] == ["SELECT"]
    assert not any(word in asked[0]["sql"] for word in ("pg_advisory", "UPDATE"))
    assert (short.value.facts["wanted"], short.value.facts["available"]) == (2, 1)


def test_what_the_reference_itself_would_set_free_is_not_refused_at_the_first_look() -> (
    None
):
    stocked(3)
    held(wanted(2), reference="cart-1")
    with pytest.raises(NotEnoughStock):
        held(wanted(2), reference="cart-2")
    held(wanted(3), reference="cart-1")
    assert figures() == (3, 3)


def test_a_line_is_promised_once() -> None:
    stocked(5)
    allocated(wanted(1))
    with pytest.raises(IntegrityError, match="one_live_promise") as collision:
        allocated(wanted(1))
    assert isinstance(from_integrity(collision.value), LinePromisedTwice)


def test_one_line_may_not_be_promised_at_two_places() -> None:
    stocked(1)
    stocked(1, store="spb-1")
    with pytest.raises(IntegrityError, match="one_live_promise"):
        held(Demand("msk-1", "S-1", 1, "1"), Demand("spb-1", "S-1", 1, "1"))


def test_an_owner_has_so_many_reservations_at_once(settings: Settings) -> None:
    settings.LIMITS = Limits(holds_per_owner=2)
    stocked(9)
    held(wanted(1), reference="a")
    held(wanted(1), reference="b")
    with pytest.raises(TooManyHolds):
        held(wanted(1), reference="c")
    held(wanted(2), reference="b")
    held(wanted(1), reference="c", owner="cart:2")
    assert figures() == (9, 4)


def test_a_hold_is_extended_once_and_never_shortened() -> None:
    stocked(5)
    held(wanted(2))
    later = SOON + timedelta(minutes=10)
    (slip,) = extend_holds(reference="cart-1", ends_at=later, by=SYSTEM, at=NOON)
    assert slip.ends_at == later
    with pytest.raises(ExtendedBefore):
        extend_holds(reference="cart-1", ends_at=later, by=SYSTEM, at=NOON)
    held(wanted(1), reference="cart-2", owner="cart:2")
    (slip,) = extend_holds(reference="cart-2", ends_at=NOON, by=SYSTEM, at=NOON)
    assert slip.ends_at == SOON


def test_what_is_over_cannot_be_extended() -> None:
    stocked(5)
    held(wanted(2))
    with pytest.raises(HoldEnded):
        extend_holds(reference="cart-1", ends_at=SOON, by=SYSTEM, at=SOON)
    with pytest.raises(HoldEnded):
        extend_holds(reference="nothing", ends_at=SOON, by=SYSTEM, at=NOON)


def test_holding_anew_is_the_one_extension() -> None:
    stocked(5)
    held(wanted(2))
    half = NOON + timedelta(minutes=5)
    later = SOON + timedelta(minutes=5)
    (slip,) = held(wanted(3), ends_at=later, at=half)
    assert slip.ends_at == later
    with pytest.raises(ExtendedBefore):
        extend_holds(reference="cart-1", ends_at=later, by=SYSTEM, at=half)
    (slip,) = held(wanted(1), ends_at=later + timedelta(hours=1), at=half)
    assert slip.ends_at == later
    (slip,) = held(wanted(1), ends_at=later + timedelta(hours=1), at=later)
    assert slip.ends_at == later + timedelta(hours=1)
