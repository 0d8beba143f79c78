"""Goods come in, go out over a till, come back, and are corrected."""

from typing import Any

import pytest

from inventory.stock.models import StockLevel, StockMovement
from inventory.stock.operations import (
    AdjustedTwice,
    Adjustment,
    AlreadyRecorded,
    BelowPromised,
    NotEnoughStock,
    NothingToAdjust,
    QuantityOutOfRange,
    SkuNotFound,
    UnknownDisposition,
    adjust_levels,
    adjust_stock,
    receive_stock,
    restock_return,
    sell_stock,
)
from omniretail.kernel.actors import SYSTEM
from stores.network.queries import StoreNotFound
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.given import allocated, figures, place, stocked, wanted

pytestmark = pytest.mark.django_db


def sell(units: int, *, reference: str = "T-1", as_fact: bool = False) -> None:
    sell_stock(
        store_code="msk-1",
        lines=[("S-1", units)],
        reference=reference,
        by=SYSTEM,
        at=NOON,
        as_fact=as_fact,
    )


def moved() -> list[tuple[str, int, str, str]]:
    rows = StockMovement.objects.order_by("pk")
    return list(rows.values_list("kind", "quantity", "source", "target"))


def test_what_is_received_is_on_hand() -> None:
    stocked(5)
    stocked(2)
    assert figures() == (7, 0)
    assert moved() == [
        ("RECEIPT", 5, "SUPPLIER", "ON_HAND"),
        ("RECEIPT", 2, "SUPPLIER", "ON_HAND"),
    ]


def test_a_receipt_written_down_before_is_refused() -> None:
    stocked(5)
    receipt: Any = {"store_code": "msk-1", "lines": [("S-1", 1)], "reference": "D-1"}
    receive_stock(**receipt, by=SYSTEM, at=NOON)
    with pytest.raises(AlreadyRecorded):
        receive_stock(**receipt, by=SYSTEM, at=NOON)
    assert figures() == (6, 0)


def test_unknown_places_and_skus_are_refused() -> None:
    place()
    with pytest.raises(SkuNotFound) as refusal:
        receive_stock(
            store_code="msk-1", lines=[("nothing", 1)], reference="D", by=SYSTEM, at=NOON
        )
    assert refusal.value.field == "lines/0/sku"
    SkuFactory.create(code="S-1")
    with pytest.raises(StoreNotFound):
        receive_stock(
            store_code="nowhere", lines=[("S-1", 1)], reference="D", by=SYSTEM, at=NOON
        )


def test_a_till_sells_what_is_free() -> None:
    stocked(5)
    sell(3)
    assert figures() == (2, 0)


def test_what_is_promised_is_not_for_sale() -> None:
    stocked(5)
    allocated(wanted(4))
    with pytest.raises(NotEnoughStock) as refusal:
        sell(2)
    assert refusal.value.facts == {
        "sku": "S-1",
        "store": "msk-1",
        "wanted": 2,
        "available": 1,
    }
    assert figures() == (5, 4)


def test_a_till_reports_what_it_sold_even_if_the_level_knows_nothing_of_it() -> None:
    stocked(1)
    sell(3, as_fact=True)
    assert figures() == (0, 0)
    assert moved()[1:] == [
        ("FOUND", 2, "SHRINKAGE", "ON_HAND"),
        ("SALE", 3, "ON_HAND", "CUSTOMER"),
    ]


def test_a_till_never_sells_below_what_is_promised() -> None:
    stocked(3)
    allocated(wanted(2))
    sell(2, as_fact=True)
    assert figures() == (2, 2)


def test_the_same_sale_is_written_down_once() -> None:
    stocked(5)
    sell(1)
    with pytest.raises(AlreadyRecorded):
        sell(1)
    assert figures() == (4, 0)


@pytest.mark.parametrize(
    ("disposition", "bucket", "on_hand"),
    [
        ("RESTOCK", "ON_HAND", 5),
        ("QUARANTINE", "QUARANTINE", 4),
        ("REFURBISH", "QUARANTINE", 4),
        ("RETURN_TO_VENDOR", "QUARANTINE", 4),
        ("WRITE_OFF", "SHRINKAGE", 4),
    ],
)
def test_a_return_goes_where_its_disposition_says(
    disposition: str, bucket: str, on_hand: int
) -> None:
    stocked(5)
    sell(1)
    lines = [("S-1", 1, disposition)]
    restock_return(store_code="msk-1", lines=lines, reference="RT-1", by=SYSTEM, at=NOON)
    assert figures() == (on_hand, 0)
    assert moved()[-1] == ("RETURN", 1, "CUSTOMER", bucket)


def test_a_return_restocks_where_it_comes_in() -> None:
    stocked(5)
    sell(1)
    place("spb-1")
    restock_return(
        store_code="spb-1",
        lines=[("S-1", 1, "RESTOCK")],
        reference="RT",
        by=SYSTEM,
        at=NOON,
    )
    assert figures("spb-1") == (1, 0)
    assert figures("msk-1") == (4, 0)


def test_an_unknown_disposition_is_refused() -> None:
    stocked(1)
    with pytest.raises(UnknownDisposition):
        restock_return(
            store_code="msk-1", lines=[("S-1", 1, "EAT")], reference="R", by=SYSTEM, at=NOON
        )


def adjust(**what: Any) -> None:
    adjust_stock(
        store_code="msk-1", sku_code="S-1", reason="counted", by=SYSTEM, at=NOON, **what
    )


def test_a_level_is_corrected_to_what_is_there() -> None:
    stocked(5)
    adjust(on_hand=3)
    adjust(delta=4)
    adjust(on_hand=7)
    assert figures() == (7, 0)
    assert moved()[1:] == [
        ("ADJUSTMENT", 2, "ON_HAND", "SHRINKAGE"),
        ("ADJUSTMENT", 4, "SHRINKAGE", "ON_HAND"),
    ]


def test_a_level_is_not_corrected_below_what_is_promised() -> None:
    """sylius#9435: on hand edited below what is reserved, then the cancel fails."""
    stocked(5)
    allocated(wanted(4))
    with pytest.raises(BelowPromised) as refusal:
        adjust(on_hand=3)
    assert refusal.value.facts["reserved"] == 4
    adjust(on_hand=4)
    assert figures() == (4, 4)


def test_a_correction_says_what_it_corrects() -> None:
    stocked(5)
    with pytest.raises(NothingToAdjust):
        adjust()
    with pytest.raises(NothingToAdjust):
        adjust(on_hand=1, delta=1)
    with pytest.raises(QuantityOutOfRange):
        adjust(on_hand=-1)


def test_one_request_corrects_a_level_once() -> None:
    stocked(5)
    twice = [Adjustment("msk-1", "S-1", on_hand=units) for units in (3, 4)]
    with pytest.raises(AdjustedTwice) as refusal:
        adjust_levels(adjustments=twice, reason="counted", by=SYSTEM, at=NOON)
    assert refusal.value.field == "lines/1/sku"
    assert figures() == (5, 0)


def test_one_level_per_place_and_sku_however_often_it_is_opened() -> None:
    stocked(1)
    row = StockLevel.objects.get()
    StockLevel.objects.open([(row.store_id, row.sku_id), (row.store_id, row.sku_id)])
    assert StockLevel.objects.count() == 1
