"""Facts are told once, in order, and only if they are true."""

import threading
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.db import connection, transaction

from omniretail import subscriptions
from omniretail.contracts.base import Fact
from omniretail.kernel import outbox, relay
from omniretail.kernel.limits import limits
from omniretail.kernel.models import OutboxFact, Receipt
from omniretail.kernel.queries import facts_after
from tests.clock import NOON
from tests.lawbook import broken

heard: list[tuple[str, int]] = []
failing: set[int] = set()


@dataclass(frozen=True, kw_only=True)
class BellRung(Fact):
    """A bell rang."""

    bell: str
    stroke: int

    @property
    def subject(self) -> str:
        return f"bell:{self.bell}"


def hear(fact: BellRung) -> None:
    if fact.stroke in failing:
        raise RuntimeError("deaf")
    heard.append((fact.bell, fact.stroke))


def hear_again(fact: BellRung) -> None:
    heard.append((fact.bell, fact.stroke + 100))


@pytest.fixture(autouse=True)
def listening(monkeypatch: pytest.MonkeyPatch) -> None:
    heard.clear()
    failing.clear()
    monkeypatch.setitem(
        subscriptions.REACTIONS,
        BellRung.name,
        [f"{__name__}.hear", f"{__name__}.hear_again"],
    )


def ring(bell: str, *strokes: int, at: datetime = NOON) -> None:
    for stroke in strokes:
        with transaction.atomic():
            outbox.publish(BellRung(bell=bell, stroke=stroke, occurred_at=at))


@pytest.mark.django_db
def test_facts_of_a_subject_are_told_in_order() -> None:
    ring("a", 1, 2, 3)
    assert outbox.drain() == 3
    assert [stroke for _, stroke in heard] == [1, 101, 2, 102, 3, 103]
    assert "E2" not in broken(only={"E2"})


@pytest.mark.django_db
def test_a_fact_told_again_changes_nothing() -> None:
    ring("a", 1)
    outbox.drain()
    OutboxFact.objects.update(delivered_at=None)
    outbox.drain()
    assert heard == [("a", 1), ("a", 101)]
    assert Receipt.objects.count() == 2


@pytest.mark.django_db
def test_a_failing_reaction_holds_up_only_its_own_subject() -> None:
    failing.add(1)
    ring("a", 1, 2)
    ring("b", 5)
    outbox.drain()
    assert heard == [("b", 5), ("b", 105)]


@pytest.mark.django_db
def test_a_fact_is_parked_after_its_tries_and_can_be_retried() -> None:
    failing.add(1)
    ring("a", 1)
    for _ in range(limits().reaction_tries):
        OutboxFact.objects.update(next_try_at=NOON)
        outbox.drain()
    fact = OutboxFact.objects.get()
    assert fact.parked_at is not None
    assert "deaf" in fact.error
    assert broken(only={"E2"}) == {"E2"}

    failing.clear()
    outbox.retry_parked(fact)
    outbox.drain()
    assert heard == [("a", 1), ("a", 101)]


@pytest.mark.django_db
def test_an_effect_and_its_receipt_stand_or_fall_together() -> None:
    failing.add(1)
    ring("a", 1)
    outbox.drain()
    assert Receipt.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_fact_of_a_failed_transaction_is_never_told() -> None:
    with transaction.atomic():
        outbox.publish(BellRung(bell="a", stroke=1, occurred_at=NOON))
        transaction.set_rollback(True)
    assert outbox.drain() == 0
    with pytest.raises(outbox.NotInTransaction):
        outbox.publish(BellRung(bell="a", stroke=1, occurred_at=NOON))


@pytest.mark.django_db(transaction=True)
def test_a_cursor_never_skips_a_late_commit() -> None:
    begun, done = threading.Event(), threading.Event()

    def ring_slowly() -> None:
        with transaction.atomic():
            outbox.publish(BellRung(bell="slow", stroke=1, occurred_at=NOON))
            begun.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=ring_slowly)
    thread.start()
    assert begun.wait(10)
    ring("fast", 1)
    while_running = facts_after((0, 0), most=10)
    done.set()
    thread.join()

    assert OutboxFact.objects.count() == 2
    assert while_running == []
    assert _read_in_the_end(2) == ["bell:slow", "bell:fast"]


def _read_in_the_end(number: int) -> list[str]:
    """What the cursor reads once nothing older runs: other databases of this server may
    have transactions open, and the cursor waits for those too."""
    patience = threading.Event()
    for _ in range(3000):
        subjects = [fact.subject for fact in facts_after((0, 0), most=10)]
        if len(subjects) == number:
            break
        assert subjects in ([], ["bell:slow"])
        patience.wait(0.05)
    return subjects


@pytest.mark.django_db(transaction=True)
def test_the_relay_is_woken_by_a_fact() -> None:
    stopping = threading.Event()

    def run() -> None:
        relay.run(stopping)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    ring("a", 1)
    for _ in range(200):
        if OutboxFact.objects.undelivered().count() == 0:
            break
        stopping.wait(0.05)
    stopping.set()
    thread.join(10)
    assert heard == [("a", 1), ("a", 101)]


@dataclass(frozen=True, kw_only=True)
class LeafFell(Fact):
    """A leaf fell, and nobody minds."""

    tree: str

    @property
    def subject(self) -> str:
        return f"bell:{self.tree}"


@pytest.mark.django_db
def test_facts_published_together_keep_their_order_by_subject() -> None:
    strokes = [("a", 1), ("b", 2), ("a", 3), ("a", 4), ("b", 5)]
    ring("a", 0)
    with transaction.atomic():
        outbox.publish_all(
            [BellRung(bell=bell, stroke=n, occurred_at=NOON) for bell, n in strokes]
        )
    told = OutboxFact.objects.filter(subject="bell:a").order_by("sequence")
    assert [(fact.sequence, fact.payload["stroke"]) for fact in told] == [
        (1, 0),
        (2, 1),
        (3, 3),
        (4, 4),
    ]
    ring("b", 6)
    assert OutboxFact.objects.get(subject="bell:b", sequence=3).payload["stroke"] == 6
    outbox.drain()
    assert [n for bell, n in heard if bell == "a" and n < 100] == [0, 1, 3, 4]
    assert broken() == set()


@pytest.mark.django_db
def test_a_fact_nobody_minds_waits_for_the_one_before_it() -> None:
    failing.add(1)
    ring("oak", 1)
    with transaction.atomic():
        outbox.publish(LeafFell(tree="oak", occurred_at=NOON))
        outbox.publish(LeafFell(tree="elm", occurred_at=NOON))
    outbox.drain()
    waiting = OutboxFact.objects.undelivered().order_by("sequence")
    assert [fact.name for fact in waiting] == [BellRung.name, LeafFell.name]
    assert {fact.subject for fact in waiting} == {"bell:oak"}


@pytest.mark.django_db
@pytest.mark.parametrize("facts", [3, 60])
def test_facts_nobody_minds_are_passed_over_together(
    facts: int, django_assert_num_queries: object
) -> None:
    with transaction.atomic():
        outbox.publish_all(
            [LeafFell(tree=f"tree-{n}", occurred_at=NOON) for n in range(facts)]
        )
    with django_assert_num_queries(5):  # type: ignore[operator]
        assert outbox.deliver_due() == facts
    assert not OutboxFact.objects.undelivered().exists()


@pytest.mark.django_db
def test_nothing_is_published_outside_a_transaction_but_nothing_needs_none() -> None:
    outbox.publish_all([])
    assert not OutboxFact.objects.exists()
