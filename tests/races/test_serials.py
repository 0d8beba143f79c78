"""A serial number is in one place, however many say at once that they have it. With the
guards off it is in two."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

import pytest
from django.db import IntegrityError, connection
from django.db.models import F

from inventory.catalogue.models import Sku
from inventory.promises.models import Promise
from inventory.promises.operations import (
    NotEnoughStock,
    consume_promises,
    writing_down,
)
from inventory.selling.models import Kept
from inventory.stock.models import Serial, Shift, StockLevel, StockMovement
from inventory.stock.operations import SerialElsewhere, moving
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import from_integrity
from orders.checkout.operations import Payment, Terms, finish_checkout, reserve_order
from orders.fulfilment.models import Fulfilment, PickedSerial
from orders.fulfilment.operations import (
    SerialBeingPaid,
    SerialInAnotherBag,
    pick_unit,
    serials,
)
from orders.ordering.models import Order
from orders.payments.models import Tender
from tests.clock import NOON
from tests.factories.fulfilment import Ordered, Town, bag_of, placed_order, stocked, town
from tests.inventory.given import allocated, figures, place, wanted
from tests.inventory.serials.given import come, phone
from tests.lawbook import broken
from tests.orders.checkout.test_serials import a_cart as counter_cart
from tests.orders.checkout.test_serials import phones, scanned
from tests.races.barrier import run_together
from tests.races.unguarded import nothing_notices, written_after

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
PLACES = ("msk-1", "spb-1", "kzn-1", "ekb-1")
LAWS = {"S1", "S4", "S10", "S10b"}


def refusals(answers: list[object]) -> list[object]:
    return [answer for answer in answers if isinstance(answer, Exception)]


@pytest.fixture
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What operations look at before they write is not looked at: the database decides."""
    monkeypatch.setattr(moving, "check_whereabouts", lambda taken: None)
    monkeypatch.setattr(serials, "_refuse_taken", lambda *_unit: None)


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


def reserved_by_several() -> list[object]:
    """The only unit is asked for by several deliveries at once."""
    come("A")
    asked = [partial(allocated, wanted(1), reference=f"R-{n}") for n in range(4)]
    return list(run_together(asked))


def test_odoo_268942_the_only_unit_is_reserved_once_and_can_be_delivered() -> None:
    """Two transactions reserve the same serial number. There, the second one passed over
    the locked row and wrote another beside it: two reserved of one, and the delivery
    never ended."""
    answers = reserved_by_several()
    assert {type(one) for one in refusals(answers)} == {NotEnoughStock}
    assert len(refusals(answers)) == 3
    assert (StockLevel.objects.count(), figures()) == (1, (1, 1))
    consume_promises(
        reference=Promise.objects.live().get().reference,
        lines={"1": 1},
        serials={("1", "S-1"): ["A"]},
        by=SYSTEM,
        at=NOON,
    )
    assert figures() == (0, 0)
    assert broken(only={*LAWS, "S2", "S3"}) == set()


def past_what_is_locked(
    shifts: Sequence[Shift], *, channel: str | None, at: datetime
) -> dict[int, Kept]:
    """Nobody waits for a locked level: whoever finds it so counts on a row of their own."""
    kept = {}
    for shift in shifts:
        free = StockLevel.objects.filter(pk=shift.level).select_for_update(skip_locked=True)
        if any(one.available_to_promise < shift.reserved for one in free):
            continue
        time.sleep(0.2)
        level = StockLevel.objects.filter(pk=shift.level)
        level.update(reserved=F("reserved") + shift.reserved)
        kept[shift.level] = Kept(0, 0, 0, 0)
    return kept


def test_past_what_is_locked_the_only_unit_is_reserved_by_several(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control."""
    monkeypatch.setattr(writing_down, "keep_units", written_after(past_what_is_locked))
    with nothing_notices():
        reserved_by_several()
        on_hand, reserved = figures()
        assert reserved > on_hand


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


def sold_on_two_tablets() -> list[object]:
    """Two clerks have scanned the same unit into their carts, and both customers pay."""
    phones("A", "B", "C")
    carts = [counter_cart() for _tablet in range(2)]
    for token in carts:
        scanned(token, "A")
    terms = Terms(Payment("CASH"), store_code="msk-1")
    return list(
        run_together(
            [
                partial(reserve_order, token=token, terms=terms, by=SYSTEM, at=NOON)
                for token in carts
            ]
        )
    )


def settled(answers: list[object]) -> list[list[str]]:
    """The payments are answered; the numbers that each sale took along."""
    for answer in answers:
        if isinstance(answer, str):
            finish_checkout(number=answer, by=SYSTEM, at=NOON)
    return sorted(
        StockMovement.objects.filter(kind="SALE").values_list("serials", flat=True)
    )


def test_of_two_tablets_one_sells_the_unit_and_the_other_is_told_before_it_is_paid() -> (
    None
):
    answers = sold_on_two_tablets()
    (refusal,) = refusals(answers)
    (number,) = (answer for answer in answers if isinstance(answer, str))
    assert isinstance(refusal, SerialBeingPaid)
    assert refusal.facts == {"sku": "S-1", "serial": "A", "order": number}
    assert Tender.objects.count() == Order.objects.count() == 1
    assert settled(answers) == [["A"]]
    assert not PickedSerial.objects.exclude(order=None).exists()
    assert broken(only={*LAWS, "F5"}) == set()


def test_the_database_keeps_a_unit_in_one_hand_where_nobody_looked(
    nobody_looks: None,
) -> None:
    answers = sold_on_two_tablets()
    (refusal,) = refusals(answers)
    assert isinstance(refusal, IntegrityError)
    assert isinstance(from_integrity(refusal), SerialInAnotherBag)
    assert settled(answers) == [["A"]]


@pytest.mark.usefixtures("guard_off")
def test_with_the_guard_off_both_customers_pay_for_the_same_unit() -> None:
    answers = sold_on_two_tablets()
    assert refusals(answers) == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inventory_serialstep ENABLE TRIGGER USER")
    assert settled(answers) == [["A"]]
    assert Tender.objects.count() == 2
    assert Order.objects.filter(status="PLACED").count() == 1  # waits for another unit
