"""The kernel's doors with a clock."""

from celery import shared_task

from omniretail.kernel import clock, idempotency
from omniretail.kernel.health import JOB
from omniretail.kernel.laws import judge, record_verdicts
from omniretail.kernel.models.journal import Heartbeat
from omniretail.kernel.unended import note_unended

_BATCH = 5_000


@shared_task(ignore_result=True, expires=60)
def beat_heartbeat() -> None:
    """Prove that scheduler, broker, worker and database work together."""
    Heartbeat.objects.update_or_create(name=JOB, defaults={"at": clock.now()})


@shared_task(ignore_result=True, expires=600)
def run_laws() -> None:
    """Look at every law and keep what was found for the admin page."""
    record_verdicts(judge(), at=clock.now())


@shared_task(ignore_result=True, expires=3600)
def purge_idempotency() -> None:
    """Forget the keys of requests nobody will repeat any more."""
    idempotency.forget_old(at=clock.now(), limit=_BATCH)


@shared_task(ignore_result=True, expires=600)
def note_unended_requests() -> None:
    """Name in the audit trail what was begun and never came to an end."""
    note_unended(limit=_BATCH)
