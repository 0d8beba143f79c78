"""Kits are kept, sold and given back by their parts."""

import pytest
from django.db import IntegrityError

from inventory.promises.models import Promise
from inventory.promises.operations import (
    LinePromisedTwice,
    MoreThanPromised,
    NotEnoughStock,
    PartNotNamed,
    PlaceClosed,
    Wish,
    allocate_stock,
    confirm_holds,
    consume_promises,
    hold_first_come,
    move_promises,
    release_promises,
    write_off_short,
)
from inventory.promises.queries import as_asked, live_promises, why
from inventory.selling.queries import Where, availability, sellable_units
from inventory.stock.models import StockMovement
from inventory.stock.operations import adjust_stock, restock_return, sell_stock
from inventory.stock.queries import level, levels
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import from_integrity
from stores.network.models import Store
from tests.clock import NOON
from tests.inventory.given import (
    SOON,
    allocated,
    figures,
    held,
    kit,
    lying,
    place,
    stocked,
    wanted,
)
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
LAWS = {"S1", "S2", "S3", "S4", "S8", "P1", "P3", "P5"}


@pytest.fixture(autouse=True)
def shelves() -> None:
    """One K-1 takes one S-1 and two S-2; there are five of each."""
    stocked(5)
    stocked(5, sku="S-2")
    kit()


def kept() -> dict[str, int]:
    return {sku: figures(sku=sku)[1] for sku in ("S-1", "S-2")}


def test_a_kit_is_kept_by_its_parts() -> None:
    slips = allocated(wanted(2, sku="K-1"))
    assert [(one.sku_code, one.quantity, one.kit_code) for one in slips] == [
        ("S-1", 2, "K-1"),
        ("S-2", 4, "K-1"),
    ]
    assert kept() == {"S-1": 2, "S-2": 4}
    assert live_promises("R-1") == slips
    assert [(one.sku_code, one.quantity) for one in as_asked(slips)] == [("K-1", 2)]
    assert broken(only=LAWS) == set()


def test_a_shared_part_is_counted_once_per_request() -> None:
    """medusa#16502: each line was checked against the same undiminished number."""
    with pytest.raises(NotEnoughStock) as refusal:
        allocated(wanted(2, sku="K-1"), wanted(2, sku="S-2", line="2"))
    assert refusal.value.facts["sku"] == "S-2"
    assert (refusal.value.facts["wanted"], refusal.value.facts["available"]) == (6, 5)
    assert refusal.value.field == "lines/0/sku"
    assert kept() == {"S-1": 0, "S-2": 0}
    allocated(wanted(2, sku="K-1"), wanted(1, sku="S-2", line="2"))
    assert kept() == {"S-1": 2, "S-2": 5}


def test_two_kits_that_share_a_part_are_counted_together() -> None:
    kit("K-2", {"S-2": 2})
    with pytest.raises(NotEnoughStock) as refusal:
        allocated(wanted(1, sku="K-1"), wanted(2, sku="K-2", line="2"))
    assert refusal.value.facts["wanted"] == 6
    allocated(wanted(1, sku="K-1"), wanted(1, sku="K-2", line="2"))
    assert kept() == {"S-1": 1, "S-2": 4}


def test_the_line_that_is_short_is_named_by_its_place_in_the_request() -> None:
    with pytest.raises(NotEnoughStock) as refusal:
        allocated(wanted(1), wanted(3, sku="K-1", line="2"))
    assert refusal.value.field == "lines/1/sku"


def test_a_place_without_a_part_has_no_kit() -> None:
    place("spb-1")
    with pytest.raises(NotEnoughStock) as refusal:
        allocated(wanted(1, sku="K-1", store="spb-1"))
    assert refusal.value.facts["available"] == 0


def test_a_closed_place_keeps_no_kit() -> None:
    Store.objects.update(closed_on=NOON.date())
    with pytest.raises(PlaceClosed):
        allocated(wanted(1, sku="K-1"))


def test_a_kit_is_available_as_far_as_its_scarcest_part() -> None:
    place("spb-1")
    stocked(9, store="spb-1", sku="S-2")
    allocated(wanted(1, sku="S-2"))
    found = sellable_units(
        channel="",
        store_codes=["msk-1", "spb-1"],
        sku_codes=["K-1", "S-1"],
        at=NOON,
    )
    assert found == {("msk-1", "K-1"): 2, ("msk-1", "S-1"): 5}
    places = availability("K-1", channel="", at=NOON, where=Where())
    assert {one.place.code: (one.on_hand, one.available) for one in places} == {
        "msk-1": (2, 2),
        "spb-1": (0, 0),
    }
    view = level("msk-1", "K-1")
    assert (view.on_hand, view.reserved, view.safety_stock, view.available) == (2, 0, 0, 2)
    assert list(levels("msk-1")) == ["S-1", "S-2"]


def test_promises_and_safety_stock_of_parts_keep_whole_kits() -> None:
    allocated(wanted(2, sku="S-2"))
    adjust_stock(
        store_code="msk-1",
        sku_code="S-1",
        safety_stock=5,
        reason="rule",
        by=SYSTEM,
        at=NOON,
    )
    view = level("msk-1", "K-1")
    assert (view.on_hand, view.reserved, view.safety_stock, view.available) == (2, 1, 1, 0)
    told = why("msk-1", "K-1")
    assert [(part.taken_by, part.units, part.reference) for part in told.parts] == [
        ("PROMISED_PARTS", 1, "S-1"),
        ("SAFETY_STOCK", 1, "S-1"),
    ]


def test_why_a_kit_as_of_a_moment() -> None:
    allocated(wanted(1, sku="K-1"))
    now = why("msk-1", "K-1")
    assert (now.available, now.reserved) == (1, 1)
    assert why("msk-1", "K-1", at=SOON).available == 1


def test_a_kit_that_is_released_gives_back_its_parts() -> None:
    allocated(wanted(2, sku="K-1"), wanted(1, line="2"))
    release_promises(reference="R-1", lines=["1"], by=SYSTEM, at=NOON)
    assert kept() == {"S-1": 1, "S-2": 0}


def test_a_kit_leaves_as_its_parts() -> None:
    allocated(wanted(2, sku="K-1"))
    consume_promises(reference="R-1", lines={"1": 1}, by=SYSTEM, at=NOON)
    assert (figures(), figures(sku="S-2")) == ((4, 1), (3, 2))
    assert [one.quantity for one in as_asked(live_promises("R-1"))] == [1]
    assert not StockMovement.objects.filter(sku__code="K-1").exists()
    consume_promises(reference="R-1", lines={"1": 1}, by=SYSTEM, at=NOON)
    assert live_promises("R-1") == []
    assert broken(only=LAWS) == set()


def test_no_more_kits_leave_than_are_kept() -> None:
    allocated(wanted(1, sku="K-1"))
    with pytest.raises(MoreThanPromised) as refusal:
        consume_promises(reference="R-1", lines={"1": 2}, by=SYSTEM, at=NOON)
    assert refusal.value.facts["available"] == 1


def test_a_missing_part_is_written_off_and_the_others_are_free() -> None:
    """One of four S-2 is missing: one kit of two fails, three S-2 and an S-1 stay."""
    allocated(wanted(2, sku="K-1"))
    write_off_short(reference="R-1", line="1", quantity=1, part="S-2", by=SYSTEM, at=NOON)
    assert (figures(), figures(sku="S-2")) == ((5, 1), (4, 2))
    assert [one.quantity for one in as_asked(live_promises("R-1"))] == [1]
    assert broken(only=LAWS) == set()
    write_off_short(reference="R-1", line="1", quantity=1, part="S-1", by=SYSTEM, at=NOON)
    assert (figures(), figures(sku="S-2")) == ((4, 0), (4, 0))
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize("part", ["", "S-9", "K-1"])
def test_a_short_kit_names_the_missing_part(part: str) -> None:
    allocated(wanted(1, sku="K-1"))
    with pytest.raises(PartNotNamed):
        write_off_short(
            reference="R-1", line="1", quantity=1, part=part, by=SYSTEM, at=NOON
        )


def test_no_more_parts_are_missing_than_are_kept() -> None:
    allocated(wanted(1, sku="K-1"))
    with pytest.raises(MoreThanPromised):
        write_off_short(
            reference="R-1", line="1", quantity=3, part="S-2", by=SYSTEM, at=NOON
        )


def test_a_kit_moves_to_another_place_whole() -> None:
    place("spb-1")
    stocked(5, store="spb-1")
    stocked(5, store="spb-1", sku="S-2")
    allocated(wanted(2, sku="K-1"))
    demands = [wanted(2, sku="K-1", store="spb-1")]
    move_promises(reference="R-1", lines=["1"], demands=demands, by=SYSTEM, at=NOON)
    assert kept() == {"S-1": 0, "S-2": 0}
    assert (figures("spb-1"), figures("spb-1", "S-2")) == ((5, 2), (5, 4))


def test_a_held_kit_is_replaced_paid_and_made_firm() -> None:
    held(wanted(2, sku="K-1"))
    held(wanted(1, sku="K-1"))
    confirm_holds(reference="cart-1", by=SYSTEM, at=NOON)
    assert kept() == {"S-1": 1, "S-2": 2}
    assert {row.status for row in Promise.objects.live()} == {"ALLOCATED"}


def test_a_line_keeps_a_kit_once() -> None:
    allocated(wanted(1, sku="K-1"))
    with pytest.raises(IntegrityError) as error:
        allocate_stock(demands=[wanted(1, sku="K-1")], reference="R-1", by=SYSTEM, at=NOON)
    assert isinstance(from_integrity(error.value), LinePromisedTwice)


def test_a_till_sells_a_kit_out_of_its_parts() -> None:
    sell_stock(
        store_code="msk-1",
        lines=[("K-1", 2), ("S-2", 1)],
        reference="T-1",
        by=SYSTEM,
        at=NOON,
    )
    assert (figures(), figures(sku="S-2")) == ((3, 0), (0, 0))
    with pytest.raises(NotEnoughStock):
        sell_stock(
            store_code="msk-1", lines=[("K-1", 1)], reference="T-2", by=SYSTEM, at=NOON
        )
    sell_stock(
        store_code="msk-1",
        lines=[("K-1", 1)],
        reference="T-3",
        by=SYSTEM,
        at=NOON,
        as_fact=True,
    )
    assert (figures(), figures(sku="S-2")) == ((2, 0), (0, 0))
    assert broken(only=LAWS) == set()


def test_a_kit_that_comes_back_is_restocked_as_parts() -> None:
    back = [("K-1", 1, "RESTOCK"), ("S-1", 1, "RESTOCK"), ("K-1", 1, "QUARANTINE")]
    place("spb-1")
    restock_return(store_code="spb-1", lines=back, reference="B-1", by=SYSTEM, at=NOON)
    assert lying("spb-1") == {"ON_HAND": 2, "QUARANTINE": 1}
    assert lying("spb-1", "S-2") == {"ON_HAND": 2, "QUARANTINE": 2}


def wish(number: int, sku: str, units: int = 1) -> Wish:
    return Wish(f"w-{number}", f"shopper:{number}", "msk-1", sku, units)


def test_first_come_serves_kits_and_parts_in_order_of_arrival() -> None:
    wishes = [
        wish(1, "K-1"),
        wish(2, "S-2", 2),
        wish(3, "K-1"),
        wish(4, "S-2"),
        wish(5, "S-1"),
    ]
    answers = hold_first_come(wishes=wishes, ends_at=SOON, by=SYSTEM, at=NOON)
    assert [one.is_kept for one in answers] == [True, True, False, True, True]
    refusal = answers[2].refusal
    assert isinstance(refusal, NotEnoughStock)
    assert (refusal.facts["sku"], refusal.facts["available"]) == ("K-1", 0)
    assert kept() == {"S-1": 2, "S-2": 5}
    again = hold_first_come(wishes=wishes[:1], ends_at=SOON, by=SYSTEM, at=NOON)
    assert again[0].is_kept
    other = [Wish("w-1", "shopper:1", "msk-1", "K-1", 2)]
    answers = hold_first_come(wishes=other, ends_at=SOON, by=SYSTEM, at=NOON)
    assert isinstance(answers[0].refusal, LinePromisedTwice)
    assert kept() == {"S-1": 2, "S-2": 5}
    assert broken(only=LAWS - {"P2"}) == set()
