"""The shop floor: a clerk prepares one bag or parcel and gives it to who comes for it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from orders.trading_day.book import Book
from orders.trading_day.client import Caller, Json, Refused
from orders.trading_day.doors import Doors, is_signed_out
from orders.trading_day.plan import Twist
from orders.trading_day.scanning import lines_back, scan_first, units_on_shelf
from orders.trading_day.stage import Script

_GONE = frozenset({"CANCELLED", "EXPIRED", "COLLECTED", "DELIVERED"})
_WRONG_CODE = "0000-0000"
_FOREIGN_GTIN = "4600000000008"
_SIGN_INS = 3
Passes = Callable[[], list[Json]]


@dataclass(frozen=True)
class Task:
    """One fulfilment to be seen through to its end."""

    number: str
    store_code: str
    twists: frozenset[Twist] = frozenset()
    passes: Passes = list


class Floor:
    """Plays the staff of all places."""

    def __init__(self, doors: Doors, book: Book, *, seed: int, haste: float) -> None:
        self.doors = doors
        self.book = book
        self.seed = seed
        self.haste = haste

    def play(self, task: Task) -> Script:
        """From allocated to collected or delivered, as far as it goes today."""
        chance = Random(f"{self.seed}:{task.number}")  # noqa: S311 - a play, not a secret
        bag = self._look(task)
        if Twist.LATE in task.twists and bag["status"] == "ALLOCATED":
            self.book.latecomers.add(task.number)  # the evening's crew will find it
            return
        yield from self._prepare(task, bag, chance)
        bag = self._look(task)
        if bag["status"] in _GONE:
            return
        if bag["kind"] == "SHIP":
            yield from self._send_off(task, bag, chance)
        else:
            yield from self._give_out(task, bag, chance)

    def act(self, store_code: str, path: str, body: Json | None = None) -> Json:
        """Do something as that place's clerk; sign in again when the session has ended."""
        answer = self._as_clerk(store_code, lambda clerk: clerk.tell(path, body))
        return answer if isinstance(answer, dict) else {}

    def read(self, store_code: str, path: str, query: Json | None = None) -> Any:
        """Look at something as that place's clerk."""
        return self._as_clerk(store_code, _reading(path, query or {}))

    def take_back(self, store_code: str, order_number: str) -> None:
        """A customer brings all of an order; what has a number is scanned."""
        chance = Random(f"{self.seed}:back:{order_number}")  # noqa: S311 - a play
        order = f"/api/v1/orders/{order_number}"
        theirs = self.read(store_code, f"{order}/returnable")
        lines = lines_back(theirs, self.book.articles, chance)
        told = {"reason": "NOT_AS_EXPECTED"} | ({"lines": lines} if lines else {})
        self.act(store_code, f"{order}/returns", told)

    def list_bags(self, store_code: str, states: tuple[str, ...]) -> list[Json]:
        """The bags of a place in these states, as its clerk sees them."""
        found: list[Json] = []
        query: Json = {"status": list(states)}
        while True:
            page = self.read(store_code, "/api/v1/fulfilments", query)
            found += page["items"]
            if not page["next"]:
                return found
            query["cursor"] = page["next"]

    def _look(self, task: Task) -> Json:
        bag: Json = self.read(task.store_code, f"/api/v1/fulfilments/{task.number}")
        return bag

    def _as_clerk(self, store_code: str, ask: Callable[[Caller], object]) -> object:
        for _try in range(_SIGN_INS):
            clerk = self.doors.clerk(store_code)
            try:
                return ask(clerk)
            except Refused as refused:
                if not is_signed_out(refused):
                    raise
            self.doors.sign_out_clerk(store_code, clerk)
        return ask(self.doors.clerk(store_code))

    def _verb(self, task: Task, verb: str, body: Json | None = None) -> Json:
        return self.act(task.store_code, f"/api/v1/fulfilments/{task.number}/{verb}", body)

    def _prepare(self, task: Task, bag: Json, chance: Random) -> Script:
        if bag["status"] == "ALLOCATED":
            self._verb(task, "accept")
            yield chance.uniform(0.3, 1.5) * self.haste
        if bag["status"] in {"ALLOCATED", "ACCEPTED"}:
            self._verb(task, "start-picking")
            yield chance.uniform(0.3, 1.5) * self.haste
        if bag["status"] in {"ALLOCATED", "ACCEPTED", "PICKING"}:
            is_short = Twist.SHORT in task.twists
            for line in bag["lines"]:
                self._pick(task, line, chance, is_short=is_short)
                is_short = False
                yield chance.uniform(0.1, 0.5) * self.haste

    def _pick(self, task: Task, line: Json, chance: Random, *, is_short: bool) -> None:
        if line["parts"]:
            self._pick_kit(task, line, chance, is_short=is_short)
            return
        wanted = line["quantity"] - line["picked_quantity"] - line["short_quantity"]
        if is_short and wanted:
            told = {"position": line["position"], "quantity": 1}
            outcome = self._verb(task, "short", told)["outcome"]
            self.book.note(f"short picks: {outcome.lower()}")
            wanted -= 1
        if chance.random() < 0.03:
            self._scan_wrong(task)
        if wanted:
            self._scan(task, line["sku_code"], wanted, chance)
            self.book.note("units picked")

    def _pick_kit(self, task: Task, line: Json, chance: Random, *, is_short: bool) -> None:
        """Part by part; if one is missing, what is left of the line is asked for anew."""
        if is_short and line["quantity"] > line["short_quantity"]:
            part = chance.choice(line["parts"])["sku_code"]
            told = {"position": line["position"], "quantity": 1, "part": part}
            answer = self._verb(task, "short", told)
            self.book.note(f"short picks: {answer['outcome'].lower()}")
            lines = answer["fulfilment"]["lines"]
            line = next(one for one in lines if one["position"] == line["position"])
        for part in line["parts"]:
            wanted = part["quantity"] - part["picked_quantity"]
            if wanted:
                self._scan(task, part["sku_code"], wanted, chance)
                self.book.note("parts of kits picked")

    def _scan(self, task: Task, sku_code: str, units: int, chance: Random) -> None:
        """So many units at once; of a serialised article one after the other."""
        article = self.book.articles[sku_code]
        gtin = chance.choice(article.gtins)
        if not article.is_serialised:
            self._verb(task, "pick", {"code": gtin, "quantity": units})
            return

        def scan(serial: str) -> None:
            self._verb(task, "pick", {"code": gtin, "serial": serial})

        for _unit in range(units):
            found = units_on_shelf(
                sku_code, task.store_code, chance, partial(self.read, task.store_code)
            )
            scan_first(found, scan)
            self.book.note("serial numbers scanned")

    def _scan_wrong(self, task: Task) -> None:
        try:
            self._verb(task, "pick", {"code": _FOREIGN_GTIN, "quantity": 1})
        except Refused:
            self.book.note("wrong scans refused")
        else:
            self.book.complain(f"{task.number} took an article that is not in it")

    def _send_off(self, task: Task, bag: Json, chance: Random) -> Script:
        if bag["status"] == "PICKING":
            self._verb(task, "pack")
            yield chance.uniform(0.2, 1.0) * self.haste
        if bag["status"] in {"PICKING", "PACKED"}:
            tracking = f"RU{chance.randrange(10**9):09d}"
            self._verb(task, "ship", {"tracking_number": tracking})
            self.book.note("parcels shipped")
            yield chance.uniform(1.0, 3.0) * self.haste
        self._verb(task, "deliver")
        self.book.note("parcels delivered")

    def _give_out(self, task: Task, bag: Json, chance: Random) -> Script:
        if bag["status"] == "PICKING":
            bay = f"{chance.choice('ABC')}-{chance.randrange(1, 24):02d}"
            self._verb(task, "ready", {"bay": bay})
        if Twist.NO_SHOW in task.twists:
            self.book.no_shows.add(task.number)
            return
        yield chance.uniform(0.5, 3.0) * self.haste
        if Twist.WRONG_CODE in task.twists:
            self._try_wrong_code(task)
            yield 0.3 * self.haste
        for shown in task.passes():
            if shown["number"] == task.number:
                self._verb(task, "hand-over", {"code": shown["grouped"]})
                self.book.note("bags collected")
                return
        self.book.complain(f"{task.number} is ready and its buyer has no pass")

    def _try_wrong_code(self, task: Task) -> None:
        try:
            self._verb(task, "hand-over", {"code": _WRONG_CODE})
        except Refused:
            self.book.note("wrong pickup codes refused")
        else:
            self.book.complain(f"{task.number} was handed over for a wrong code")


def _reading(path: str, query: Json) -> Callable[[Caller], object]:
    return lambda caller: caller.read(path, **query)
