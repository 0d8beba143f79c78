"""Play a trading day of the demonstration chain through the public doors."""

import logging
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from orders.trading_day.director import Director, Terms
from orders.trading_day.loading.programs import demo_secret

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


class Command(BaseCommand):
    """Shoppers, app users, tills, clerks and collecting customers, over HTTP."""

    help = (
        "Play a trading day through the public doors of a running service: orders, "
        "picks, hand-overs, short picks, no-shows, returns, lost answers. Ends with 1 "
        "unless every order ended as it should, no law is broken and no 5xx was seen."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How long, how fast, which day."""
        parser.add_argument(
            "--pace", type=float, default=5.0, help="orders that begin each second"
        )
        parser.add_argument("--seed", type=int, default=1, help="which day to play")
        parser.add_argument("--orders", type=int, default=500, help="how many orders")
        parser.add_argument("--base-url", default=settings.PUBLIC_URL, help="the service")
        parser.add_argument("--threads", type=int, default=8, help="people acting at once")
        parser.add_argument(
            "--patience",
            type=float,
            default=120.0,
            help="seconds to go on asking a service that does not answer",
        )
        parser.add_argument(
            "--expect-failures",
            action="store_true",
            help="processes will be killed meanwhile: 5xx are counted, not held against it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Play, print, judge."""
        if options["pace"] <= 0 or options["orders"] <= 0 or options["threads"] <= 0:
            raise CommandError("--pace, --orders and --threads are more than nothing")
        logging.getLogger("httpx").setLevel(logging.WARNING)
        console = Console()
        terms = Terms(
            base_url=options["base_url"],
            fixtures=FIXTURES,
            secret_of=demo_secret,
            seed=options["seed"],
            pace=options["pace"],
            orders=options["orders"],
            threads=options["threads"],
            patience=options["patience"],
            are_failures_expected=options["expect_failures"],
        )
        report = Director(terms, say=lambda line: console.print(f"· {line}")).play()
        report.print(console)
        if report.faults:
            sys.exit(1)
