"""Import a file as an ERP exports it."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from inventory.feeds.operations import (
    ExchangeTerms,
    FeedReport,
    FeedTerms,
    import_commerceml,
    import_csv,
)
from inventory.feeds.shapes import SHAPES
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError

_SHOWN = 20
_ONE_C = "commerceml"


class Command(BaseCommand):
    """Import a CSV feed (categories, catalogue, places, prices or stock) or a file of 1C
    (commerceml), plain or zipped."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=[*sorted(SHAPES), _ONE_C])
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="land nothing")
        parser.add_argument(
            "--all-or-nothing", action="store_true", help="land only if every row is good"
        )
        parser.add_argument(
            "--go-on", action="store_true", help="take up the last import of this very file"
        )
        parser.add_argument("--price-type", default="", help="of 1C: the one we publish")
        parser.add_argument(
            "--take-off",
            action="store_true",
            help="of 1C: what a full catalogue does not name goes off sale",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path} is not a file.")
        console = Console(file=cast("IO[str]", self.stdout._out))
        treatment = {
            "file_name": path.name,
            "is_dry_run": options["dry_run"],
            "is_all_or_nothing": options["all_or_nothing"],
            "goes_on": options["go_on"],
        }
        if options["kind"] == _ONE_C:
            exchange = ExchangeTerms(
                price_type=options["price_type"], takes_off=options["take_off"], **treatment
            )
            work: _Work = partial(import_commerceml, terms=exchange)
        else:
            work = partial(_import_one, terms=FeedTerms(options["kind"], **treatment))
        reports = _import_with_bar(path, work, console)
        for report in reports:
            _print(report, console)
        if any(report.status == "REFUSED" for report in reports):
            sys.exit(1)


_Work = Callable[..., list[FeedReport]]


def _import_one(**terms: Any) -> list[FeedReport]:
    return [import_csv(**terms)]


def _import_with_bar(path: Path, work: _Work, console: Console) -> list[FeedReport]:
    with path.open("rb") as stream:
        lines = max(
            0, sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b""))
        )
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        ) as bars:
            tasks = {
                step: bars.add_task(step, total=lines) for step in ("reading", "landing")
            }
            try:
                return work(
                    stream=stream,
                    by=SYSTEM,
                    at=clock.now(),
                    progress=lambda step, rows: bars.update(tasks[step], completed=rows),
                )
            except DomainError as error:
                facts = ", ".join(f"{name}: {value}" for name, value in error.facts.items())
                raise CommandError(f"{error.title} {facts}") from error


def _print(report: FeedReport, console: Console) -> None:
    done = "would land" if report.is_dry_run else "landed"
    console.print(
        f"[bold]{report.number}[/] {report.kind}: {report.rows_read} rows read,"
        f" {report.rows_landed} {done}, {report.rows_changed} changed something,"
        f" {report.rows_refused} refused"
    )
    if not report.refusals:
        return
    table = Table("Line", "Field", "Value", "Why")
    for refusal in report.refusals[:_SHOWN]:
        table.add_row(str(refusal.line), refusal.field, refusal.value, refusal.message)
    console.print(table)
    if report.rows_refused > _SHOWN:
        console.print(f"… and {report.rows_refused - _SHOWN} more: see the admin.")
