"""A past moment tells the end that a hold had then, and not the one it has now."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from inventory.promises.models import HoldEnd, Promise
from inventory.promises.operations import (
    RankedDemand,
    confirm_holds,
    consume_promises,
    extend_holds,
    hold_ranked,
    sell_over_promises,
    start_payment,
)
from inventory.promises.queries import why
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from tests.callers import as_client
from tests.clock import NOON
from tests.inventory.given import SOON, allocated, held, stocked, wanted

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LATER = SOON + 5 * MINUTE


def confirmed(minute: int, reference: str = "cart-1") -> None:
    confirm_holds(reference=reference, by=SYSTEM, at=NOON + minute * MINUTE)


def extended(minute: int) -> None:
    at = NOON + minute * MINUTE
    extend_holds(reference="cart-1", ends_at=LATER, by=SYSTEM, at=at)


def story(*minutes: int, store: str = "msk-1") -> list[tuple[str, object]]:
    """Who had units at these minutes after noon, and until when."""
    told = [why(store, "S-1", at=NOON + minute * MINUTE).parts for minute in minutes]
    return [(one.taken_by, one.ends_at) for parts in told for one in parts if one.reference]


def test_a_hold_that_was_paid_for_since_tells_its_end_of_then() -> None:
    stocked(1)
    held(wanted(1))
    confirmed(4)
    assert story(0, 3, 4) == [("HOLD", SOON), ("HOLD", SOON), ("ALLOCATION", None)]
    assert why("msk-1", "S-1", at=NOON).ends_known_since is None


def test_a_hold_that_was_extended_since_tells_its_first_end() -> None:
    stocked(1)
    held(wanted(1))
    extended(2)
    assert story(1, 2) == [("HOLD", SOON), ("HOLD", LATER)]
    confirmed(4)
    assert story(1, 2, 3, 4) == [
        ("HOLD", SOON),
        ("HOLD", LATER),
        ("HOLD", LATER),
        ("ALLOCATION", None),
    ]


def test_extended_and_paid_for_at_one_moment_it_tells_the_first_end() -> None:
    stocked(1)
    held(wanted(1))
    extended(2)
    confirmed(2)
    assert story(1, 2) == [("HOLD", SOON), ("ALLOCATION", None)]


def test_what_left_in_parts_since_was_one_hold() -> None:
    stocked(3)
    held(wanted(3))
    confirmed(2)
    for minute in (4, 6):
        at = NOON + minute * MINUTE
        consume_promises(reference="cart-1", lines={"1": 1}, by=SYSTEM, at=at)
    assert set(story(1)) == {("HOLD", SOON)}


def test_a_second_try_under_the_same_line_does_not_speak_for_the_first() -> None:
    stocked(1)
    held(wanted(1))
    extended(2)
    held(wanted(1), ends_at=LATER + MINUTE, at=NOON + 3 * MINUTE)
    confirmed(5)
    assert story(1, 2, 4) == [("HOLD", SOON), ("HOLD", LATER), ("HOLD", LATER)]


def test_a_hold_that_gave_way_since_tells_its_end_where_it_stood() -> None:
    stocked(1)
    stocked(1, store="spb-1")
    demand = RankedDemand("S-1", 1, "1", ("msk-1", "spb-1"))
    hold_ranked(
        demands=[demand], owner="ann", reference="r", ends_at=SOON, by=SYSTEM, at=NOON
    )
    place = Promise.objects.get().store.code
    other = {"msk-1": "spb-1", "spb-1": "msk-1"}[place]
    sell_over_promises(
        store_code=place,
        lines=[("S-1", 1)],
        reference="till",
        by=SYSTEM,
        at=NOON + 2 * MINUTE,
    )
    assert Promise.objects.get(ended_at=None).store.code == other
    confirmed(4, reference="r")
    assert story(1, store=place) == [("HOLD", SOON)]
    assert story(1, 3, 4, store=other) == [("HOLD", SOON), ("ALLOCATION", None)]


def test_a_payment_under_way_changes_no_end_and_an_allocation_never_had_one() -> None:
    stocked(2)
    held(wanted(1))
    start_payment(reference="cart-1", by=SYSTEM, at=NOON)
    allocated(wanted(1))
    assert not HoldEnd.objects.exists()
    assert story(1) == [("HOLD", SOON), ("ALLOCATION", None)]


def test_the_database_writes_down_what_anybody_changes() -> None:
    stocked(1)
    held(wanted(1))
    before = clock.now() - MINUTE
    Promise.objects.update(ends_at=LATER)
    Promise.objects.update(ends_at=LATER)
    (past,) = HoldEnd.objects.all()
    assert (past.reference, past.line, past.ends_at) == ("cart-1", "1", SOON)
    assert past.until > before


def test_what_was_written_down_stays_as_it_is() -> None:
    stocked(1)
    held(wanted(1))
    confirmed(1)
    changes: list[Callable[[], object]] = [
        lambda: HoldEnd.objects.update(ends_at=LATER),
        lambda: HoldEnd.objects.all().delete(),
    ]
    for change in changes:
        with (
            pytest.raises(DatabaseError, match="Cannot update or delete"),
            transaction.atomic(),
        ):
            change()
    assert story(0) == [("HOLD", SOON)]


def forgetting() -> None:
    """As it was before the database wrote ends down."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE inventory_promise DISABLE TRIGGER USER")


@pytest.mark.parametrize("change", [confirmed, extended])
def test_an_end_that_nobody_wrote_down_is_not_made_up(
    change: Callable[[int], None],
) -> None:
    stocked(1)
    held(wanted(1))
    forgetting()
    change(2)
    told = why("msk-1", "S-1", at=NOON + MINUTE)
    assert [(one.taken_by, one.ends_at) for one in told.parts] == [("HOLD", None)]
    assert told.ends_known_since is not None
    assert told.ends_known_since <= clock.now()
    assert why("msk-1", "S-1", at=NOON + 2 * MINUTE).ends_known_since is None


def test_programs_are_told_the_end_of_then() -> None:
    stocked(1)
    held(wanted(1))
    confirmed(4)
    address = "/api/v1/stock-levels/msk-1/S-1/why"
    told = as_client("stock:read").get(address, {"at": (NOON + MINUTE).isoformat()}).json()
    (part,) = told["parts"]
    assert (part["taken_by"], datetime.fromisoformat(part["ends_at"])) == ("HOLD", SOON)
    assert told["ends_known_since"] is None
