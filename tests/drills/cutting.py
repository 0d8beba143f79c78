"""Connections to the database that are cut, and programs that keep asking meanwhile."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import psycopg

from orders.trading_day.client import Caller, Json, Refused
from tests.drills.living import Service, connected

_ALL = "SELECT pid, state FROM pg_stat_activity WHERE application_name = 'web'"
_AT_WORK = f"{_ALL} AND state <> 'idle'"
_CUT = "SELECT pg_terminate_backend(pid), state FROM ({found}) AS found"
_PAUSE, _EVERY = 0.25, 12
Place = tuple[str, str]


class Cutter(threading.Thread):
    """Cuts the connections of the web: now those that are at work, then all of them."""

    def __init__(self, service: Service) -> None:
        super().__init__(daemon=True)
        self.service = service
        self.cut: Counter[str] = Counter()
        self.is_done = threading.Event()

    def run(self) -> None:
        """Until it is done."""
        with connected(self.service) as database:
            turn = 0
            while not self.is_done.wait(_PAUSE):
                turn += 1
                self._cut(database, _AT_WORK if turn % _EVERY else _ALL)

    def _cut(self, database: psycopg.Connection, found: str) -> None:
        for is_cut, state in database.execute(_CUT.format(found=found)).fetchall():
            self.cut[state] += bool(is_cut)


@dataclass(frozen=True)
class Said:
    """A request that changes something, and what was answered."""

    key: str
    path: str
    body: Json
    answer: Json


@dataclass(eq=False)
class Holder(threading.Thread):
    """A program that looks, holds, and gives two of three holds back."""

    number: int
    caller: Caller
    places: list[Place]
    is_done: threading.Event = field(default_factory=threading.Event)
    said: list[Said] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=dict)
    problem: BaseException | None = None

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        """Until it is done, or its door refuses what it must not refuse."""
        chance, turn = random.Random(self.number), 0
        try:
            while not self.is_done.is_set():
                turn += 1
                self._turn(f"{self.number}.{turn}", chance, turn)
        except BaseException as problem:  # noqa: BLE001 - the drill shows it
            self.problem = problem

    def _turn(self, name: str, chance: random.Random, turn: int) -> None:
        store, sku = chance.choice(self.places)
        self.caller.read("/api/v1/availability", sku=sku, store=store)
        line: Json = {"sku": sku, "quantity": chance.randint(1, 2)}
        # Every other hold leaves a choice: it goes the ordinary way, in more statements.
        where: Json = {"store": store} if turn % 2 else {"places": [store]}
        hold = {"reference": name, "owner": name, "lines": [line | where]}
        self._tell(f"hold-{name}", "/api/v1/holds", hold)
        self.kept[name] = line["quantity"]
        if chance.random() < 2 / 3:
            self._tell(f"release-{name}", f"/api/v1/holds/{name}/release", {})
            self.kept[name] = 0

    def _tell(self, key: str, path: str, body: Json) -> None:
        self.said.append(Said(key, path, body, self.caller.tell(path, body, key=key)))


@dataclass(eq=False)
class Follower(threading.Thread):
    """Keeps a copy of the stock by its changes."""

    caller: Caller
    copy: dict[Place, tuple[int, int]] = field(default_factory=dict)
    pages: int = 0
    stale: list[Json] = field(default_factory=list)
    is_done: threading.Event = field(default_factory=threading.Event)
    _next: str = ""
    _versions: dict[Place, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        """Until it is done."""
        while not self.is_done.is_set():
            self.read_on()
            time.sleep(_PAUSE)

    def read_on(self) -> bool:
        """One page; answers whether it knows everything now."""
        after = {"after": self._next} if self._next else {}
        page = self.caller.read("/api/v1/stock-changes", limit=500, **after)
        for item in page["items"]:
            place = (item["store"], item["sku"])
            if item["version"] < self._versions.get(place, 0):
                self.stale.append(item)
            self._versions[place] = item["version"]
            self.copy[place] = (item["on_hand"], item["reserved"])
        self._next, self.pages = page["next"], self.pages + 1
        return bool(page["is_all"])


def refused_again(caller: Caller, said: list[Said]) -> list[str]:
    """The keys that, told once more, are not answered as they were."""
    wrong = []
    for one in said:
        try:
            answer = caller.tell(one.path, one.body, key=one.key)
        except Refused as refused:
            wrong.append(f"{one.key}: {refused}")
        else:
            wrong += [] if answer == one.answer else [f"{one.key}: {answer}"]
    return wrong
