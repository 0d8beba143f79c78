"""The whole service with a believable chain and a living trading day on it."""

import os
import sys
import time
from shutil import get_terminal_size
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from omniretail.kernel.embedded.layout import CHECKOUT
from omniretail.kernel.running.launch import launch
from omniretail.kernel.running.plan import Role


class Command(BaseCommand):
    """Up, fixtures, a word of welcome, and a day that goes on until Ctrl-C."""

    help = "Run the whole service with the demonstration chain and a living trading day."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen, and how lively it gets."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument(
            "--port", type=int, help="port for HTTP, the next for WebSocket"
        )
        parser.add_argument("--pace", type=float, default=0.5, help="orders each second")
        parser.add_argument("--orders", type=int, default=10_000, help="then the day ends")
        parser.add_argument("--seed", type=int, help="which day; another one each time")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then become the supervisor of service and play."""
        manage = (sys.executable, str(CHECKOUT / "manage.py"))
        os.environ.setdefault("LOG_LEVEL", "WARNING")  # the day tells its own story
        colour = {"FORCE_COLOR": "1"} if sys.stdout.isatty() else {}
        seed = options["seed"] or int(time.time())
        day = ("--pace", options["pace"], "--orders", options["orders"], "--seed", seed)
        launch(
            host=options["host"],
            port=options["port"],
            threads=8,
            tasks=2,
            extra=(
                Role("fixtures", (*manage, "load_fixtures"), once=True),
                Role(
                    "welcome",
                    (*manage, "welcome"),
                    {"COLUMNS": str(get_terminal_size((100, 24)).columns), **colour},
                    once=True,
                    plain=True,
                    after="fixtures",
                ),
                Role(
                    "day",
                    (*manage, "play_trading_day", *map(str, day)),
                    once=True,
                    after="fixtures",
                ),
            ),
        )
