"""Kits out of a ranked list, and out of what a channel may sell."""

from typing import Any, cast

import pytest
from django.db import IntegrityError, transaction

from inventory.catalogue.queries import KitHasNoStock
from inventory.promises.models import Promise
from inventory.promises.operations import (
    NotEnoughStock,
    NotForSaleHere,
    NotInNetwork,
    PlaceClosed,
    RankedDemand,
    Wish,
    allocate_stock,
    confirm_holds,
    free_units_at,
    hold_first_come,
    hold_ranked,
    replace_short,
    sell_over_promises,
)
from inventory.promises.queries import PromiseSlip, as_asked, live_promises, why
from inventory.selling.operations import block_sale
from inventory.selling.queries import Where, availability, sellable
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Store
from tests.clock import NOON
from tests.inventory.given import SOON, figures, kit, place, stocked, wanted
from tests.inventory.selling.given import block, buffer, network, sold_by
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
A, B = "msk-1", "spb-1"
LAWS = {"S1", "S2", "S3", "S8", "S9", "P1", "P5"}


@pytest.fixture(autouse=True)
def chain() -> None:
    """One K-1 takes one S-1 and two S-2. A has three and four of them, B six of each."""
    place(A)
    place(B)
    stocked(3, store=A)
    stocked(4, store=A, sku="S-2")
    stocked(6, store=B)
    stocked(6, store=B, sku="S-2")
    kit()


def line(units: int, *places: str, sku: str = "K-1", name: str = "1", **how: Any) -> Any:
    return RankedDemand(sku, units, name, places or (A, B), **how)


def slips(*lines: RankedDemand, to: str = "cart-1", **how: Any) -> list[PromiseSlip]:
    terms: dict[str, Any] = {"ends_at": SOON, "by": SYSTEM, "at": NOON, "channel": "SITE"}
    return hold_ranked(demands=lines, owner=to, reference=to, **(terms | how))


def kept(*lines: RankedDemand, **how: Any) -> dict[str, int]:
    """Who serves which line, in units of what it asked for."""
    return {one.line: one.quantity for one in as_asked(slips(*lines, **how))}


def test_all_parts_of_a_kit_stand_at_the_first_place_that_has_them() -> None:
    found = slips(line(2))
    assert [(one.store_code, one.sku_code, one.quantity) for one in found] == [
        (A, "S-1", 2),
        (A, "S-2", 4),
    ]
    assert {(one.line, one.kit_code, one.channel) for one in found} == {
        (f"1:{A}", "K-1", "SITE")
    }
    assert live_promises("cart-1") == found
    assert kept(line(1), to="cart-2") == {f"1:{B}": 1}
    assert broken(only=LAWS) == set()


def test_the_first_place_that_has_all_of_a_kit_is_not_the_one_that_has_a_part() -> None:
    assert kept(line(3)) == {f"1:{B}": 3}


def test_kits_are_split_over_places_by_whole_kits() -> None:
    with pytest.raises(NotEnoughStock):
        slips(line(4))
    assert kept(line(4, may_split=True)) == {f"1:{A}": 2, f"1:{B}": 2}
    assert broken(only=LAWS) == set()


def test_a_kit_and_its_part_do_not_get_the_same_units() -> None:
    found = kept(line(2), line(1, sku="S-2", name="2"))
    assert found == {f"1:{A}": 2, f"2:{B}": 1}
    assert (figures(A, "S-2"), figures(B, "S-2")) == ((4, 4), (6, 1))
    assert broken(only=LAWS) == set()


def test_one_place_serves_a_kit_and_its_part_if_it_can() -> None:
    lines = (line(2), line(1, sku="S-2", name="2"))
    assert kept(*lines, is_one_place=True) == {f"1:{B}": 2, f"2:{B}": 1}


def test_no_more_places_share_kits_than_may() -> None:
    with pytest.raises(NotEnoughStock):
        slips(line(4, may_split=True), most_places=1)
    assert not Promise.objects.exists()


def test_a_kit_stays_where_it_stands_and_what_is_beside_it_may_move() -> None:
    slips(line(1), line(1, sku="S-2", name="2"))
    may_move = {one.line: one.is_provisional for one in live_promises("cart-1")}
    assert may_move == {f"1:{A}": False, f"2:{A}": True}
    room = free_units_at(store_code=A, wanted={"S-1": 3, "S-2": 2}, by=SYSTEM, at=NOON)
    assert [(one.sku_code, one.target_code) for one in room.moved] == [("S-2", B)]
    assert broken(only=LAWS) == set()


def test_the_database_lets_no_part_of_a_kit_move_alone() -> None:
    slips(line(1))
    part = Promise.objects.filter(sku__code="S-1")
    ranking = list(Store.objects.values_list("pk", flat=True))
    with pytest.raises(IntegrityError, match="kit_stays"), transaction.atomic():
        part.update(is_provisional=True, ranking=ranking)


def test_a_kit_that_must_stand_somewhere_says_which_part_is_short() -> None:
    with pytest.raises(NotEnoughStock) as refusal:
        slips(line(3, A))
    facts = refusal.value.facts
    assert (refusal.value.field, facts["store"], facts["sku"]) == ("lines/0/sku", A, "S-2")
    assert (facts["wanted"], facts["available"]) == (6, 4)


def test_a_kit_that_nobody_can_make_says_what_each_place_could() -> None:
    with pytest.raises(NotEnoughStock) as refusal:
        slips(line(4))
    facts = refusal.value.facts
    places = cast(list[dict[str, Any]], facts["places"])
    assert (facts["sku"], facts["available"]) == ("K-1", 3)
    assert [one["available"] for one in places] == [2, 3]


def test_a_place_without_a_part_or_closed_makes_no_kit() -> None:
    place("kzn-1")
    stocked(9, store="kzn-1")
    assert kept(line(1, "kzn-1", A)) == {f"1:{A}": 1}
    Store.objects.update(closed_on=NOON.date())
    with pytest.raises(PlaceClosed):
        slips(line(1), to="cart-2")


def test_a_second_try_replaces_the_first() -> None:
    slips(line(2))
    assert kept(line(1)) == {f"1:{A}": 1}
    assert (figures(A), figures(A, "S-2")) == ((3, 1), (4, 2))
    assert broken(only=LAWS) == set()


def test_a_buffer_on_a_part_binds_the_kit() -> None:
    buffer(1, store=A, sku="S-2")
    assert (sold_by("SITE", sku="K-1"), sold_by("APP", sku="K-1")) == (1, 2)
    told = sellable(channel="SITE", store_codes=[A], sku_codes=["K-1"], at=NOON)
    assert (told[A, "K-1"].buffer, told[A, "K-1"].units) == (1, 1)
    with pytest.raises(NotEnoughStock):
        allocate_stock(
            demands=[wanted(2, sku="K-1")],
            reference="R-1",
            channel="SITE",
            by=SYSTEM,
            at=NOON,
        )
    assert kept(line(2)) == {f"1:{B}": 2}
    wishes = [Wish("w-1", "w-1", A, "K-1", 2), Wish("w-2", "w-2", A, "K-1", 1)]
    answers = hold_first_come(
        wishes=wishes, ends_at=SOON, channel="SITE", by=SYSTEM, at=NOON
    )
    assert [one.is_kept for one in answers] == [False, True]
    assert sold_by("SITE", sku="K-1") == 0
    explained = why(A, "K-1", channel="SITE")
    assert explained.available == 0
    assert [(one.taken_by, one.units) for one in explained.parts] == [
        ("PROMISED_PARTS", 1),
        ("BUFFER", 1),
    ]
    assert broken(only=LAWS) == set()


def test_a_kit_comes_from_no_place_that_does_not_sell_a_part() -> None:
    block(A, "S-2")
    assert kept(line(1)) == {f"1:{B}": 1}
    with pytest.raises(NotForSaleHere):
        slips(line(1, A), to="cart-2")
    network("SITE", A)
    with pytest.raises(NotInNetwork):
        slips(line(1, B), to="cart-2")
    with pytest.raises(NotEnoughStock):
        slips(line(1), to="cart-2")
    found = availability("K-1", channel="SITE", at=NOON, where=Where())
    assert {one.place.code: (one.on_hand, one.available) for one in found} == {
        A: (2, 0),
    }


def test_the_parts_of_a_kit_are_blocked_and_not_the_kit() -> None:
    with pytest.raises(KitHasNoStock):
        block_sale(store_code=A, sku_code="K-1", reason="QUALITY", by=SYSTEM, at=NOON)
    with pytest.raises(KitHasNoStock):
        buffer(1, sku="K-1")


def test_a_kit_with_a_missing_part_is_kept_elsewhere_before_it_is_given_up() -> None:
    slips(line(2, A))
    confirm_holds(reference="cart-1", by=SYSTEM, at=NOON)
    place("kzn-1")
    found = replace_short(
        reference="cart-1",
        line="1",
        quantity=1,
        part="S-2",
        demand=line(1, B, "kzn-1", name="1:x"),
        most_places=4,
        by=SYSTEM,
        at=NOON,
    )
    assert {(one.store_code, one.kit_code) for one in found} == {(B, "K-1")}
    assert (figures(A), figures(A, "S-2")) == ((3, 1), (3, 2))
    assert (figures(B), figures(B, "S-2")) == ((6, 1), (6, 2))
    assert broken(only=LAWS) == set()


def test_a_till_sells_a_part_that_a_kit_was_promised() -> None:
    slips(line(2, A))
    confirm_holds(reference="cart-1", by=SYSTEM, at=NOON)
    sale: dict[str, Any] = {"store_code": A, "by": SYSTEM, "at": NOON}
    room = sell_over_promises(lines=[("K-1", 1)], reference="T-1", **sale)
    lacking = {one.sku_code: (one.units, one.lacking) for one in room.uncovered}
    assert lacking == {"S-2": (2, 1)}
    assert [one.uncovered for one in as_asked(live_promises("cart-1"))] == [1]
    assert broken(only=LAWS) == set()
