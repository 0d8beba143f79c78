"""Each law of serial numbers is found broken when it is."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from inventory.stock.models import Serial, SerialStep
from tests.inventory.serials.given import LAWS, come, moved, steps
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


@contextmanager
def _unguarded() -> Iterator[None]:
    """What is done here is undone, and no trigger watches."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _named_units(db: None) -> Iterator[None]:
    """Two units in Moscow, one of them set aside; one in Petersburg."""
    come("A", "B")
    moved(["A"])
    come("C", store="spb-1")
    assert broken(only=LAWS) == set()
    yield
    assert broken(only=LAWS) == set()


def test_a_serial_somewhere_else_than_its_last_step_left_it() -> None:
    with _unguarded():
        Serial.objects.filter(number="A").update(bucket="CUSTOMER", store=None)
        assert broken(only=LAWS) == {"S10"}


def test_a_serial_without_a_step() -> None:
    serial = Serial.objects.get(number="C")
    with _unguarded():
        serial.pk, serial.number, serial.store, serial.bucket = None, "D", None, "CUSTOMER"
        serial.save(force_insert=True)
        assert broken(only=LAWS) == {"S10"}


def test_a_step_that_begins_where_the_serial_was_not() -> None:
    with _unguarded():
        first = SerialStep.objects.filter(serial__number="A").order_by("pk")[0]
        SerialStep.objects.filter(pk=first.pk).update(target="DISPLAY")
        assert broken(only=LAWS) == {"S10"}


def test_a_unit_that_was_seen_before_it_was_first_seen() -> None:
    with _unguarded():
        last = SerialStep.objects.get(serial__number="C")
        last.pk, last.movement, last.source = None, None, last.target
        last.kind = SerialStep.Kind.FIRST_SEEN
        last.save(force_insert=True)
        assert broken(only=LAWS) == {"S10"}


def test_a_movement_that_names_what_did_not_move_with_it() -> None:
    with _unguarded():
        SerialStep.objects.filter(serial__number="C").delete()
        Serial.objects.filter(number="C").delete()
        assert broken(only=LAWS) == {"S10"}


def test_more_names_than_units() -> None:
    with _unguarded(), connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_stocklevel SET on_hand = 0 WHERE on_hand = 1")
        assert broken(only={"S10", "S10b"}) == {"S10b"}


def test_steps_are_never_changed() -> None:
    with pytest.raises(Exception, match="Cannot"), transaction.atomic():
        SerialStep.objects.update(target="DISPLAY")
    assert steps("A") == ["MOVED SUPPLIER>ON_HAND", "MOVED ON_HAND>QUARANTINE"]
