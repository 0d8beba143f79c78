"""A serial number is in one place, however many say at once that they have it. With the
guards off it is in two."""

from collections.abc import Iterator
from functools import partial

import pytest
from django.db import IntegrityError, connection

from inventory.catalogue.models import Sku
from inventory.stock.models import Serial
from inventory.stock.operations import SerialElsewhere, moving
from orders.fulfilment.models import Fulfilment, PickedSerial
from orders.fulfilment.operations import SerialInAnotherBag, pick_unit, serials
from tests.clock import NOON
from tests.factories.fulfilment import Ordered, Town, bag_of, placed_order, stocked, town
from tests.inventory.given import place
from tests.inventory.serials.given import come, phone
from tests.lawbook import broken
from tests.races.barrier import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
PLACES = ("msk-1", "spb-1", "kzn-1", "ekb-1")
LAWS = {"S1", "S4", "S10", "S10b"}


def refusals(answers: list[object]) -> list[object]:
    return [answer for answer in answers if isinstance(answer, Exception)]


@pytest.fixture
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What operations look at before they write is not looked at: the database decides."""
    monkeypatch.setattr(moving, "check_whereabouts", lambda taken: None)
    monkeypatch.setattr(serials, "_lies_in", lambda sku, number: None)


@pytest.fixture
def guard_off(nobody_looks: None) -> Iterator[None]:
    """The database does not look either."""
    index = "serial_lies_in_one_bag"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef(%s::regclass)", [index])
        (definition,) = cursor.fetchone()
        cursor.execute("ALTER TABLE inventory_serialstep DISABLE TRIGGER USER")
        cursor.execute(f"DROP INDEX {index}")
    yield
    PickedSerial.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(definition)
        cursor.execute("ALTER TABLE inventory_serialstep ENABLE TRIGGER USER")


def received_everywhere() -> list[object]:
    """Every place receives a unit with the same number."""
    phone()
    for store in PLACES:
        place(store)
    return list(run_together([partial(come, "A", store=store) for store in PLACES]))


def test_one_place_receives_a_unit_that_several_say_they_have() -> None:
    answers = received_everywhere()
    assert len(refusals(answers)) == len(PLACES) - 1
    for refusal in refusals(answers):
        assert isinstance(refusal, SerialElsewhere | IntegrityError), refusal
    assert Serial.objects.get(number="A").bucket == "ON_HAND"
    assert broken(only=LAWS) == set()


@pytest.mark.usefixtures("nobody_looks")
def test_the_database_decides_where_nobody_looked() -> None:
    answers = received_everywhere()
    assert len(refusals(answers)) == len(PLACES) - 1
    assert broken(only=LAWS) == set()


@pytest.mark.usefixtures("guard_off")
def test_with_the_guard_off_it_is_in_two_places() -> None:
    answers = received_everywhere()
    assert len(refusals(answers)) < len(PLACES) - 1
    assert broken(only={"S10"}) == {"S10"}


def picked_for_everybody() -> list[object]:
    """Clerks put the same unit into several bags."""
    shops: Town = town()
    stocked({"tverskaya": {"PHONE": 5}})
    Sku.objects.filter(code="PHONE").update(is_serialised=True)
    come("A", store="tverskaya", sku="PHONE")
    bags: list[Fulfilment] = [
        bag_of(placed_order([Ordered("PHONE", 1, "tverskaya")])) for _time in range(4)
    ]
    clerk = shops.clerk("tverskaya")
    return list(
        run_together(
            [
                partial(pick_unit, number=bag.number, code="A", by=clerk, at=NOON)
                for bag in bags
            ]
        )
    )


def test_one_bag_has_the_unit_that_several_clerks_pick() -> None:
    answers = picked_for_everybody()
    assert len(refusals(answers)) == 3
    for refusal in refusals(answers):
        assert isinstance(refusal, SerialInAnotherBag | IntegrityError), refusal
    assert PickedSerial.objects.count() == 1
    assert broken(only={*LAWS, "F5"}) == set()


@pytest.mark.usefixtures("nobody_looks")
def test_the_database_keeps_a_unit_in_one_bag_where_nobody_looked() -> None:
    assert len(refusals(picked_for_everybody())) == 3
    assert PickedSerial.objects.count() == 1


@pytest.mark.usefixtures("guard_off")
def test_with_the_guard_off_it_lies_in_several_bags() -> None:
    picked_for_everybody()
    assert PickedSerial.objects.count() > 1
