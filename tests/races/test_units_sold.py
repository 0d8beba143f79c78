"""A till sells a unit at the very moment at which its customer's payment is answered: the
customer takes another one along. With the guards off it leaves without a name, or the
payment's answer is lost."""

import time
from collections.abc import Callable, Iterable
from functools import partial

import pytest

from inventory.stock.models import StockMovement
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM
from orders.checkout.operations import finish_checkout
from orders.fulfilment.models import Fulfilment, PickedSerial
from orders.fulfilment.operations import creating, pick_unit
from orders.fulfilment.operations import serials as serials_room
from orders.ordering.models import Order
from tests.clock import NOON
from tests.lawbook import broken
from tests.orders.checkout.test_serials import a_cart, phones, scanned
from tests.orders.checkout.test_units_in_hand import reserved
from tests.orders.fulfilment.test_units_sold import till_sells
from tests.races.barrier import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
LAWS = {"S1", "S3", "S4", "S10", "S10b", "F1", "F5", "P3", "P3b", "P4", "P7"}


def paid_while_sold(monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[object]]:
    """The till sells after the customer's unit was seen, and before it leaves."""
    phones("A", "B", "C")
    token = a_cart()
    scanned(token, "A")
    number = reserved(token)
    look = serials_room._known

    def slow_look(rows: Iterable[PickedSerial]) -> serials_room.Known:
        seen = look(rows)
        time.sleep(0.6)
        return seen

    def till() -> object:
        time.sleep(0.3)
        return till_sells("A", sku="S-1", store="msk-1")

    monkeypatch.setattr(serials_room, "_known", slow_look)
    settle = partial(finish_checkout, number=number, by=SYSTEM, at=NOON)
    calls: list[Callable[[], object]] = [settle, till]
    answers: list[object] = list(run_together(calls))
    monkeypatch.setattr(serials_room, "_known", look)
    return number, answers


def taken_along(number: str) -> list[list[str]]:
    rows = StockMovement.objects.filter(kind="SALE", reference=number)
    return list(rows.values_list("serials", flat=True))


def test_the_customer_waits_for_another_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    number, answers = paid_while_sold(monkeypatch)
    assert not any(isinstance(answer, Exception) for answer in answers), answers
    assert Order.objects.get(number=number).status == "PLACED"
    assert taken_along(number) == []
    outbox.drain()
    assert broken(only=LAWS) == set()
    bag = Fulfilment.objects.get(order__number=number)
    pick_unit(number=bag.number, code="S-1", serial="B", by=SYSTEM, at=NOON)
    assert taken_along(number) == [["B"]]
    outbox.drain()
    assert broken(only=LAWS) == set()


def test_without_waiting_the_answer_of_the_payment_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(creating, "_SOLD", ())
    number, answers = paid_while_sold(monkeypatch)
    assert isinstance(answers[0], Exception)
    assert Order.objects.get(number=number).status == "PENDING"


def test_without_the_refusal_the_unit_leaves_without_a_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phones("A", "B", "C")
    token = a_cart()
    scanned(token, "A")
    number = reserved(token)
    till_sells("A", sku="S-1", store="msk-1")
    monkeypatch.setattr(serials_room, "_sold_of", lambda _rows, _known: [])
    finish_checkout(number=number, by=SYSTEM, at=NOON)
    assert taken_along(number) == [[]]
