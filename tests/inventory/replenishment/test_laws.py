"""Each law of replenishment is broken once, and only that law says so."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from inventory.models import Proposal, ShelfState, StockWait
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


def test_the_database_lets_no_accepted_proposal_be_outdated() -> None:
    with pytest.raises(DatabaseError, match="illegal step"), transaction.atomic():
        Proposal.objects.update(status="OUTDATED", document="")
