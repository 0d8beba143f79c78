"""Somebody who follows the stock from outside, over HTTP alone."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from inventory.stock.models import StockLevel
from omniretail.kernel.horizon import HORIZON
from tests.callers import Answer, Caller, as_client

ADDRESS = "/api/v1/stock-changes"
_LATE = f"SELECT EXISTS (SELECT FROM inventory_levelchange WHERE position >= {HORIZON})"  # noqa: S608
Pair = tuple[str, str]
Row = dict[str, Any]


@dataclass
class Follower:
    """What a follower knows: the last they were told of each level, at which places."""

    caller: Caller = field(default_factory=lambda: as_client("stock:read"))
    cursor: str = "0.0"
    known: dict[Pair, Row] = field(default_factory=dict)
    heard: list[Row] = field(default_factory=list)
    asked: dict[str, Any] = field(default_factory=dict)
    stores: list[str] | None = None

    def begin(self) -> None:
        """Take the snapshot."""
        first, *levels, last = lines(self.caller, **self.asked)
        assert last == {"levels": len(levels)}
        self.cursor, self.stores = first["cursor"], first["stores"]
        self.known = {(row["store"], row["sku"]): row for row in levels}

    def follow(self, *, limit: int = 3, in_the_end: bool = True) -> None:
        """Read on until everything has been told that can be."""
        is_all = False
        while not is_all:
            read = changes if in_the_end else page_of
            page = read(self.caller, after=self.cursor, limit=limit, **self.asked)
            self.cursor, is_all = page["next"], page["is_all"]
            self.keep_to(page["stores"])
            for row in page["items"]:
                self.hear(row)

    def keep_to(self, stores: list[str] | None) -> None:
        """Where places joined or left, take a snapshot beside the changes."""
        if stores != self.stores:
            self.stores = stores
            rows = lines(self.caller, **self.asked)[1:-1]
            self.known = {(row["store"], row["sku"]): row for row in rows}

    def hear(self, row: Row) -> None:
        """A version that is not higher is known already."""
        pair = row["store"], row["sku"]
        self.heard.append(row)
        if pair not in self.known or row["version"] > self.known[pair]["version"]:
            self.known[pair] = row

    def figures(self) -> dict[Pair, tuple[int, int, int]]:
        """What they believe to be on hand, reserved and kept back, where there is any."""
        said = {
            pair: (row["on_hand"], row["reserved"], row["safety_stock"])
            for pair, row in self.known.items()
        }
        return {pair: figures for pair, figures in said.items() if any(figures)}


def changes(caller: Caller | None = None, **asked: Any) -> Row:
    """One page of changes, once nothing older runs."""
    settle()
    return page_of(caller or as_client("stock:read"), **asked)


def page_of(caller: Caller, **asked: Any) -> Row:
    """One page of changes, as far as they can be read now."""
    answer = caller.get(ADDRESS, asked)
    assert answer.status_code == 200, answer.content
    page: Row = answer.json()
    return page


def settle() -> None:
    """Wait until every change that is in can be read."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(_LATE)
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise TimeoutError("something older does not end")


def lines(caller: Caller | None = None, **asked: Any) -> list[Row]:
    """The lines of a snapshot."""
    reader = caller or as_client("stock:read")
    answer: Answer = reader.get(f"{ADDRESS}/snapshot", asked)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content)
    return [json.loads(line) for line in text.splitlines()]


def truth() -> dict[Pair, tuple[int, int, int]]:
    """What the levels say, where they say anything."""
    rows = StockLevel.objects.values_list(
        "store__code", "sku__code", "on_hand", "reserved", "safety_stock"
    )
    return {(store, sku): tuple(said) for store, sku, *said in rows if any(said)}  # type: ignore[misc]


def transaction_number() -> int:
    """The number of the transaction we are in; it has one from now on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])
