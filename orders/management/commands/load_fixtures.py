"""Bring the demonstration chain in."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from omniretail.kernel import clock
from orders.trading_day.loading import goods, people, programs, supply

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


class Command(BaseCommand):
    """Through the public imports and operations, as often as you like."""

    help = (
        "Load fixtures/: stores, catalogue, kits, prices, opening stock, suppliers, "
        "goods on the move, staff, customers, API clients, devices and the "
        "demonstration's logins. "
        "Repeating it changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which shelves."""
        parser.add_argument(
            "--seed", type=int, default=1, help="which opening stock to draw"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load every part and say what was new."""
        if not settings.DEMO:
            raise CommandError(
                "fixtures bring logins that everybody knows: only where DEMO is set"
            )
        console = Console()
        began = time.monotonic()
        table = Table("Part", "New or changed", "s", box=None)
        for name, changed, seconds in _load_all(console, options["seed"]):
            table.add_row(name, str(changed), f"{seconds:.1f}")
        console.print(table)
        console.print(f"[green]fixtures loaded in {time.monotonic() - began:.1f} s[/]")


def _load_all(console: Console, seed: int) -> list[tuple[str, int, float]]:
    told = []
    with Progress(TextColumn("{task.description}"), BarColumn(), console=console) as bar:
        steps = _steps(seed)
        task = bar.add_task("fixtures", total=len(steps))
        for name, step in steps:
            bar.update(task, description=name)
            began = time.monotonic()
            told.append((name, step(), time.monotonic() - began))
            bar.advance(task)
    return told


def _steps(seed: int) -> list[tuple[str, Callable[[], int]]]:
    at, folder = clock.now(), FIXTURES

    def feed(kind: str) -> Callable[[], int]:
        return lambda: goods.load_feed(folder, kind, at=at)

    return [
        ("places", feed("places")),
        ("hours exceptions", lambda: goods.load_hours_exceptions(folder, at=at)),
        ("categories", feed("categories")),
        ("catalogue", feed("catalogue")),
        ("kits", feed("kits")),
        ("prices", feed("prices")),
        ("opening stock", lambda: goods.load_opening_stock(folder, seed=seed, at=at)),
        ("suppliers", lambda: supply.load_suppliers(folder, at=at)),
        ("goods on the move", lambda: supply.open_supply(folder, at=at)),
        ("reorder policies", lambda: supply.load_policies(folder, at=at)),
        ("staff", lambda: people.load_staff(folder, at=at)),
        ("customers", lambda: people.load_customers(folder, at=at)),
        ("API clients", lambda: programs.load_clients(folder, at=at)),
        ("devices", lambda: programs.load_devices(folder, at=at)),
        ("admin", programs.load_admin),
    ]
