"""The relay process: woken by NOTIFY, with a poll behind it."""

import threading
import time

import psycopg
import structlog
from django.db import DatabaseError, connection

from omniretail.kernel import clock, outbox
from omniretail.kernel.models.journal import Heartbeat

POLL_SECONDS = 1.0
BEAT_SECONDS = 10.0

log = structlog.get_logger()


def run(stopping: threading.Event, *, name: str = "relay") -> None:
    """Deliver facts until told to stop. A lost database is waited for."""
    beaten = 0.0
    while not stopping.is_set():
        try:
            if time.monotonic() - beaten > BEAT_SECONDS:
                Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.now()})
                beaten = time.monotonic()
            if not outbox.deliver_due():
                _wait_for_facts()
        except (DatabaseError, psycopg.Error) as error:
            log.warning("relay_without_database", error=str(error))
            connection.close()
            stopping.wait(POLL_SECONDS)


def _wait_for_facts() -> None:
    """Sleep until a fact is announced, at most for the poll's second."""
    connection.ensure_connection()
    raw = connection.connection
    raw.execute(f"LISTEN {outbox.CHANNEL}")
    for _notice in raw.notifies(timeout=POLL_SECONDS, stop_after=1):
        pass
