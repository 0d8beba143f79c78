"""The clock that lives in the worker."""

import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery
from celery.beat import Scheduler
from celery.worker import state

from omniretail.celery import app
from omniretail.kernel.clockwork import Clock

PATIENCE_SECONDS, FIVE_MINUTES = 10.0, 300.0


def worker() -> Any:
    app = Celery("clocks", broker="memory://", set_as_current=False)
    every = {"task": "nothing", "schedule": timedelta(milliseconds=10)}
    app.conf.beat_schedule = {"again": every}
    return SimpleNamespace(app=app)


def test_it_wakes_until_the_worker_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    house, woken = worker(), threading.Event()
    monkeypatch.setattr(house.app, "send_task", lambda *_, **__: woken.set())
    clock = Clock(house)
    clock.start(house)
    assert woken.wait(PATIENCE_SECONDS)
    clock.stop(house)
    assert not state.should_terminate


def test_one_that_breaks_down_takes_the_worker_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(state, "should_terminate", None)
    over = threading.Event()
    house = worker()
    clock = Clock(house)

    def break_down(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("celery.beat.Service.start", break_down)
    monkeypatch.setattr(threading, "excepthook", lambda _args: over.set())
    clock.start(house)
    assert over.wait(PATIENCE_SECONDS)
    assert state.should_terminate


def test_every_job_comes_round_though_the_clock_is_started_anew_every_day() -> None:
    jobs = Scheduler(app, lazy=True)
    jobs.merge_inplace(app.conf.beat_schedule)
    told = {name: job.is_due() for name, job in jobs.schedule.items()}
    assert set(told) == set(app.conf.beat_schedule)
    late = {name for name, (now, wait) in told.items() if not now and wait > FIVE_MINUTES}
    assert late == set()
    daily = jobs.schedule["inventory.availability.tasks.forget_old_changes"]
    assert next(daily).is_due()[1] > 23 * 60 * 60
