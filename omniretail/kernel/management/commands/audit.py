"""Look at every law and say which rows break it."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.table import Table

from omniretail.kernel import clock, laws


class Command(BaseCommand):
    help = "Run the laws; exit with 1 when one does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--always", action="store_true", help="laws that hold in mid-traffic"
        )
        which.add_argument("--rest", action="store_true", help="laws that hold at rest")
        parser.add_argument("--json", action="store_true", help="machine-readable")

    def handle(self, *args: Any, **options: Any) -> None:
        when = laws.When.ALWAYS if options["always"] else None
        when = laws.When.REST if options["rest"] else when
        verdicts = laws.judge(when=when)
        laws.record_verdicts(verdicts, at=clock.now())
        if options["json"]:
            self.stdout.write(json.dumps([_as_json(verdict) for verdict in verdicts]))
        else:
            _print(verdicts)
        if not all(verdict.holds for verdict in verdicts):
            sys.exit(1)


def _as_json(verdict: laws.Verdict) -> dict[str, Any]:
    rows = [{key: str(value) for key, value in row.items()} for row in verdict.rows]
    return {
        "law": verdict.law,
        "sentence": verdict.sentence,
        "holds": verdict.holds,
        "seconds": round(verdict.seconds, 4),
        "rows": rows,
    }


def _print(verdicts: list[laws.Verdict]) -> None:
    table = Table("Law", "Says", "Offending rows", "ms", box=None)
    for verdict in verdicts:
        found = "[green]none[/]" if verdict.holds else f"[red]{len(verdict.rows)}[/]"
        table.add_row(verdict.law, verdict.sentence, found, f"{verdict.seconds * 1000:.1f}")
    console = Console()
    console.print(table)
    for verdict in verdicts:
        for row in verdict.rows[:10]:
            console.print(f"  [red]{verdict.law}[/] {row}")
