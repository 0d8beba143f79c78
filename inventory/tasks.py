"""The inventory floor's doors with a clock, gathered for Celery."""

from inventory.promises.tasks import expire_overdue_holds as expire_overdue_holds

__all__ = ["expire_overdue_holds"]
