"""What was measured beside what, and how it is shown."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROUNDS = 5


@dataclass(frozen=True)
class Pair:
    """A piece of work and the bare thing beside it, in milliseconds, same run."""

    work: str
    milliseconds: float
    beside: str
    bare_milliseconds: float
    bound_by: str
    reach: float | None = None  # so many times the bare time at most

    @property
    def ratio(self) -> float:
        return self.milliseconds / self.bare_milliseconds

    @property
    def is_missed(self) -> bool:
        return self.reach is not None and self.ratio > self.reach


@dataclass(frozen=True)
class Rate:
    """How often a second many callers get a piece of work done, and the bare thing."""

    work: str
    per_second: float
    beside: str
    bare_per_second: float
    reach: float  # this share of the bare rate at least
    bound_by: str

    @property
    def share(self) -> float:
        return self.per_second / self.bare_per_second

    @property
    def is_missed(self) -> bool:
        return self.share < self.reach


@dataclass(frozen=True)
class Page:
    """One page of the tablet: time in the server and queries."""

    page: str
    milliseconds: float
    queries: int


@dataclass(frozen=True)
class Resident:
    """The memory of one process of the idle service.

    Resident pages shared by several processes count in each of them; the proportional
    set size counts them once over all.
    """

    process: str
    megabytes: float
    proportional: float


def median_ms(work: Callable[[int], None], *, times: int) -> float:
    """The median of one call, over a warmed-up run."""
    for number in range(max(3, times // 10)):
        work(-1 - number)
    taken = []
    for number in range(times):
        began = time.perf_counter()
        work(number)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def alternating(
    work: Callable[[], float], bare: Callable[[], float]
) -> tuple[float, float]:
    """Both sides measured in turn, five rounds, medians: drift hits both alike."""
    works, bares = [], []
    for _round in range(ROUNDS):
        works.append(work())
        bares.append(bare())
    return statistics.median(works), statistics.median(bares)


@dataclass(frozen=True)
class Figures:
    """All that one run of the bench has measured."""

    pairs: list[Pair]
    rates: list[Rate]
    pages: list[Page]
    memory: list[Resident]

    def show(self, path: Path) -> None:
        """Print the tables and keep the figures as JSON."""
        console = Console()
        for table in (_times(self.pairs), _rates(self.rates), _pages(self.pages)):
            console.print(table)
        console.print(_memory(self.memory))
        path.write_text(json.dumps(self._document(), indent=2, ensure_ascii=False))
        console.print(f"figures: {path}")

    def _document(self) -> dict[str, Any]:
        return {
            "pairs": [
                asdict(one) | {"ratio": one.ratio, "is_missed": one.is_missed}
                for one in self.pairs
            ],
            "rates": [
                asdict(one) | {"share": one.share, "is_missed": one.is_missed}
                for one in self.rates
            ],
            "pages": [asdict(one) for one in self.pages],
            "memory": [asdict(one) for one in self.memory],
        }


def _times(pairs: list[Pair]) -> Table:
    columns = ("Work", "ms", "Beside", "ms", "Ratio", "Reach", "Bound by")
    table = Table(*columns, title="Side by side")
    for pair in pairs:
        table.add_row(
            pair.work,
            f"{pair.milliseconds:.2f}",
            pair.beside,
            f"{pair.bare_milliseconds:.2f}",
            f"{pair.ratio:.2f} ×",
            _reach("≤", f"{pair.reach:.2f} ×", pair.is_missed) if pair.reach else "",
            pair.bound_by,
        )
    return table


def _rates(rates: list[Rate]) -> Table:
    columns = ("Work", "a second", "Beside", "a second", "Share", "Reach", "Bound by")
    table = Table(*columns, title="Eight callers at once")
    for rate in rates:
        table.add_row(
            rate.work,
            f"{rate.per_second:.0f}",
            rate.beside,
            f"{rate.bare_per_second:.0f}",
            f"{rate.share:.0%}",
            _reach("≥", f"{rate.reach:.0%}", rate.is_missed),
            rate.bound_by,
        )
    return table


def _reach(bound: str, figure: str, is_missed: bool) -> str:
    return f"[red]{bound} {figure} missed[/red]" if is_missed else f"{bound} {figure}"


def _pages(pages: list[Page]) -> Table:
    table = Table("Tablet page", "ms in the server", "Queries")
    for page in pages:
        table.add_row(page.page, f"{page.milliseconds:.1f}", str(page.queries))
    return table


def _memory(memory: list[Resident]) -> Table:
    table = Table("Process of the idle service", "MB resident", "MB proportional")
    together = Resident(
        "all together",
        sum(one.megabytes for one in memory),
        sum(one.proportional for one in memory),
    )
    for one in [*memory, together]:
        table.add_row(one.process, f"{one.megabytes:.0f}", f"{one.proportional:.0f}")
    return table
