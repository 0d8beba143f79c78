"""Two clerks looked in vain for another one in place of the same unit, which a till has
sold, and say so at once: one unit is missing. With the guard off it is missing twice."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from inventory.catalogue.models import Sku
from omniretail.contracts.orders import FulfilmentLinesShort
from omniretail.kernel import outbox
from omniretail.kernel.models import OutboxFact
from orders.fulfilment.models import Fulfilment, PickedSerial
from orders.fulfilment.operations import NoOtherOneWanted, mark_ready, report_short
from orders.fulfilment.operations import shortages as shortages_room
from orders.payments.models import PaymentRequest
from stores.work.models import WorkItem
from tests.clock import NOON
from tests.factories.fulfilment import Town, stocked, town
from tests.lawbook import broken
from tests.orders.fulfilment.test_units_sold import till_sells
from tests.orders.serials import LAWS, come, corrected, ordered, picked
from tests.races.barrier import run_together
from tests.races.test_handover import leave_unlocked, meet_before

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
RULES = LAWS | {"F6", "O1", "O6", "P1", "P5", "P6", "P7"}


@pytest.fixture
def shops() -> Town:
    """Five phones in Tverskaya; two of them were scanned."""
    made = town()
    stocked({"tverskaya": {"PHONE": 5}})
    Sku.objects.filter(code="PHONE").update(is_serialised=True)
    come("SN-1", "SN-2")
    corrected(5)
    return made


def lacking(shops: Town, units: int, *numbers: str) -> Fulfilment:
    """A bag of so many phones; a till has sold those that are in it."""
    bag = ordered(units)
    for number in numbers:
        picked(bag, number, shops)
    if len(numbers) == units:
        mark_ready(number=bag.number, bay="A-1", by=shops.clerk("tverskaya"), at=NOON)
    for sequence, number in enumerate(numbers, start=1):
        till_sells(number, sequence=sequence)
    outbox.drain()
    return bag


def two_clerks(bag: Fulfilment, shops: Town) -> list[Callable[[], str]]:
    people = (shops.clerk("tverskaya"), shops.manager("tverskaya"))
    known: dict[str, Any] = {
        "number": bag.number,
        "position": 1,
        "quantity": 1,
        "serial": "SN-1",
    }
    return [partial(report_short, **known, by=by, at=NOON) for by in people]


def told() -> int:
    return OutboxFact.objects.filter(name=FulfilmentLinesShort.name).count()


def refuses_one(answers: list[str | Exception]) -> bool:
    return {type(answer) for answer in answers} == {str, NoOtherOneWanted}


@pytest.mark.parametrize(
    ("units", "numbers"),
    [(2, ("SN-1", "SN-2")), (2, ("SN-1",)), (1, ("SN-1",))],
    ids=["another was sold too", "another is not picked yet", "it was all of the bag"],
)
def test_one_unit_goes(shops: Town, units: int, numbers: tuple[str, ...]) -> None:
    bag = lacking(shops, units, *numbers)
    answers = run_together(two_clerks(bag, shops))
    assert refuses_one(answers), answers
    line = bag.lines.get()
    assert (line.short_quantity, told()) == (1, 1)
    left = [row.number for row in PickedSerial.objects.in_bag(bag)]
    assert left == [number for number in numbers if number != "SN-1"]
    assert PaymentRequest.objects.filter(kind="VOID").count() == 1
    outbox.drain()
    work = WorkItem.objects.filter(kind="ASK", reference=bag.number)
    ends = [(1, "")] if "SN-2" in numbers else [(1, "DONE")]
    assert [(one.units, one.outcome) for one in work] == ends
    assert broken(only=RULES) == set()


def test_control_without_the_lock_it_is_missing_twice(
    shops: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    bag = lacking(shops, 2, "SN-1", "SN-2")
    calls = two_clerks(bag, shops)
    leave_unlocked(monkeypatch)
    meet_before(monkeypatch, shortages_room, "_give_up")
    answers = run_together(calls)
    assert not refuses_one(answers), answers
    line = bag.lines.get()
    assert (told(), line.short_quantity, line.order_line.cancelled_quantity) == (2, 1, 2)
    assert "F6" in broken(only=RULES)
