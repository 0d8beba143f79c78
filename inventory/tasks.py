"""The inventory floor's doors with a clock, gathered for Celery."""

from inventory.availability.tasks import forget_old_changes as forget_old_changes
from inventory.counts.tasks import propose_daily_counts as propose_daily_counts
from inventory.counts.tasks import settle_what_is_short as settle_what_is_short
from inventory.feeds.tasks import end_abandoned as end_abandoned
from inventory.feeds.tasks import forget_files as forget_files
from inventory.feeds.tasks import land_files as land_files
from inventory.promises.tasks import expire_overdue_holds as expire_overdue_holds
from inventory.replenishment.tasks import end_old_waits as end_old_waits
from inventory.replenishment.tasks import measure_and_propose as measure_and_propose
from inventory.replenishment.tasks import watch_shelves as watch_shelves
from inventory.safety.tasks import apply_safety_rules as apply_safety_rules

__all__ = [
    "apply_safety_rules",
    "end_abandoned",
    "end_old_waits",
    "expire_overdue_holds",
    "forget_files",
    "forget_old_changes",
    "land_files",
    "measure_and_propose",
    "propose_daily_counts",
    "settle_what_is_short",
    "watch_shelves",
]
