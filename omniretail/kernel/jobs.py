"""Celery jobs know what woke them: the request and the fact travel with the wake-up and
stand on every line the job logs, in every fact it tells and every change it audits."""

from typing import Any

import structlog
from celery import Celery, Task

CARRIED = ("request_id", "fact")


class Job(Task):  # type: ignore[type-arg]
    """A job whose lines say which job it is and what caused it."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        sent = self.request.headers or {}
        caused_by = {name: sent[name] for name in CARRIED if sent.get(name)}
        with structlog.contextvars.bound_contextvars(job=self.name, **caused_by):
            return super().__call__(*args, **kwargs)


class Jobs(Celery):
    """The jobs of the house; every wake-up passes through here, by name or by task."""

    task_cls = f"{__name__}:{Job.__name__}"

    def send_task(self, *args: Any, **options: Any) -> Any:
        """Wake a worker, and say what for."""
        known = structlog.contextvars.get_contextvars()
        cause = {name: known[name] for name in CARRIED if known.get(name)}
        headers = {**(options.pop("headers", None) or {}), **cause}
        return super().send_task(*args, headers=headers, **options)
