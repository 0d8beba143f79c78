"""The inventory floor's doors with a clock, gathered for Celery."""

from inventory.feeds.tasks import end_abandoned as end_abandoned
from inventory.promises.tasks import expire_overdue_holds as expire_overdue_holds

__all__ = ["end_abandoned", "expire_overdue_holds"]
