"""The whole day: draw it, play it, close the shops, look back."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from orders.till.queries import last_sequence
from orders.trading_day import closing
from orders.trading_day.book import Book
from orders.trading_day.client import Refused, Tally
from orders.trading_day.doors import Doors, Secret
from orders.trading_day.drawing import Planner
from orders.trading_day.floor import Floor, Task
from orders.trading_day.opening import carried
from orders.trading_day.plan import Day
from orders.trading_day.reference import Chain, read_chain
from orders.trading_day.report import Report
from orders.trading_day.shopper import Shopper
from orders.trading_day.stage import Script, Stage
from orders.trading_day.steadily import steadily
from orders.trading_day.till import Till

_OPEN = ("ALLOCATED", "ACCEPTED", "PICKING", "READY", "PACKED", "SHIPPED")
_SWEEPS = 4
_PULSE = 10.0
Say = Callable[[str], None]


@dataclass(frozen=True)
class Terms:
    """How the day is to be played."""

    base_url: str
    fixtures: Path
    secret_of: Secret
    seed: int
    pace: float
    orders: int
    threads: int = 8
    patience: float = 120.0
    are_failures_expected: bool = False


@dataclass
class Director:
    """Knows everybody on stage."""

    terms: Terms
    say: Say
    chain: Chain = field(init=False)
    tally: Tally = field(default_factory=Tally)
    book: Book = field(init=False)
    doors: Doors = field(init=False)
    floor: Floor = field(init=False)
    broken: list[tuple[str, BaseException]] = field(default_factory=list)

    def __post_init__(self) -> None:
        terms = self.terms
        self.chain = read_chain(terms.fixtures)
        self.book = Book(self.chain)
        self.doors = Doors(
            terms.base_url,
            self.chain,
            self.tally,
            terms.secret_of,
            patience=terms.patience,
        )
        self.floor = Floor(self.doors, self.book, seed=terms.seed, haste=1.0)

    def play(self) -> Report:
        """Play the day to its end and report on it."""
        began = time.monotonic()
        day = self.draw()
        self.say(f"{day.orders} orders, {self.terms.pace:g} begin each second")
        self.perform(day)
        left = self.close()
        return Report(
            seed=day.seed,
            seconds=time.monotonic() - began,
            book=self.book,
            tally=self.tally,
            ends=steadily(lambda: closing.look_back(list(self.book.orders.values()))),
            left=left,
            verdicts=steadily(closing.audit),
            broken=self.broken,
            are_failures_expected=self.terms.are_failures_expected,
        )

    def draw(self) -> Day:
        """Draw the day from its seed; tills go on counting where they stopped."""
        tills = [f"till-{store.code}" for store in self.chain.stores]
        planner = Planner(
            self.chain,
            carried(self.chain, seed=1),
            seed=self.terms.seed,
            pace=self.terms.pace,
            receipts=steadily(lambda: {till: last_sequence(till) for till in tills}),
        )
        return planner.draw(self.terms.orders)

    def perform(self, day: Day) -> None:
        """Everybody who comes today."""
        stage = self._stage()
        for visit in day.visits:
            shopper = Shopper(visit, self.doors, self.book, self.floor, stage)
            name = f"visit {visit.number}"
            stage.add(name, shopper.play(), after=visit.starts_after)
        for run in day.till_runs:
            till = Till(run, self.doors, self.book)
            stage.add(f"till run {run.number}", till.play(), after=run.starts_after)
        stage.add("clock", self._tell_time(stage), after=_PULSE)
        self._play(stage)

    def _tell_time(self, stage: Stage) -> Script:
        """Say now and then how far the day is."""
        while stage.remaining > 1:
            self.say(f"{len(self.book.orders)} orders stand")
            yield _PULSE

    def close(self) -> closing.Backlog:
        """What was late, left over, brought back or not collected; then it is quiet."""
        latecomers, no_shows = sorted(self.book.latecomers), self.book.no_shows
        late, _until = steadily(lambda: closing.tell_late(latecomers))
        self.say(f"{late} bags were late; finishing what is open")
        for _sweep in range(_SWEEPS):
            if not self._sweep():
                break
        self._take_back()
        expired, until = steadily(lambda: closing.expire_no_shows(sorted(no_shows)))
        self.say(f"{expired} bags nobody came for are put back")
        self.say("waiting until relay and workers have nothing left to do")
        patience = self.terms.patience
        return steadily(lambda: closing.wait_for_quiet(patience=patience, until=until))

    def _sweep(self) -> int:
        """Finish whatever is open in any place; answers how many bags that were."""
        stage, found = self._stage(), 0
        for place in self.chain.places:
            for bag in self._open_bags(place.code):
                task = self._leftover(bag)
                if task is not None:
                    stage.add(f"leftover {task.number}", self.floor.play(task))
                    found += 1
        self._play(stage)
        return found

    def _open_bags(self, store_code: str) -> list[dict[str, str]]:
        return self.floor.list_bags(store_code, _OPEN)

    def _leftover(self, bag: dict[str, str]) -> Task | None:
        """A bag somebody still has to see to; not those nobody comes for."""
        order = bag["order_number"]
        known = self.book.orders.get(order)
        if bag["number"] in self.book.no_shows or known is None:
            return None
        reader = self.doors.guest(known.link)

        def passes() -> list[dict[str, str]]:
            return list(reader.read(f"/api/v1/orders/{order}/pass"))

        return Task(bag["number"], bag["store_code"], frozenset(), passes)

    def _take_back(self) -> None:
        stage = self._stage()
        for number, store_code in self.book.to_bring_back.items():
            stage.add(f"return {number}", self._return(number, store_code))
        self._play(stage)

    def _return(self, number: str, store_code: str) -> Script:
        yield 0.0
        try:
            self.floor.take_back(store_code, number)
        except Refused as refused:
            self.book.note(f"returns refused: {refused.code}")
        else:
            self.book.note("orders brought back elsewhere")

    def _stage(self) -> Stage:
        return Stage(self.terms.threads, closing=_let_go)

    def _play(self, stage: Stage) -> None:
        stage.play()
        self.broken += stage.broken


def _let_go() -> None:
    """A thread's database connection ends with the thread."""
    connection.close()
