"""The day's own book: what callers were told, to compare with what the service kept."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from omniretail.kernel import clock
from orders.trading_day.reference import Article, Chain


@dataclass(frozen=True)
class Told:
    """An order as its buyer was told it stands."""

    number: str
    channel: str
    total_amount: str | None
    link: str


@dataclass
class Book:
    """Written by many threads; read when the day is over."""

    chain: Chain
    orders: dict[str, Told] = field(default_factory=dict)
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    to_bring_back: dict[str, str] = field(default_factory=dict)
    no_shows: set[str] = field(default_factory=set)
    latecomers: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    articles: dict[str, Article] = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.articles = {article.sku_code: article for article in self.chain.articles}

    def place(
        self, number: str, channel: str, total_amount: str | None = None, link: str = ""
    ) -> None:
        """The service acknowledged an order."""
        with self._lock:
            known = self.orders.get(number)
            told = Told(number, channel, total_amount, link)
            if known is not None and known != told:
                self.wrong.append(f"{number} was told twice, and differently")
            self.orders[number] = told

    def refuse(self, channel: str, code: str) -> None:
        """The service refused something a buyer wanted."""
        with self._lock:
            self.refusals[channel, code] += 1

    def note(self, act: str) -> None:
        """Somebody did something worth counting."""
        with self._lock:
            self.acts[act] += 1

    def note_repeats(self, answers: list[dict[str, Any]]) -> None:
        """What became of a batch that had been sent before: never a second order."""
        for told in answers:
            number = told["order_number"]
            if number is not None and number not in self.orders:
                self.complain(f"a sale sent twice became the order {number}")
        self.note("till batches sent twice")

    def bring_back(self, number: str, store_code: str) -> None:
        """This order will be returned, at that store."""
        with self._lock:
            self.to_bring_back[number] = store_code

    def complain(self, sentence: str) -> None:
        """Something happened that must not."""
        with self._lock:
            self.wrong.append(sentence)

    @staticmethod
    def now() -> datetime:
        return clock.now()
