"""What the day was like, in tables."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from omniretail.kernel.laws import Verdict
from orders.trading_day.book import Book
from orders.trading_day.client import Tally
from orders.trading_day.closing import Backlog, Ends

_SHOWN = 20


@dataclass(frozen=True)
class Report:
    """Everything worth telling about a day that is over."""

    seed: int
    seconds: float
    book: Book
    tally: Tally
    ends: Ends
    left: Backlog
    verdicts: list[Verdict]
    broken: list[tuple[str, BaseException]]
    are_failures_expected: bool = False

    @property
    def faults(self) -> list[str]:
        """Why the day was not a good one; empty when it was."""
        found = [*self.book.wrong, *self.ends.wrong]
        found += [f"{name} broke off: {error!r}" for name, error in self.broken]
        found += [f"a repeated {path} was answered differently" for path in self._differing]
        found += [
            f"{verdict.law} does not hold: {verdict.sentence} {verdict.rows[:2]}"
            for verdict in self.verdicts
            if not verdict.holds
        ]
        if not self.left.is_empty:
            found.append(f"not worked off in time: {self.left}")
        if self.tally.server_errors and not self.are_failures_expected:
            found += [f"{n} × {what}" for what, n in self.tally.failures.items()]
        return found

    @property
    def _differing(self) -> list[str]:
        return self.tally.differing

    def print(self, console: Console) -> None:
        """The day in tables, and its faults if there are any."""
        console.print(Group(self._orders(), "", self._acts(), "", self._doors()))
        console.print(self._closing_line())
        for fault in self.faults[:_SHOWN]:
            console.print(Text(f"✗ {fault}", style="red"))

    def _orders(self) -> Table:
        states = sorted({state for _channel, state in self.ends.by_state})
        refused: Counter[str] = Counter()
        for (channel, _code), n in self.book.refusals.items():
            refused[channel] += n
        table = Table("Channel", *states, "refused", title="Orders", title_justify="left")
        channels = {channel for channel, _state in self.ends.by_state} | set(refused)
        for channel in sorted(channels):
            cells = (str(self.ends.by_state[channel, state]) for state in states)
            table.add_row(channel, *cells, str(refused[channel]))
        totals = Counter(dict.fromkeys(states, 0))
        for (_channel, state), n in self.ends.by_state.items():
            totals[state] += n
        table.add_section()
        cells = (str(totals[state]) for state in states)
        table.add_row("all", *cells, str(sum(refused.values())))
        return table

    def _acts(self) -> Table:
        return _counted("What happened", self.book.acts.items())

    def _doors(self) -> Table:
        told = [
            (f"answers {status}", n) for status, n in sorted(self.tally.answers.items())
        ]
        told += [
            ("asked again after no answer", self.tally.retries),
            ("sent twice on purpose", self.tally.resent),
            ("cut off after sending", self.tally.cut),
            ("still under way when sent again", self.tally.overtaken),
        ]
        told += [(f"refused: {code}", n) for code, n in self.tally.refusals.most_common()]
        told.append(("server errors (5xx)", self.tally.server_errors))
        return _counted("At the doors", told)

    def _closing_line(self) -> Text:
        orders = sum(self.ends.by_state.values())
        held = sum(verdict.holds for verdict in self.verdicts)
        laws = f"{held} of {len(self.verdicts)} laws hold"
        line = f"\n{orders} orders in {self.seconds:.0f} s (seed {self.seed}); {laws}; "
        if self.faults:
            return Text(f"{line}{len(self.faults)} faults.", style="bold red")
        return Text(f"{line}every order ended as it should.", style="bold green")


def _counted(title: str, rows: Iterable[tuple[str, int]]) -> Table:
    table = Table(title, "Times", box=None)
    table.columns[1].justify = "right"
    for name, n in rows:
        table.add_row(name, str(n))
    return table
