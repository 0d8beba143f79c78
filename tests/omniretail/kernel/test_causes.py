"""Whatever a request sets off says which request it was: reactions, jobs, their lines."""

import threading
from dataclasses import dataclass
from typing import Any

import pytest
import structlog
from celery.contrib.testing.worker import start_worker
from django.db import transaction

from omniretail import celery as house
from omniretail import subscriptions
from omniretail.contracts.base import Fact
from omniretail.kernel import outbox
from omniretail.kernel.jobs import Job, Jobs
from omniretail.kernel.models import OutboxFact
from tests.clock import NOON

REQUEST = "abc-123"
jobs = Jobs("causes", broker="memory://", set_as_current=False)
log = structlog.get_logger()
rung = threading.Event()
known_to_jobs: list[dict[str, Any]] = []


@dataclass(frozen=True, kw_only=True)
class DoorOpened(Fact):
    """A door opened."""

    @property
    def subject(self) -> str:
        return "door:1"


@jobs.task(name="causes.ring")
def ring() -> None:
    known_to_jobs.append(structlog.contextvars.get_contextvars())
    rung.set()


def react(fact: DoorOpened) -> None:
    log.info("reacting")
    transaction.on_commit(lambda: jobs.send_task("causes.ring"))


@pytest.fixture(autouse=True)
def _listening(monkeypatch: pytest.MonkeyPatch) -> None:
    rung.clear()
    known_to_jobs.clear()
    monkeypatch.setitem(subscriptions.REACTIONS, DoorOpened.name, [f"{__name__}.react"])


def line(caplog: pytest.LogCaptureFixture, event: str) -> dict[str, Any]:
    """What the log says about an event."""
    found = [
        record.msg
        for record in caplog.records
        if isinstance(record.msg, dict) and record.msg.get("event") == event
    ]
    assert len(found) == 1
    return found[0]


def open_door() -> OutboxFact:
    """A request makes a fact true."""
    with (
        structlog.contextvars.bound_contextvars(request_id=REQUEST),
        transaction.atomic(),
    ):
        outbox.publish(DoorOpened(occurred_at=NOON))
    return OutboxFact.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_job_that_a_reaction_woke_names_the_fact_and_the_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    fact = open_door()
    assert outbox.drain() == 1
    with start_worker(jobs, pool="solo", perform_ping_check=False):
        assert rung.wait(20)
    reacting, (ringing,) = line(caplog, "reacting"), known_to_jobs
    assert (reacting["fact"], reacting["request_id"]) == (fact.pk, REQUEST)
    assert reacting["reaction"] == f"{__name__}.react"
    assert ringing == {"job": "causes.ring", "fact": fact.pk, "request_id": REQUEST}


@pytest.mark.django_db(transaction=True)
def test_what_one_fact_caused_is_not_said_of_the_next() -> None:
    open_door()
    outbox.drain()
    assert structlog.contextvars.get_contextvars() == {}


def test_a_job_by_the_clock_names_itself_alone() -> None:
    ring()
    assert known_to_jobs == [{"job": "causes.ring"}]


def test_all_jobs_of_the_house_are_such_jobs() -> None:
    house.app.loader.import_default_modules()
    ours = [
        task
        for name, task in house.app.tasks.items()
        if name.startswith(("omniretail", "stores", "inventory", "loyalty", "orders"))
    ]
    assert len(ours) >= len(house.app.conf.beat_schedule)
    assert all(isinstance(task, Job) for task in ours)
