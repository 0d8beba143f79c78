"""The inventory floor's doors with a clock, gathered for Celery."""

from inventory.counts.tasks import propose_daily_counts as propose_daily_counts
from inventory.counts.tasks import settle_what_is_short as settle_what_is_short
from inventory.feeds.tasks import end_abandoned as end_abandoned
from inventory.promises.tasks import expire_overdue_holds as expire_overdue_holds
from inventory.safety.tasks import apply_safety_rules as apply_safety_rules

__all__ = [
    "apply_safety_rules",
    "end_abandoned",
    "expire_overdue_holds",
    "propose_daily_counts",
    "settle_what_is_short",
]
