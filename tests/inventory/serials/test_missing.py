"""Units that nobody scans: what goes without a name, is missing, is found, and is sold."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from inventory.serials.queries import serial_story
from inventory.stock.models import SerialStep
from inventory.stock.operations import NotEnoughStock, sell_stock
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.serials.given import LAWS, come, corrected, seen, sold, steps, where
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _laws_hold_after_each_test(db: None) -> Iterator[None]:
    yield
    assert broken(only=LAWS) == set()


def test_units_that_go_unscanned_take_the_names_seen_longest_ago() -> None:
    come("A")
    come("B")
    seen("A")
    corrected(1)
    assert (where("A"), where("B")) == ("msk-1 ON_HAND", "SHRINKAGE")


def test_unnamed_units_leave_before_any_name_is_missing() -> None:
    come("A", "B")
    corrected(3)
    sold(units=1)
    assert where("A") == where("B") == "msk-1 ON_HAND"
    sold(units=1, reference="R-2")
    assert sorted([where("A"), where("B")]) == ["SHRINKAGE", "msk-1 ON_HAND"]


def test_a_missing_unit_that_is_scanned_again_is_found() -> None:
    come("A", "B")
    corrected(1)
    lost, kept = sorted("AB", key=where)
    assert where(lost) == "SHRINKAGE"
    seen(lost)
    assert where(lost) == "msk-1 ON_HAND"
    assert where(kept) == "SHRINKAGE"
    sold(kept)
    assert where(kept) == "CUSTOMER"
    assert where(lost) == "SHRINKAGE"


def test_a_till_sells_what_it_says_wherever_we_thought_it_was() -> None:
    come("A", "B")
    come("C", store="spb-1")
    sell_stock(
        store_code="msk-1",
        lines=[("S-1", 1)],
        serials={"S-1": ["C"]},
        reference="R-9",
        by=SYSTEM,
        at=NOON,
    )
    assert where("C") == "CUSTOMER"
    assert steps("C")[1:] == ["TURNED_UP ON_HAND>ON_HAND", "MOVED ON_HAND>CUSTOMER"]
    assert sorted([where("A"), where("B")]) == ["SHRINKAGE", "msk-1 ON_HAND"]


def rung_up(number: str, reference: str = "R-9") -> None:
    """A till says that it sold this unit."""
    sell_stock(
        store_code="msk-1",
        lines=[("S-1", 1)],
        serials={"S-1": [number]},
        reference=reference,
        by=SYSTEM,
        at=NOON,
        as_fact=True,
    )


def story(number: str) -> list[str]:
    return [step.words for step in serial_story("S-1", number).steps]


def test_what_nobody_has_seen_before_is_first_seen_and_not_found() -> None:
    come("A", "B")
    come("C", store="spb-1")
    rung_up("NEW")
    assert story("NEW") == ["Handed to the customer", "First seen here"]
    assert steps("NEW")[0] == "FIRST_SEEN ON_HAND>ON_HAND"
    rung_up("C", "R-10")
    assert story("C") == ["Handed to the customer", "Turned up here", "Received"]
    rung_up("NEW", "R-11")
    assert story("NEW")[:2] == ["Handed to the customer", "Turned up here"]


def test_a_unit_that_was_missing_and_is_rung_up_is_found() -> None:
    come("A", "B")
    corrected(1)
    (lost,) = (one for one in "AB" if where(one) == "SHRINKAGE")
    rung_up(lost)
    assert story(lost)[1] == "Turned up here"


def test_the_database_tells_a_first_sight_from_a_find() -> None:
    come("A", "B")
    rung_up("NEW")
    step = SerialStep.objects.get(kind="FIRST_SEEN")
    step.pk, step.recorded_at = None, NOON
    step.save(force_insert=True)
    assert steps("NEW")[-1] == "TURNED_UP ON_HAND>ON_HAND"


def test_what_was_written_before_they_were_told_apart_reads_the_same() -> None:
    come("A")
    rung_up("NEW")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        SerialStep.objects.filter(kind="FIRST_SEEN").update(kind="TURNED_UP")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert story("NEW")[-1] == "First seen here"


def test_a_till_sells_units_the_level_does_not_know() -> None:
    come("A")
    sell_stock(
        store_code="msk-1",
        lines=[("S-1", 3)],
        serials={"S-1": ["A", "B", "C"]},
        reference="R-9",
        by=SYSTEM,
        at=NOON,
        as_fact=True,
    )
    assert {where("A"), where("B"), where("C")} == {"CUSTOMER"}


def test_a_sale_that_is_no_fact_is_refused_before_any_name_turns_up() -> None:
    come("A")
    with pytest.raises(NotEnoughStock), transaction.atomic():
        sell_stock(
            store_code="msk-1",
            lines=[("S-1", 2)],
            serials={"S-1": ["A", "B"]},
            reference="R-9",
            by=SYSTEM,
            at=NOON,
        )
    assert where("A") == "msk-1 ON_HAND"
