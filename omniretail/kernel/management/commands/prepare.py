"""Make the database and the static files fit this version of the code."""

from typing import Any

from django.core.management import BaseCommand, call_command

from omniretail.kernel.setup.bootstrap import mark_prepared


class Command(BaseCommand):
    """Migrations and static files; safe to run again."""

    help = "Apply migrations and collect static files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do both, quietly."""
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        mark_prepared()
