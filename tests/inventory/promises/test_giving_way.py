"""Who gives way when a place has too few units: the weakest, to where they may stand."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from inventory.promises.models import Promise
from inventory.promises.operations import (
    PromiseSlip,
    RankedDemand,
    Room,
    confirm_holds,
    consume_promises,
    extend_holds,
    free_units_at,
    hold_ranked,
    pick_promises,
    release_promises,
    sell_over_promises,
    start_payment,
    write_off_short,
)
from inventory.promises.queries import live_promises, weakest_references, why
from inventory.stock.operations import AlreadyRecorded
from omniretail.contracts.promises import PromiseMoved, PromiseUncovered
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import Limits
from omniretail.kernel.models import OutboxFact
from tests.clock import NOON
from tests.inventory.given import SOON, allocated, figures, held, place, stocked, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
A, B, C = "msk-1", "msk-2", "spb-1"
LATER = NOON + timedelta(minutes=1)
BY_LATER: dict[str, Any] = {"by": SYSTEM, "at": LATER}
LAWS = {"S1", "S2", "S3", "S4", "O6", "P1", "P3", "P5"}


def kept(units: int = 1, *places: str, reference: str = "cart-1") -> PromiseSlip:
    """Units held at the first of these places that has them."""
    (slip,) = hold_ranked(
        demands=[RankedDemand("S-1", units, "1", places or (A, B))],
        owner=f"owner-{reference}",
        reference=reference,
        ends_at=SOON,
        by=SYSTEM,
        at=NOON,
    )
    return slip


def firm(units: int = 1, *places: str, reference: str = "R-1") -> None:
    kept(units, *places, reference=reference)
    confirm_holds(reference=reference, by=SYSTEM, at=NOON)


def freed(units: int = 1, *, store: str = A, **how: Any) -> Room:
    wanted = {"S-1": units}
    return free_units_at(store_code=store, wanted=wanted, by=SYSTEM, at=LATER, **how)


def sold(units: int = 1, *, reference: str = "T-1", **how: Any) -> Room:
    how = {"lines": [("S-1", units)]} | how
    return sell_over_promises(store_code=A, reference=reference, by=SYSTEM, at=LATER, **how)


def stands(reference: str = "cart-1") -> list[tuple[str, int, int]]:
    slips = live_promises(reference)
    return [(slip.store_code, slip.quantity, slip.uncovered) for slip in slips]


# ── making room ──────────────────────────────────────────────────────────────────


def test_a_hold_moves_to_the_next_place_of_its_ranking() -> None:
    stocked(1, store=A)
    stocked(1, store=B)
    kept()
    (moved,) = freed().moved
    assert (moved.reference, moved.source_code, moved.target_code) == ("cart-1", A, B)
    assert stands() == [(B, 1, 0)]
    assert (figures(A), figures(B)) == ((1, 0), (1, 1))
    fact = PromiseMoved.load(OutboxFact.objects.get(name=PromiseMoved.name).payload)
    assert (fact.source_code, fact.target_code, fact.quantity) == (A, B, 1)
    assert broken(only=LAWS) == set()


def test_a_moved_hold_is_still_extended_paid_and_given_back() -> None:
    stocked(1, store=A)
    stocked(1, store=B)
    kept()
    freed()
    extend_holds(reference="cart-1", ends_at=SOON, by=SYSTEM, at=LATER)
    start_payment(reference="cart-1", by=SYSTEM, at=LATER)
    (slip,) = confirm_holds(reference="cart-1", by=SYSTEM, at=LATER)
    assert (slip.store_code, slip.status) == (B, "ALLOCATED")
    assert release_promises(reference="cart-1", by=SYSTEM, at=LATER) == 1
    assert (figures(A), figures(B)) == ((1, 0), (1, 0))
    assert broken(only=LAWS) == set()


def test_the_past_of_a_moved_promise_stays_with_its_first_place() -> None:
    stocked(1, store=A)
    stocked(1, store=B)
    kept()
    freed()
    then = [why(store, "S-1", at=NOON).reserved for store in (A, B)]
    now = [why(store, "S-1").reserved for store in (A, B)]
    assert (then, now) == ([1, 0], [0, 1])


def test_a_fixed_promise_never_moves() -> None:
    stocked(1, store=A)
    stocked(1, store=B)
    held(wanted(1))
    assert freed() == Room()
    assert stands() == [(A, 1, 0)]


def test_what_somebody_picks_stays() -> None:
    stocked(1, store=A)
    stocked(1, store=B)
    firm()
    (slip,) = live_promises("R-1")
    pick_promises(reference="R-1", lines=[slip.line], by=SYSTEM, at=NOON)
    assert freed(followed={"R-1"}) == Room()


def test_a_hold_is_not_picked() -> None:
    stocked(1, store=A)
    place(B)
    kept()
    with pytest.raises(IntegrityError, match="only_what_is"), transaction.atomic():
        Promise.objects.update(picked_at=NOON)
    pick_promises(reference="cart-1", lines=["1:msk-1"], by=SYSTEM, at=NOON)
    assert Promise.objects.get().picked_at is None


@pytest.mark.parametrize("is_followed", [True, False])
def test_what_belongs_to_an_order_moves_only_if_somebody_sees_to_it(
    is_followed: bool,
) -> None:
    stocked(2, store=A)
    stocked(2, store=B)
    firm()
    kept(reference="R-2")
    start_payment(reference="R-2", by=SYSTEM, at=NOON)
    room = freed(2, followed={"R-1", "R-2"} if is_followed else ())
    assert {one.reference for one in room.moved} == (
        {"R-1", "R-2"} if is_followed else set()
    )


def test_no_more_moves_than_is_wanted_and_the_latest_first() -> None:
    stocked(3, store=A)
    stocked(3, store=B)
    for number in range(3):
        kept(reference=f"cart-{number}")
    room = freed(2)
    assert [one.reference for one in room.moved] == ["cart-2", "cart-1"]
    assert weakest_references(A, ["S-1"]) == ["cart-0"]


def test_a_place_that_is_full_is_passed_over() -> None:
    stocked(1, store=A)
    stocked(1, store=B)
    stocked(1, store=C)
    allocated(wanted(1, store=B))
    kept(1, A, B, C)
    assert [one.target_code for one in freed().moved] == [C]


# ── a till's sale of what is promised ────────────────────────────────────────────


def test_a_sale_of_a_promised_unit_moves_the_weakest_promise() -> None:
    stocked(2, store=A)
    stocked(1, store=B)
    allocated(wanted(1, store=A))
    kept()
    room = sold()
    assert ([one.reference for one in room.moved], room.uncovered) == (["cart-1"], ())
    assert (figures(A), figures(B)) == ((1, 1), (1, 1))
    assert broken(only=LAWS) == set()


def test_where_nobody_has_others_the_weakest_lacks_them_and_is_told() -> None:
    """Nothing is oversold in silence: the promise stands, and says what it lacks."""
    stocked(2, store=A)
    place(B)
    allocated(wanted(1, store=A), reference="R-1")
    allocated(wanted(1, store=A), reference="R-2")
    room = sold()
    assert [(one.reference, one.units) for one in room.uncovered] == [("R-2", 1)]
    assert (stands("R-1"), stands("R-2")) == ([(A, 1, 0)], [(A, 1, 1)])
    assert figures(A) == (2, 2)
    fact = OutboxFact.objects.get(name=PromiseUncovered.name)
    assert PromiseUncovered.load(fact.payload).reference == "R-2"
    assert broken(only=LAWS) == set()


def test_a_promise_that_is_given_back_does_not_bring_back_what_was_sold() -> None:
    stocked(2, store=A)
    allocated(wanted(2, store=A))
    sold()
    release_promises(reference="R-1", by=SYSTEM, at=LATER)
    assert figures(A) == (1, 0)
    assert broken(only=LAWS) == set()


def test_units_that_were_found_after_all_are_handed_over() -> None:
    stocked(2, store=A)
    allocated(wanted(2, store=A))
    sold()
    consume_promises(reference="R-1", lines={"1": 2}, by=SYSTEM, at=LATER)
    assert figures(A) == (0, 0)
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize(("units", "left"), [(1, [(A, 2, 0)]), (2, [(A, 1, 0)])])
def test_units_reported_missing_are_the_ones_that_lacked(
    units: int, left: list[tuple[str, int, int]]
) -> None:
    stocked(3, store=A)
    allocated(wanted(3, store=A))
    sold()
    write_off_short(reference="R-1", line="1", quantity=units, by=SYSTEM, at=LATER)
    assert stands("R-1") == left
    assert figures(A) == (3 - units, 3 - units)
    assert broken(only=LAWS) == set()


def test_the_rest_of_what_was_handed_over_still_lacks_what_it_lacked() -> None:
    stocked(3, store=A)
    allocated(wanted(3, store=A))
    sold()
    consume_promises(reference="R-1", lines={"1": 2}, by=SYSTEM, at=LATER)
    assert stands("R-1") == [(A, 1, 1)]
    release_promises(reference="R-1", by=SYSTEM, at=LATER)
    assert figures(A) == (0, 0)
    assert broken(only=LAWS) == set()


def test_many_promises_of_one_article_hide_none_of_another(settings: Settings) -> None:
    """So many of each article give way; what lacks all its units is not asked again."""
    settings.LIMITS = Limits(promises_giving_way=2)
    stocked(1, store=A, sku="S-2")
    stocked(4, store=A)
    allocated(wanted(1, store=A, sku="S-2"), reference="R-0")
    for number in range(1, 5):
        allocated(wanted(1, store=A), reference=f"R-{number}")
    assert weakest_references(A, ["S-1", "S-2"]) == ["R-0", "R-3", "R-4"]
    room = sold(lines=[("S-1", 1), ("S-2", 1)])
    assert {one.reference for one in room.uncovered} == {"R-0", "R-4"}
    assert weakest_references(A, ["S-1", "S-2"]) == ["R-2", "R-3"]
    told = [
        one.reference for n in range(2, 5) for one in sold(reference=f"T-{n}").uncovered
    ]
    assert told == ["R-3", "R-2", "R-1"]
    assert broken(only=LAWS) == set()


def test_what_lies_in_bags_was_not_sold_it_was_found() -> None:
    stocked(1, store=A)
    allocated(wanted(1, store=A))
    pick_promises(reference="R-1", lines=["1"], by=SYSTEM, at=NOON)
    assert sold() == Room()
    assert (figures(A), stands("R-1")) == ((1, 1), [(A, 1, 0)])


def test_a_sale_of_more_than_was_promised_finds_the_rest() -> None:
    stocked(1, store=A)
    allocated(wanted(1, store=A))
    room = sold(5)
    assert [one.units for one in room.uncovered] == [1]
    assert figures(A) == (1, 1)
    assert broken(only=LAWS) == set()


def test_the_same_sale_takes_nothing_twice() -> None:
    stocked(2, store=A)
    allocated(wanted(2, store=A))
    sold()
    with pytest.raises(AlreadyRecorded), transaction.atomic():
        sold()
    assert stands("R-1") == [(A, 2, 1)]


def test_no_promise_lacks_more_than_it_keeps() -> None:
    stocked(1, store=A)
    allocated(wanted(1, store=A))
    with pytest.raises(IntegrityError, match="lacks_no_more"), transaction.atomic():
        Promise.objects.update(uncovered=2)
