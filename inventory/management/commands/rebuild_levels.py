"""Compare levels with their movements and live promises, and mend them."""

import sys
from argparse import ArgumentParser
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from inventory.promises.operations import Rebuilt, rebuild_levels
from inventory.promises.queries import LevelDifference
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError

_SHOWN = 200


class Command(BaseCommand):
    """Work levels out anew. Without --apply only the differences are shown; exit with 1
    when there are some that stay."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", help="only this place")
        parser.add_argument("--sku", help="only this SKU")
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--dry-run", action="store_true", help="only look (this is the default)"
        )
        how.add_argument("--apply", action="store_true", help="mend what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(file=cast("IO[str]", self.stdout._out))
        try:
            told = rebuild_levels(
                by=SYSTEM,
                at=clock.now(),
                store_code=options["store"],
                sku_code=options["sku"],
                is_dry_run=not options["apply"],
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        _print(told, console)
        stays = told.impossible if options["apply"] else told.found
        if stays:
            sys.exit(1)


def _print(told: Rebuilt, console: Console) -> None:
    console.print(
        f"{len(told.found)} levels differ from their history,"
        f" {len(told.mended)} mended, {len(told.impossible)} cannot be"
    )
    if not told.found:
        return
    table = Table("Place", "SKU", "Column", "Level says", "History says", "")
    for one in told.found[:_SHOWN]:
        for name, (said, due) in one.changes.items():
            row = (one.store_code, one.sku_code, name, str(said), str(due))
            table.add_row(*row, _outcome(one, told))
    console.print(table)
    if len(told.found) > _SHOWN:
        console.print(f"… and {len(told.found) - _SHOWN} more.")


def _outcome(one: LevelDifference, told: Rebuilt) -> str:
    if any(other.pair == one.pair for other in told.impossible):
        return "[red]correct the level first[/]"
    return "[green]mended[/]" if told.mended else ""
