"""Ranked holds: each line at the first of its places that can, all lines or none."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from inventory.promises.models import Promise
from inventory.promises.operations import (
    NotEnoughStock,
    NothingAsked,
    PlaceClosed,
    PromiseSlip,
    RankedDemand,
    hold_ranked,
    release_promises,
)
from inventory.stock.operations import QuantityOutOfRange, SkuNotFound, adjust_stock
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Store
from stores.network.queries import StoreNotFound
from tests.clock import NOON
from tests.inventory.given import SOON, allocated, figures, held, place, stocked, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
A, B, C = "msk-1", "msk-2", "spb-1"


def any_of(
    units: int, *places: str, sku: str = "S-1", line: str = "1", **how: Any
) -> RankedDemand:
    return RankedDemand(sku, units, line, places or (A, B, C), **how)


def taken(*demands: RankedDemand, reference: str = "cart-1", **how: Any) -> dict[str, int]:
    """Who serves which line: "line @ place" to units."""
    return {
        f"{slip.line}": slip.quantity
        for slip in slips(*demands, reference=reference, **how)
    }


def slips(
    *demands: RankedDemand, reference: str = "cart-1", **how: Any
) -> list[PromiseSlip]:
    terms: dict[str, Any] = {"owner": "cart:1", "ends_at": SOON, "by": SYSTEM, "at": NOON}
    return hold_ranked(demands=demands, reference=reference, **(terms | how))


def test_the_first_place_that_has_all_of_it_serves() -> None:
    stocked(1, store=A)
    stocked(3, store=B)
    stocked(9, store=C)
    (slip,) = slips(any_of(2))
    assert (slip.store_code, slip.quantity, slip.line) == (B, 2, f"1:{B}")
    assert (slip.is_provisional, slip.status, slip.ends_at) == (True, "HELD", SOON)
    assert (figures(A), figures(B), figures(C)) == ((1, 0), (3, 2), (9, 0))
    row = Promise.objects.get()
    stores = dict(Store.objects.values_list("code", "pk"))
    assert row.ranking == [stores[A], stores[B], stores[C]]
    assert broken(only={"S2", "S3", "P1", "P5"}) == set()


def test_a_line_with_one_place_must_stand_there() -> None:
    stocked(1, store=A)
    (slip,) = slips(any_of(1, A))
    assert (slip.line, slip.is_provisional) == ("1", False)
    assert Promise.objects.get().ranking is None
    with pytest.raises(NotEnoughStock):
        slips(any_of(1, A), reference="cart-2")


def test_a_line_that_may_be_split_comes_from_several_in_their_order() -> None:
    stocked(2, store=A)
    stocked(2, store=B)
    stocked(2, store=C)
    assert taken(any_of(5, may_split=True)) == {f"1:{A}": 2, f"1:{B}": 2, f"1:{C}": 1}


def test_a_line_is_split_only_where_nobody_has_all_of_it() -> None:
    stocked(2, store=A)
    place(B)
    stocked(4, store=C)
    assert taken(any_of(4, may_split=True)) == {f"1:{C}": 4}


def test_a_line_that_may_not_be_split_is_not() -> None:
    stocked(2, store=A)
    stocked(2, store=B)
    place(C)
    with pytest.raises(NotEnoughStock) as refusal:
        slips(any_of(3))
    assert refusal.value.facts["available"] == 2


def test_preferred_places_share_before_the_others_are_asked() -> None:
    stocked(2, store=A)
    stocked(2, store=B)
    stocked(9, store=C)
    demand = any_of(3, may_split=True, preferred=2)
    assert taken(demand) == {f"1:{A}": 2, f"1:{B}": 1}
    assert taken(any_of(2, may_split=True, preferred=2), reference="cart-2") == {
        f"1:{C}": 2
    }


def test_one_place_serves_all_lines_if_any_can() -> None:
    stocked(9, store=A)
    stocked(1, store=B)
    stocked(1, store=B, sku="S-2")
    stocked(9, store=C)
    stocked(9, store=C, sku="S-2")
    lines = [any_of(2), any_of(2, sku="S-2", line="2")]
    assert taken(*lines, is_one_place=True) == {f"1:{C}": 2, f"2:{C}": 2}
    assert taken(*lines, reference="cart-2") == {f"1:{A}": 2, f"2:{C}": 2}


def test_where_no_place_has_all_lines_each_comes_from_its_first() -> None:
    stocked(1, store=A)
    stocked(1, store=B, sku="S-2")
    place(C)
    lines = [any_of(1), any_of(1, sku="S-2", line="2")]
    assert taken(*lines, is_one_place=True) == {f"1:{A}": 1, f"2:{B}": 1}


def test_what_must_stand_somewhere_is_served_before_what_has_a_choice() -> None:
    stocked(1, store=A)
    stocked(1, store=B)
    place(C)
    lines = [any_of(1), any_of(1, A, line="2")]
    assert taken(*lines) == {"2": 1, f"1:{B}": 1}
    assert taken(*lines[1:], any_of(1, line="1", may_split=True), is_one_place=True) == {
        "2": 1,
        f"1:{B}": 1,
    }


def test_lines_of_one_sku_never_count_the_same_unit_twice() -> None:
    """medusa#16502: each line checked against the same undiminished number."""
    stocked(2, store=A)
    stocked(1, store=B)
    place(C)
    assert taken(any_of(2), any_of(1, line="2")) == {f"1:{A}": 2, f"2:{B}": 1}
    with pytest.raises(NotEnoughStock) as refusal:
        slips(any_of(2), any_of(2, line="2"))
    assert refusal.value.field == "lines/1/sku"
    assert refusal.value.facts["places"] == [
        {"store": A, "available": 0},
        {"store": B, "available": 1},
        {"store": C, "available": 0},
    ]


def test_what_no_single_place_has_is_not_promised_on_the_sum() -> None:
    """medusa#14987: promised on the aggregate, then reserved at one place, and failed."""
    stocked(2, store=A)
    stocked(2, store=B)
    place(C)
    with pytest.raises(NotEnoughStock):
        slips(any_of(3))
    assert not Promise.objects.exists()
    assert taken(any_of(3, may_split=True)) == {f"1:{A}": 2, f"1:{B}": 1}
    assert (figures(A), figures(B)) == ((2, 2), (2, 1))


def test_two_pools_that_share_a_place_cannot_oversell_it() -> None:
    """magento/inventory#2727: a place shared by two sales pools oversells."""
    stocked(1, store=A)
    stocked(1, store=B)
    stocked(1, store=C)
    assert taken(any_of(1, A, B)) == {f"1:{A}": 1}
    assert taken(any_of(1, A, C), reference="cart-2") == {f"1:{C}": 1}
    assert taken(any_of(1, A, B), reference="cart-3") == {f"1:{B}": 1}
    with pytest.raises(NotEnoughStock):
        slips(any_of(1, A, C), reference="cart-4")


def test_the_place_is_decided_when_it_is_promised_not_when_it_is_shipped() -> None:
    """magento/inventory#2032: pickup stock is stolen by what ships from anywhere."""
    stocked(1, store=A)
    stocked(1, store=B)
    allocated(wanted(1, store=A))
    assert taken(any_of(1, A, B)) == {f"1:{B}": 1}
    assert figures(A) == (1, 1)


def test_a_refused_line_keeps_nothing_of_the_others() -> None:
    stocked(5, store=A)
    stocked(5, store=A, sku="S-2")
    place(B)
    with pytest.raises(NotEnoughStock) as refusal:
        slips(any_of(1, A, B), any_of(9, A, sku="S-2", line="2"))
    assert refusal.value.field == "lines/1/sku"
    assert (refusal.value.facts["store"], refusal.value.facts["available"]) == (A, 5)
    assert not Promise.objects.exists()
    assert figures(A) == (5, 0)


def test_more_places_than_allowed_are_not_asked() -> None:
    stocked(1, store=A)
    stocked(1, store=B)
    stocked(1, store=C)
    with pytest.raises(NotEnoughStock):
        slips(any_of(3, may_split=True), most_places=2)
    slips(any_of(3, may_split=True), most_places=3)


def test_safety_stock_is_not_promised() -> None:
    stocked(5, store=A)
    stocked(5, store=B)
    adjust_stock(
        store_code=A, sku_code="S-1", safety_stock=4, reason="", by=SYSTEM, at=NOON
    )
    assert taken(any_of(2, A, B)) == {f"1:{B}": 2}


def test_a_place_out_of_business_is_passed_over() -> None:
    stocked(5, store=A)
    stocked(5, store=B)
    place(A, closed_on=date(2026, 11, 1))
    assert taken(any_of(2, A, B)) == {f"1:{B}": 2}
    place(B, closed_on=date(2026, 11, 1))
    with pytest.raises(PlaceClosed):
        slips(any_of(2, A, B), reference="cart-2")


def test_what_cannot_be_meant_is_refused() -> None:
    stocked(1, store=A)
    for demand, error in (
        (any_of(1, A, "nowhere"), StoreNotFound),
        (any_of(1, A, B, sku="nothing"), StoreNotFound),
        (any_of(1, A, sku="nothing"), SkuNotFound),
        (any_of(0, A), QuantityOutOfRange),
    ):
        with pytest.raises(error):
            slips(demand)
    with pytest.raises(NothingAsked):
        slips()


def test_a_provisional_promise_stands_on_one_of_its_places() -> None:
    stocked(1, store=A)
    place(B)
    place(C)
    slips(any_of(1, A, B))
    elsewhere = Store.objects.get(code=C)
    for change in ({"store": elsewhere}, {"ranking": None}, {"is_provisional": False}):
        with pytest.raises(IntegrityError, match="stands_on_one"), transaction.atomic():
            Promise.objects.update(**change)


def test_any_number_of_lines_and_places_takes_as_many_queries() -> None:
    for number in range(6):
        for store in (A, B, C):
            stocked(5, store=store, sku=f"S-{number}")
    lines = [any_of(1, sku=f"S-{n}", line=str(n)) for n in range(6)]
    with CaptureQueriesContext(connection) as one:
        slips(any_of(1, A, B, sku="S-0"))
    with CaptureQueriesContext(connection) as many:
        slips(*lines, reference="cart-2", is_one_place=True)
    assert len(one) == len(many) == 6  # two of them open and close a savepoint


def test_a_released_place_is_taken_again() -> None:
    stocked(1, store=A)
    stocked(1, store=B)
    assert taken(any_of(1, A, B)) == {f"1:{A}": 1}
    release_promises(reference="cart-1", by=SYSTEM, at=NOON)
    held(wanted(1, store=B), reference="cart-2", owner="x")
    assert taken(any_of(1, B, A), reference="cart-3") == {f"1:{A}": 1}
