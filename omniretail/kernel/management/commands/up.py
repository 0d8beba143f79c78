"""Run the whole service: web, live, relay, worker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from omniretail.kernel.running.launch import launch


class Command(BaseCommand):
    """One command, one log, Ctrl-C ends everything."""

    help = "Run the whole service: web (HTTP and WebSocket), relay, Celery worker."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen and how much to run at once."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument(
            "--port", type=int, help="port for HTTP, the next one is for WebSocket"
        )
        parser.add_argument("--threads", type=int, default=8, help="requests at once")
        parser.add_argument("--tasks", type=int, default=4, help="Celery tasks at once")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then become the supervisor."""
        launch(
            host=options["host"],
            port=options["port"],
            threads=options["threads"],
            tasks=options["tasks"],
        )
