"""What was measured beside what, and how it is shown."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

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

    @property
    def ratio(self) -> float:
        return self.milliseconds / self.bare_milliseconds


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


def show(pairs: list[Pair], pages: list[Page], memory: list[Resident], path: Path) -> None:
    """Print the tables and keep the figures as JSON."""
    console = Console()
    table = Table("Work", "ms", "Beside", "ms", "Ratio", "Bound by", title="Side by side")
    for pair in pairs:
        table.add_row(
            pair.work,
            f"{pair.milliseconds:.2f}",
            pair.beside,
            f"{pair.bare_milliseconds:.2f}",
            f"{pair.ratio:.1f} ×",
            pair.bound_by,
        )
    console.print(table)
    table = Table("Tablet page", "ms in the server", "Queries")
    for page in pages:
        table.add_row(page.page, f"{page.milliseconds:.1f}", str(page.queries))
    console.print(table)
    table = Table("Process of the idle service", "MB resident", "MB proportional")
    together = Resident(
        "all together",
        sum(one.megabytes for one in memory),
        sum(one.proportional for one in memory),
    )
    for one in [*memory, together]:
        table.add_row(one.process, f"{one.megabytes:.0f}", f"{one.proportional:.0f}")
    console.print(table)
    figures = {
        "pairs": [asdict(pair) | {"ratio": pair.ratio} for pair in pairs],
        "pages": [asdict(page) for page in pages],
        "memory": [asdict(resident) for resident in memory],
    }
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False))
    console.print(f"figures: {path}")
