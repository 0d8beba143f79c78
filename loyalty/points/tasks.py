"""The points programme's nightly doors; they run oftener and do a bounded part."""

from celery import shared_task

from loyalty.points.operations import activate_due, expire_due
from omniretail.kernel import clock

BATCH = 500


@shared_task(name="loyalty.points.tasks.activate_points", ignore_result=True, expires=600)
def activate_points() -> None:
    """Waiting points whose time has come may be spent."""
    activate_due(at=clock.now(), limit=BATCH)


@shared_task(name="loyalty.points.tasks.expire_points", ignore_result=True, expires=600)
def expire_points() -> None:
    """Points that have ended go."""
    expire_due(at=clock.now(), limit=BATCH)
