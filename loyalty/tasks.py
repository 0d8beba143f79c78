"""The loyalty floor's doors with a clock, gathered for Celery."""

from loyalty.messaging.tasks import send_messages as send_messages
from loyalty.points.tasks import activate_points as activate_points
from loyalty.points.tasks import expire_points as expire_points

__all__ = ["activate_points", "expire_points", "send_messages"]
