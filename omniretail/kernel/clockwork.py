"""The clock of periodic jobs inside the worker: one process less on one machine."""

from threading import Thread
from typing import Any

import structlog
from celery import bootsteps
from celery.beat import Scheduler, Service
from celery.worker import state

log = structlog.get_logger("omniretail.clock")


class Clock(bootsteps.StartStopStep):
    """Begins and ends with the worker. A clock that breaks down takes the worker with it,
    so that whoever watches over processes starts both again."""

    def start(self, parent: Any) -> None:
        self.service = Service(parent.app, scheduler_cls=Scheduler)
        self.is_over = False
        Thread(target=self._run, name="clock", daemon=True).start()

    def stop(self, parent: Any) -> None:
        del parent
        self.is_over = True
        self.service.stop(wait=True)

    def _run(self) -> None:
        try:
            self.service.start()
        finally:
            if not self.is_over:
                log.error("the clock broke down")
                state.should_terminate = True  # type: ignore[assignment]
