"""Each law of counting is broken once, and only that law says so."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from inventory.counts.models import CountEntry, CountLine, CountSession
from inventory.counts.operations import OwnCount, approve_count
from omniretail.kernel.errors import from_integrity
from tests.clock import NOON
from tests.inventory.counts.given import BOSS, EVENING, LAWS, counted, shelf
from tests.inventory.test_laws import unguarded
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
NOT_YET: dict[str, object] = {
    "approved_at": None,
    "approved_by": "",
    "counted_at": None,
    "variance_amount": None,
    "needs_second_person": False,
}


@pytest.fixture(autouse=True)
def approved() -> Iterator[str]:
    """Two of a hundred dear things were missing, and a manager believed it."""
    shelf(100, price="9000.00")
    number = counted(98)
    approve_count(number=number, by=BOSS, at=EVENING)
    assert broken(only=LAWS) == set()
    yield number
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_line_that_says_something_else_than_the_stock_breaks_c1() -> None:
    CountLine.objects.filter(round=2).update(posted=-3)
    assert broken(only=LAWS) == {"C1"}


def test_something_put_right_before_the_approval_breaks_c1() -> None:
    CountSession.objects.create(
        number="C-1",
        store_id=CountSession.objects.get().store_id,
        kind="ZONE",
        zone="A",
        currency="RUB",
        opened_at=NOON,
        opened_by="x",
    )
    line = CountLine.objects.filter(round=2).get()
    line.pk, line.session_id = None, CountSession.objects.get(number="C-1").pk
    line.counted = line.expected = line.variance = line.posted = 0
    line.save()
    CountEntry.objects.create(line=line, session=line.session, change=0, by="x", at=NOON)
    assert broken(only=LAWS) == {"C1"}


def test_a_count_that_is_not_its_scans_breaks_c2() -> None:
    CountLine.objects.filter(round=1).update(counted=97, variance=-3)
    assert broken(only=LAWS) == {"C2"}


def test_scans_without_their_guard_break_c2() -> None:
    unguarded("ALTER TABLE inventory_countentry DISABLE TRIGGER USER")
    assert broken(only=LAWS) == {"C2"}


def test_a_counter_who_approved_a_large_variance_breaks_a2() -> None:
    constraint = "large_variance_is_approved_by_somebody_else"
    unguarded(
        f"ALTER TABLE inventory_countsession DROP CONSTRAINT {constraint}",
        "UPDATE inventory_countsession SET approved_by = counters[1]",
    )
    assert broken(only=LAWS) == {"A2c"}


def test_the_database_lets_no_counter_approve_a_large_variance() -> None:
    session = CountSession.objects.get()
    assert session.needs_second_person
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        CountSession.objects.update(approved_by=session.counters[0])
    assert isinstance(from_integrity(refused.value), OwnCount)


def test_the_database_opens_no_approved_count_again() -> None:
    with pytest.raises(DatabaseError, match="illegal step"), transaction.atomic():
        CountSession.objects.update(status="OPEN", **NOT_YET)


@pytest.mark.parametrize(
    "deed",
    ["DELETE FROM inventory_countentry", "UPDATE inventory_countentry SET change = 1"],
)
def test_the_database_refuses_to_change_scans(deed: str) -> None:
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete"),
        transaction.atomic(),
    ):
        unguarded(deed)
