"""Many owners at once: in the order of arrival, each with its own answer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from inventory.promises.models import Promise
from inventory.promises.operations import (
    Wish,
    WishAnswer,
    expire_holds,
    hold_first_come,
    release_promises,
    start_payment,
)
from inventory.promises.queries import live_promises
from inventory.stock.models import StockLevel
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import Limits
from tests.clock import NOON
from tests.inventory.given import (
    SOON,
    allocated,
    figures,
    held,
    kit,
    place,
    stocked,
    wanted,
)
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


def wish(
    name: str, units: int = 1, *, owner: str = "", store: str = "msk-1", sku: str = "S-1"
) -> Wish:
    return Wish(name, owner or f"owner-{name}", store, sku, units)


def asked(*wishes: Wish) -> list[WishAnswer]:
    return hold_first_come(wishes=wishes, ends_at=SOON, by=SYSTEM, at=NOON)


def codes(answers: list[WishAnswer]) -> list[str | None]:
    return [answer.refusal.code if answer.refusal else None for answer in answers]


def test_the_first_have_it_and_the_rest_are_told_what_was_left() -> None:
    stocked(2)
    answers = asked(wish("a"), wish("b"), wish("c"))
    assert codes(answers) == [None, None, "not_enough_stock"]
    refusal = answers[2].refusal
    assert refusal is not None
    assert refusal.facts["available"] == 0
    assert figures() == (2, 2)
    assert broken(only={"S2", "S3", "P1"}) == set()


def test_a_wish_too_large_is_passed_over_and_a_smaller_one_is_kept() -> None:
    stocked(5)
    answers = asked(wish("a", 4), wish("b", 2), wish("c", 1))
    assert codes(answers) == [None, "not_enough_stock", None]
    assert figures() == (5, 5)


def test_each_level_is_served_by_itself() -> None:
    stocked(1)
    stocked(1, sku="S-2")
    stocked(1, store="spb-1")
    answers = asked(
        wish("a"), wish("b", sku="S-2"), wish("c", store="spb-1"), wish("d", sku="S-2")
    )
    assert codes(answers) == [None, None, None, "not_enough_stock"]


def test_safety_stock_and_earlier_promises_are_not_given_away() -> None:
    stocked(10)
    StockLevel.objects.update(safety_stock=3)
    allocated(wanted(5))
    assert codes(asked(wish("a", 2), wish("b"))) == [None, "not_enough_stock"]


def test_asking_again_keeps_it_once() -> None:
    stocked(5)
    assert codes(asked(wish("a", 2), wish("a", 2))) == [None, None]
    assert codes(asked(wish("a", 2))) == [None]
    assert figures() == (5, 2)


def test_each_answer_says_until_when_it_is_kept() -> None:
    """Asking again is no extension."""
    stocked(2)
    asked(wish("a"))
    later = SOON + timedelta(minutes=9)
    wishes = [wish("a"), wish("b"), wish("c")]
    answers = hold_first_come(wishes=wishes, ends_at=later, by=SYSTEM, at=NOON)
    assert [one.ends_at for one in answers] == [SOON, later, None]
    assert [live_promises(name)[0].ends_at for name in "ab"] == [SOON, later]


@pytest.mark.parametrize("sku", ["S-1", "K-1"])
def test_what_is_over_is_asked_for_anew(sku: str) -> None:
    """Nobody has swept it up yet; it is nobody's all the same, and is kept again."""
    stocked(3)
    kit(parts={"S-1": 2})
    asked(wish("a", sku=sku))
    reserved = figures()[1]
    late = SOON + timedelta(minutes=1)
    until = late + timedelta(minutes=15)
    for _time in range(2):
        (answer,) = hold_first_come(
            wishes=[wish("a", sku=sku)], ends_at=until, by=SYSTEM, at=late
        )
        assert (answer.is_kept, answer.ends_at) == (True, until)
    assert figures() == (3, reserved)
    ends = Promise.objects.filter(reference="a").values_list("status", flat=True)
    assert sorted(ends) == ["EXPIRED", "HELD"]
    assert expire_holds(at=late) == []
    assert broken(only={"S2", "S3", "S8", "P1"}) == set()


def test_what_is_over_does_not_hinder_another_wish_but_a_payment_does() -> None:
    stocked(3)
    asked(wish("a"), wish("b"))
    start_payment(reference="b", by=SYSTEM, at=NOON)
    late = SOON + timedelta(minutes=1)
    wishes = [wish("a", 2), wish("b", 2)]
    answers = hold_first_come(
        wishes=wishes, ends_at=late + timedelta(minutes=15), by=SYSTEM, at=late
    )
    assert codes(answers) == [None, "line_promised_twice"]
    assert figures() == (3, 3)


def test_asking_again_for_what_was_refused_is_refused_the_same_way() -> None:
    stocked(1)
    refused = "not_enough_stock"
    assert codes(asked(wish("a", 2), wish("a", 2))) == [refused, refused]


def test_a_reference_that_keeps_something_else_is_refused() -> None:
    stocked(5)
    held(wanted(1), reference="a", owner="owner-a")
    assert codes(asked(wish("a", 2))) == ["line_promised_twice"]
    assert codes(asked(wish("b", 1), wish("b", 2))) == [None, "line_promised_twice"]
    allocated(wanted(1), reference="c")
    assert codes(asked(wish("c"))) == ["line_promised_twice"]


def test_every_other_refusal_has_its_name_and_stops_nobody() -> None:
    stocked(5)
    stocked(5, store="old-1")
    place("old-1", closed_on=NOON.date() - timedelta(days=1))
    answers = asked(
        wish("a", 0),
        wish("b", store="nowhere"),
        wish("c", sku="nothing"),
        wish("d", store="old-1"),
        wish("e"),
    )
    assert codes(answers) == [
        "quantity_out_of_range",
        "store_not_found",
        "sku_not_found",
        "place_closed",
        None,
    ]


def test_an_owner_has_so_many_at_once(settings: Settings) -> None:
    settings.LIMITS = Limits(holds_per_owner=2)
    stocked(9)
    held(wanted(1), reference="x", owner="ann")
    answers = asked(*(wish(name, owner="ann") for name in "abc"), wish("d", owner="bob"))
    assert codes(answers) == [None, "too_many_holds", "too_many_holds", None]
    release_promises(reference="x", by=SYSTEM, at=NOON)
    assert codes(asked(wish("b", owner="ann"))) == [None]


def test_the_number_of_statements_does_not_grow_with_the_wishes() -> None:
    stocked(500)

    def statements(names: list[str]) -> int:
        with CaptureQueriesContext(connection) as queries:
            asked(*(wish(name) for name in names))
        return len(queries)

    few = statements(["a"])
    assert statements([f"many-{number}" for number in range(50)]) == few


def test_what_nobody_has_is_looked_up_as_often_for_many_as_for_one() -> None:
    stocked(1)
    stocked(1, sku="S-2", store="spb-1")
    unknown = [
        wish("place", store="nowhere"),
        wish("sku", sku="NONE"),
        wish("level", sku="S-2"),
    ]

    def answered(*wishes: Wish) -> tuple[list[str | None], int]:
        with CaptureQueriesContext(connection) as queries:
            answers = asked(*wishes)
        return codes(answers), len(queries)

    told, few = answered(*unknown)
    assert told == ["store_not_found", "sku_not_found", "not_enough_stock"]
    again = [
        wish(f"{one.reference}-{n}", store=one.store_code, sku=one.sku_code)
        for n in range(10)
        for one in unknown
    ]
    assert answered(*again) == (told * 10, few)


@hypothesis_settings(max_examples=60)
@given(
    stock=st.integers(min_value=1, max_value=12),
    units=st.lists(st.integers(min_value=1, max_value=6), min_size=1, max_size=12),
)
def test_it_decides_as_a_queue_at_a_counter_would(stock: int, units: list[int]) -> None:
    Promise.objects.all().delete()
    StockLevel.objects.update(reserved=0)
    stocked(1)
    StockLevel.objects.update(on_hand=stock)
    left, served = stock, []
    for wanted_units in units:
        served.append(wanted_units <= left)
        left -= wanted_units if served[-1] else 0
    answers = asked(*(wish(f"w{place}", one) for place, one in enumerate(units)))
    assert [answer.is_kept for answer in answers] == served
    assert figures() == (stock, stock - left)
