"""Two people at once: one bag, one return, one receipt. Beside each race a control with
the guard off, which must go wrong."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, models

from omniretail.contracts.orders import FulfilmentCollected, OrderReturned
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.models import OutboxFact
from orders.checkout.operations import cancel_order
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.operations import AlreadyHandedOver, hand_over
from orders.fulfilment.operations import handing_over as handing_over_room
from orders.fulfilment.operations import releasing as releasing_room
from orders.ordering.models import Order, OrderLine
from orders.payments.models import PaymentRequest
from orders.returns.models import Return
from orders.returns.operations import NothingToReturn, return_order
from orders.returns.operations import returning as returns_room
from orders.till.models import PosSale
from orders.till.operations import record_sales
from orders.till.receipts import Sale, SoldLine
from tests.factories.fulfilment import (
    Ordered,
    Town,
    bag_of,
    code_of,
    collected,
    placed_order,
    ready,
    stocked,
    town,
)
from tests.lawbook import broken
from tests.races.barrier import PATIENCE_SECONDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shops() -> Town:
    made = town()
    stocked({"tverskaya": {"PHONE": 9}, "arbat": {"PHONE": 9}})
    return made


@pytest.fixture
def order(shops: Town) -> Order:
    return placed_order([Ordered("PHONE", 1, "tverskaya")], at=clock.now())


def two_clerks(order: Order, shops: Town) -> list[Callable[[], Fulfilment]]:
    bag = ready(bag_of(order), shops.clerk("tverskaya"), at=clock.now())
    code, now = code_of(order), clock.now()

    def by(actor: Actor) -> Callable[[], Fulfilment]:
        return lambda: hand_over(number=bag.number, code=code, by=actor, at=now)

    return [by(shops.clerk("tverskaya")), by(shops.manager("tverskaya"))]


def two_stores(order: Order, shops: Town) -> list[Callable[[], Return]]:
    now = clock.now()
    collected(bag_of(order), shops.clerk("tverskaya"), at=now)

    def at(store: str) -> Callable[[], Return]:
        return lambda: return_order(
            order_number=order.number, store_code=store, by=shops.clerk(store), at=now
        )

    return [at("tverskaya"), at("arbat")]


@contextmanager
def without(model: type[models.Model], constraint: str) -> Iterator[None]:
    """The table without one of its laws, for as long as a control runs."""
    law = next(one for one in model._meta.constraints if one.name == constraint)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, law)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE orders_orderline CASCADE")
        with connection.schema_editor() as editor:
            editor.add_constraint(model, law)


def leave_unlocked(patch: pytest.MonkeyPatch) -> None:
    """Nobody waits for anybody."""
    patch.setattr(LockableQuerySet, "locked", lambda rows: rows.order_by("pk"))


def meet_before(patch: pytest.MonkeyPatch, room: Any, step: str) -> None:
    """Both have looked before either of them writes."""
    gate, real = threading.Barrier(2), getattr(room, step)

    def met(*args: Any, **kwargs: Any) -> Any:
        gate.wait(PATIENCE_SECONDS)
        return real(*args, **kwargs)

    patch.setattr(room, step, met)


def test_two_clerks_hand_the_same_bag_over_once(order: Order, shops: Town) -> None:
    answers = run_together(two_clerks(order, shops))
    assert {type(answer) for answer in answers} == {Fulfilment, AlreadyHandedOver}
    assert OutboxFact.objects.filter(name=FulfilmentCollected.name).count() == 1
    assert PaymentRequest.objects.filter(kind="CAPTURE").count() == 1
    assert broken(only={"F1", "F2", "P3b", "S1", "P4"}) == set()


def test_control_without_the_lock_the_bag_goes_twice(
    order: Order, shops: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = two_clerks(order, shops)
    leave_unlocked(monkeypatch)
    meet_before(monkeypatch, handing_over_room, "release_to_customer")
    monkeypatch.setattr(releasing_room, "consume_promises", lambda **_: None)
    with without(OrderLine, "order_line_gives_no_more_than_ordered"):
        answers = run_together(calls)
        assert [type(answer) for answer in answers] == [Fulfilment, Fulfilment]
        assert OutboxFact.objects.filter(name=FulfilmentCollected.name).count() == 2
        assert "F1" in broken(only={"F1"})


def test_two_stores_take_the_same_order_back_once(order: Order, shops: Town) -> None:
    answers = run_together(two_stores(order, shops))
    assert {type(answer) for answer in answers} == {Return, NothingToReturn}
    assert OutboxFact.objects.filter(name=OrderReturned.name).count() == 1
    refund = PaymentRequest.objects.get(kind="REFUND")
    assert refund.amount == Decimal("1000.00")
    assert broken(only={"O4", "S1", "S4"}) == set()


def test_control_without_the_lock_it_comes_back_twice(
    order: Order, shops: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = two_stores(order, shops)
    leave_unlocked(monkeypatch)
    meet_before(monkeypatch, returns_room, "_record")
    monkeypatch.setattr(returns_room, "want_refund", lambda **_: None)
    with without(OrderLine, "order_line_returns_no_more_than_handed_over"):
        answers = run_together(calls)
        assert [type(answer) for answer in answers] == [Return, Return]
        assert "O4" in broken(only={"O4"})


def test_a_hand_over_and_a_cancellation_never_both_happen(
    order: Order, shops: Town
) -> None:
    clerk_only = two_clerks(order, shops)[0]
    cancel = lambda: cancel_order(  # noqa: E731 - one line of a race
        number=order.number, reason="CUSTOMER", by=SYSTEM, at=clock.now()
    )
    answers = run_together([clerk_only, cancel])
    assert sum(isinstance(answer, Exception) for answer in answers) == 1
    order.refresh_from_db()
    assert order.status in {Order.Status.COMPLETED, Order.Status.CANCELLED}
    assert broken(only={"F1", "F3", "P3b", "P4", "S1", "S3"}) == set()


def test_a_batch_sent_twice_at_the_same_moment_lands_once(shops: Town) -> None:
    till = Actor(ActorKind.DEVICE, "till-arbat", "", "till-arbat", "arbat")
    now = clock.now()
    sales = [
        Sale(
            number,
            f"A-{number}",
            now,
            "CASH",
            Decimal(10),
            (SoldLine(1, Decimal(10), sku="PHONE"),),
        )
        for number in range(1, 6)
    ]
    tell = lambda: record_sales(  # noqa: E731 - one line of a race
        device_code="till-arbat", sales=sales, by=till, at=now
    )
    answers = [one for batch in run_together([tell, tell, tell]) for one in batch]  # type: ignore[union-attr]
    outcomes = [answer.outcome for answer in answers]
    assert (outcomes.count("LANDED"), outcomes.count("REPEATED")) == (5, 10)
    assert PosSale.objects.count() == Order.objects.count() == 5
    assert broken(only={"S1", "S4", "P3b", "E4", "F1"}) == set()
