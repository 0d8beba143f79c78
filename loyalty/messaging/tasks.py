"""Messages leave the house."""

from celery import shared_task

from loyalty.messaging.operations import send_due
from omniretail.kernel import clock

BATCH = 50


@shared_task(name="loyalty.messaging.tasks.send_messages", ignore_result=True, expires=60)
def send_messages() -> None:
    """Send what is due, a bounded batch at a time."""
    send_due(at=clock.now(), limit=BATCH)
