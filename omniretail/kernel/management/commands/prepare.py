"""Make the database and the static files fit this version of the code."""

from typing import Any

from django.core.management import BaseCommand, call_command

from omniretail.kernel import clock, laws
from omniretail.kernel.setup.bootstrap import mark_prepared


class Command(BaseCommand):
    """Migrations, static files, a first look at the laws; safe to run again."""

    help = "Apply migrations and collect static files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do all of it, quietly."""
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        laws.record_verdicts(laws.judge(), at=clock.now())  # the admin lists them at once
        mark_prepared()
