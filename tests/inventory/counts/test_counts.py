"""A count from the first scan to the corrected level."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.catalogue.models import Category
from inventory.counts.models import CountEntry, CountTolerance
from inventory.counts.operations import (
    CountIsOver,
    CountNotFound,
    Entry,
    MomentOutOfRange,
    NothingCounted,
    NothingToCount,
    NothingToRecount,
    NotOnTheList,
    OwnCount,
    SomebodyElseCounts,
    StillToCount,
    ZoneMissing,
    approve_count,
    cancel_count,
    count_item,
    finish_count,
    open_count,
    recount,
)
from inventory.counts.queries import count_view, counts_at
from inventory.stock.models import StockMovement
from inventory.stock.operations import (
    QuantityOutOfRange,
    SkuNotFound,
)
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.states import IllegalTransition
from stores.people.queries import NotYourRole
from tests.clock import NOON
from tests.factories.inventory import BarcodeFactory
from tests.inventory.counts.given import (
    BOSS,
    EVENING,
    LATER,
    LAWS,
    counted,
    line_of,
    opened,
    seen,
    shelf,
    staff,
)
from tests.inventory.given import figures, place, stocked
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
GTIN = "4600051000057"
TEATIME = LATER + timedelta(hours=1)


def test_a_variance_is_counted_twice_and_then_put_right() -> None:
    shelf(10)
    number = opened()
    seen(number, 7)
    assert finish_count(number=number, by=SYSTEM, at=LATER) == "RECOUNT"
    seen(number, 8)
    assert finish_count(number=number, by=SYSTEM, at=LATER) == "COUNTED"
    approve_count(number=number, by=BOSS, at=EVENING)
    line = line_of(number)
    assert (line.round, line.expected, line.counted, line.variance, line.posted) == (
        2,
        10,
        8,
        -2,
        -2,
    )
    assert figures() == (8, 0)
    movement = StockMovement.objects.get(reference=number)
    assert (movement.kind, movement.source, movement.target) == (
        "ADJUSTMENT",
        "ON_HAND",
        "SHRINKAGE",
    )
    assert broken(only=LAWS) == set()


def test_what_is_found_is_put_right_too() -> None:
    shelf(10)
    number = counted(13)
    approve_count(number=number, by=BOSS, at=EVENING)
    assert figures() == (13, 0)
    assert broken(only=LAWS) == set()


def test_a_level_that_was_right_needs_no_approval() -> None:
    shelf(10)
    number = opened()
    seen(number, 10)
    assert finish_count(number=number, by=SYSTEM, at=LATER) == "APPROVED"
    assert line_of(number).posted == 0
    assert not StockMovement.objects.filter(reference=number).exists()
    assert broken(only=LAWS) == set()


def test_scans_add_up_by_barcode_and_the_same_key_counts_once() -> None:
    shelf(3)
    BarcodeFactory.create(sku__code="S-9", gtin=GTIN)
    number = opened(zone="Window")
    for key in ("a", "b", "b"):
        item = count_item(number=number, entry=Entry(GTIN, key=key), by=SYSTEM, at=LATER)
    assert (item.sku_code, item.counted) == ("S-9", 2)
    seen(number, 5, sku="s-1")
    assert line_of(number).counted == 5
    assert CountEntry.objects.count() == 3
    assert broken(only=LAWS) == set()


def test_a_scan_belongs_to_the_moment_it_was_seen() -> None:
    shelf(10)
    number = opened()
    seen(number, 10, at=EVENING, seen_at=LATER)
    assert line_of(number).counted_at == LATER
    for odd in (EVENING + timedelta(hours=1), NOON - timedelta(days=8)):
        with pytest.raises(MomentOutOfRange):
            seen(number, 10, at=EVENING, seen_at=odd)


def test_nobody_looks_for_what_was_not_counted() -> None:
    shelf(10)
    stocked(4, sku="S-2")
    number = opened("S-1", "S-2")
    seen(number, 10)
    assert finish_count(number=number, by=SYSTEM, at=LATER) == "APPROVED"
    assert figures(sku="S-2") == (4, 0)
    assert [line.sku_code for line in count_view(number).lines] == ["S-1"]


def test_none_at_all_is_a_count() -> None:
    shelf(2)
    number = counted(0)
    approve_count(number=number, by=BOSS, at=EVENING)
    assert figures() == (0, 0)


def test_small_differences_are_believed_at_once() -> None:
    shelf(10)
    CountTolerance.objects.create(units=1)
    number = opened()
    seen(number, 9)
    assert finish_count(number=number, by=SYSTEM, at=LATER) == "COUNTED"


def test_the_nearest_category_decides_what_is_small() -> None:
    shelf(10)
    CountTolerance.objects.create(units=5)
    CountTolerance.objects.create(category=Category.objects.get(code="phones"))
    number = opened()
    seen(number, 9)
    assert finish_count(number=number, by=SYSTEM, at=LATER) == "RECOUNT"


def test_a_colleague_counts_again_unless_the_setting_says_otherwise() -> None:
    shelf(10)
    anna, boris = staff(), staff()
    number = opened(by=anna)
    seen(number, 7, by=anna)
    finish_count(number=number, by=anna, at=LATER)
    with pytest.raises(SomebodyElseCounts):
        seen(number, 7, by=anna)
    seen(number, 7, by=boris)
    CountTolerance.objects.create(by_another=False)
    seen(number, 8, by=anna)
    assert finish_count(number=number, by=anna, at=LATER) == "COUNTED"


def test_a_second_round_is_counted_to_the_end() -> None:
    shelf(10)
    shelf(10, sku="S-2")
    number = opened("S-1", "S-2")
    seen(number, 7)
    seen(number, 7, sku="S-2")
    finish_count(number=number, by=SYSTEM, at=LATER)
    seen(number, 7)
    with pytest.raises(StillToCount):
        finish_count(number=number, by=SYSTEM, at=LATER)


def test_a_large_variance_is_approved_by_somebody_else() -> None:
    shelf(100, price="1000.00")
    anna = staff(role="STORE_MANAGER")
    number = counted(94, by=anna)
    assert count_view(number).variance_amount == Decimal("6000.00")
    with pytest.raises(OwnCount):
        approve_count(number=number, by=anna, at=EVENING)
    approve_count(number=number, by=staff(role="STORE_MANAGER"), at=EVENING)
    assert broken(only=LAWS) == set()


def test_a_small_variance_may_be_approved_by_the_counter() -> None:
    shelf(100, price="10.00")
    anna = staff(role="STORE_MANAGER")
    number = counted(94, by=anna)
    approve_count(number=number, by=anna, at=EVENING)
    assert figures() == (94, 0)


def test_what_has_no_price_may_be_worth_anything() -> None:
    stocked(10)
    anna = staff(role="STORE_MANAGER")
    number = counted(9, by=anna)
    with pytest.raises(OwnCount):
        approve_count(number=number, by=anna, at=EVENING)


def test_a_manager_has_it_counted_once_more() -> None:
    shelf(10)
    number = counted(7)
    recount(number=number, by=BOSS, at=EVENING)
    view = count_view(number)
    assert (view.status, view.round, view.variance_amount) == ("RECOUNT", 3, None)
    seen(number, 10, at=EVENING)
    assert finish_count(number=number, by=SYSTEM, at=EVENING) == "APPROVED"
    assert figures() == (10, 0)
    assert broken(only=LAWS) == set()


def test_only_what_is_in_the_count_is_counted_again() -> None:
    shelf(10)
    number = counted(7)
    with pytest.raises(NothingToRecount):
        recount(number=number, by=BOSS, at=EVENING, sku_codes=["S-9"])


def test_a_count_is_called_off_and_changes_nothing() -> None:
    shelf(10)
    anna, boris = staff(), staff()
    number = opened(by=anna)
    seen(number, 3, by=anna)
    with pytest.raises(NotYourRole):
        cancel_count(number=number, reason="x", by=boris, at=LATER)
    cancel_count(number=number, reason="Closing", by=anna, at=LATER)
    with pytest.raises(CountIsOver):
        seen(number, 3)
    with pytest.raises(IllegalTransition):
        approve_count(number=number, by=BOSS, at=LATER)
    assert figures() == (10, 0)
    assert broken(only=LAWS) == set()


def test_what_cannot_be_meant_is_refused() -> None:
    shelf(10)
    stocked(1, sku="S-2")
    with pytest.raises(NothingToCount):
        open_count(store_code="msk-1", by=SYSTEM, at=NOON)
    with pytest.raises(ZoneMissing):
        open_count(store_code="msk-1", zone="A", sku_codes=["S-1"], by=SYSTEM, at=NOON)
    with pytest.raises(SkuNotFound):
        opened("S-9")
    number = opened()
    with pytest.raises(NothingCounted):
        finish_count(number=number, by=SYSTEM, at=LATER)
    with pytest.raises(NotOnTheList):
        seen(number, 1, sku="S-2")
    with pytest.raises(SkuNotFound):
        seen(number, 1, sku="S-9")
    with pytest.raises(QuantityOutOfRange):
        seen(number, 1_000_001)
    with pytest.raises(QuantityOutOfRange):
        count_item(number=number, entry=Entry("S-1", 0), by=SYSTEM, at=LATER)


def test_another_places_count_is_absent() -> None:
    shelf(10)
    place("spb-1")
    number = opened()
    stranger = staff("spb-1", "STORE_MANAGER")
    with pytest.raises(CountNotFound):
        seen(number, 1, by=stranger)
    with pytest.raises(CountNotFound):
        approve_count(number=number, by=stranger, at=LATER)
    with pytest.raises(CountNotFound):
        count_view(number, store_code="spb-1")
    assert counts_at("spb-1") == []


def test_a_clerk_counts_and_does_not_approve() -> None:
    shelf(10)
    clerk = staff()
    number = counted(9, by=clerk)
    with pytest.raises(NotYourRole):
        approve_count(number=number, by=clerk, at=LATER)
    with pytest.raises(NotYourRole):
        open_count(store_code="msk-1", zone="A", by=staff(role="OPERATOR"), at=NOON)


def test_who_counts_is_not_told_what_should_be_there() -> None:
    shelf(10)
    number = counted(9)
    line = count_view(number).blind().lines[0]
    assert (line.counted, line.expected, line.variance) == (9, None, None)
