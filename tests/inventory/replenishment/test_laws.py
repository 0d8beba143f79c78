"""Each law of replenishment is broken once, and only that law says so."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from inventory.models import Proposal, ReorderPolicy, ShelfState, StockWait, Velocity
from inventory.replenishment.operations import accept_proposals
from omniretail.kernel.models import OutboxFact
from tests.clock import NOON
from tests.inventory.replenishment.given import (
    BOSS,
    LAWS,
    came,
    numbers,
    policy,
    proposed,
    selling,
    sold,
    supplier,
    waits,
    watched,
)
from tests.inventory.test_laws import unguarded
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def history(db: None) -> Iterator[None]:
    """A proposal accepted, a shelf that ran empty, somebody who waited and was told."""
    policy(supplier_code=supplier())
    selling(2, 10, days=28)
    proposed()
    accept_proposals(numbers=numbers(), by=BOSS, at=NOON)
    watched()
    sold(10, at=NOON)
    watched()
    waits()
    waits("+79161234568")
    came(1, at=NOON)
    watched()
    sold(1, at=NOON)
    watched()
    assert broken(only=LAWS) == set()
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE inventory_proposal SET quantity = quantity + 1",
        "UPDATE inventory_proposal SET document = 'P-0'",
    ],
)
def test_a_proposal_that_its_document_does_not_carry_out_breaks_r1(deed: str) -> None:
    unguarded(deed)
    assert broken(only=LAWS) == {"R1"}


def test_a_wait_told_twice_breaks_r2() -> None:
    fact = OutboxFact.objects.get(name="inventory.wait_served")
    fact.pk, fact.sequence = None, fact.sequence + 1
    fact.save()
    assert broken(only=LAWS) == {"R2"}


def test_a_wait_that_only_says_it_was_told_breaks_r2() -> None:
    OutboxFact.objects.filter(name="inventory.wait_served").update(
        payload={"wait_number": StockWait.objects.waiting().get().number}
    )
    assert broken(only=LAWS) == {"R2"}


def test_a_shelf_told_gone_twice_breaks_r3() -> None:
    fact = OutboxFact.objects.filter(name="inventory.stock_out").latest("pk")
    fact.pk, fact.sequence = None, fact.sequence + 1
    fact.save()
    assert broken(only=LAWS) == {"R3"}


def test_a_shelf_that_is_gone_without_a_word_breaks_r3() -> None:
    OutboxFact.objects.filter(name="inventory.stock_out").latest("pk").delete()
    assert broken(only=LAWS) == {"R3"}


def test_a_shelf_that_forgot_it_is_gone_breaks_r3() -> None:
    ShelfState.objects.update(state="LOW")
    assert broken(only=LAWS) == {"R3"}


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"quantity": 0}, "proposal_brings_something"),
        ({"supplier": None}, "proposal_says_where_from"),
        ({"decided_at": None}, "proposal_is_decided_when_it_says_so"),
        ({"document": ""}, "accepted_proposal_names_its_document"),
        ({"dismiss_reason": "x"}, "dismissed_proposal_says_why"),
        ({"status": "OUTDATED", "document": ""}, "illegal step"),
    ],
)
def test_the_database_keeps_proposals_true(
    change: dict[str, object], constraint: str
) -> None:
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        Proposal.objects.update(**change)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"quantity": 0}, "wait_is_for_something"),
        ({"phone": ""}, "wait_says_whom_to_tell"),
        ({"status": "CANCELLED", "ended_at": NOON}, "ended_wait_forgets_its_guest"),
        ({"told_at": NOON}, "wait_is_told_when_it_says_so"),
        ({"ended_at": NOON}, "wait_is_over_when_it_says_so"),
        ({"ends_at": NOON}, "wait_ends_after_it_began"),
    ],
)
def test_the_database_keeps_waits_true(change: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        StockWait.objects.waiting().update(**change)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"service_level": 100}, "service_level_is_from_half_to_almost_all"),
        ({"lead_time_days": 366}, "reorder_days_lie_within_a_year"),
        ({"smoothing": 1}, "smoothing_weighs_less_than_all"),
        ({"pack_size": 0}, "an_order_has_a_unit_at_least"),
        ({"least_on_hand": 2, "most_on_hand": 1}, "a_shelf_holds_what_it_shows"),
    ],
)
def test_the_database_keeps_policies_meant(
    change: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ReorderPolicy.objects.update(**change)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"reorder_point": 1000}, "marks_stand_in_order"),
        ({"per_day": -1}, "velocity_is_not_negative"),
    ],
)
def test_the_database_keeps_marks_in_order(
    change: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Velocity.objects.update(**change)
