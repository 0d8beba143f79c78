"""Work that takes long or talks to the outside. Its job rows are the truth; the
broker only wakes the worker."""

import os
from datetime import timedelta

from omniretail.kernel import clock
from omniretail.kernel.clockwork import Clock
from omniretail.kernel.jobs import Jobs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omniretail.settings")

app = Jobs("omniretail")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    lambda: ["omniretail.kernel", "stores", "inventory", "loyalty", "orders"]
)

if os.environ.get("CLOCK_IN_WORKER"):
    app.steps["worker"].add(Clock)
app.conf.beat_schedule = {}
_SOON = timedelta(minutes=5)


def every(task: str, period: timedelta) -> None:
    """Run a task by name again and again; the first time soon. The clock remembers
    nothing: where it is started anew every day, a daily job would never come round."""
    app.conf.beat_schedule[task] = {
        "task": task,
        "schedule": period,
        "last_run_at": clock.now() - max(period - _SOON, timedelta()),
    }


every("omniretail.kernel.tasks.beat_heartbeat", timedelta(seconds=15))
every("omniretail.kernel.tasks.run_laws", timedelta(minutes=10))
every("omniretail.kernel.tasks.purge_idempotency", timedelta(hours=6))
every("omniretail.kernel.tasks.note_unended_requests", timedelta(minutes=10))
every("orders.payments.tasks.settle_due_payments", timedelta(seconds=5))
every("orders.checkout.tasks.resume_stuck_checkouts", timedelta(seconds=15))
every("orders.checkout.tasks.abandon_old_carts", timedelta(hours=1))
every("loyalty.messaging.tasks.send_messages", timedelta(seconds=5))
every("loyalty.points.tasks.activate_points", timedelta(hours=1))
every("loyalty.points.tasks.expire_points", timedelta(hours=1))
every("inventory.promises.tasks.expire_overdue_holds", timedelta(seconds=15))
every("inventory.counts.tasks.propose_daily_counts", timedelta(hours=1))
every("inventory.counts.tasks.settle_what_is_short", timedelta(minutes=5))
every("inventory.safety.tasks.apply_safety_rules", timedelta(hours=6))
every("inventory.replenishment.tasks.watch_shelves", timedelta(seconds=15))
every("inventory.replenishment.tasks.measure_and_propose", timedelta(minutes=15))
every("inventory.replenishment.tasks.end_old_waits", timedelta(hours=1))
every("inventory.feeds.tasks.end_abandoned", timedelta(minutes=1))
every("inventory.availability.tasks.forget_old_changes", timedelta(days=1))
every("inventory.feeds.tasks.land_files", timedelta(seconds=5))
every("inventory.feeds.tasks.forget_files", timedelta(hours=1))
every("orders.fulfilment.tasks.expire_uncollected_bags", timedelta(seconds=30))
every("orders.fulfilment.tasks.notice_late_bags", timedelta(seconds=30))
every("orders.fulfilment.tasks.take_off_expired_lots", timedelta(minutes=1))
