"""Places, catalogue, prices and opening stock: through the public imports."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from inventory.feeds.operations import FeedReport, FeedTerms, import_csv
from inventory.stock.queries import stocked_places
from omniretail.kernel.actors import SYSTEM
from orders.trading_day.opening import OpeningLevel, opening_levels
from orders.trading_day.reference import Row, read_chain, read_rows
from stores.network.operations import set_hours_exception

FEEDS = {
    "places": "stores",
    "categories": "categories",
    "catalogue": "catalogue",
    "kits": "kits",
    "prices": "prices",
}
_STOCK_COLUMNS = ("store_code", "sku_code", "on_hand", "safety_stock")


class FixtureRefused(Exception):
    """A fixture file has a row that the import refuses."""


def load_feed(folder: Path, kind: str, *, at: datetime) -> int:
    """Import one fixture file; answers how many rows changed something."""
    path = folder / f"{FEEDS[kind]}.csv"
    with path.open("rb") as stream:
        return _import(kind, stream, path.name, at)


@transaction.atomic
def load_hours_exceptions(folder: Path, *, at: datetime) -> int:
    """Days with other hours; `*` is every store."""
    stores = [row["code"] for row in read_rows(folder, "stores") if row["kind"] == "STORE"]
    rows = read_rows(folder, "hours_exceptions")
    for row in sorted(rows, key=lambda row: row["store_code"] != "*"):
        codes = stores if row["store_code"] == "*" else [row["store_code"]]
        for code in codes:
            _set_exception(code, row, at)
    return len(rows)


def load_opening_stock(folder: Path, *, seed: int, at: datetime) -> int:
    """Fill the shelves of every place that has no stock yet; a place that has begun to
    sell keeps its own."""
    stocked = stocked_places()
    levels = [
        level
        for level in opening_levels(read_chain(folder), seed=seed)
        if level.store_code not in stocked
    ]
    if not levels:
        return 0
    return _import("stock", _as_csv(levels), "opening stock", at)


def _set_exception(code: str, row: Row, at: datetime) -> None:
    set_hours_exception(
        store_code=code,
        day=date.fromisoformat(row["date"]),
        opens_at=_time(row["opens_at"]),
        closes_at=_time(row["closes_at"]),
        reason=row["reason"],
        by=SYSTEM,
        at=at,
    )


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


def _as_csv(levels: Iterable[OpeningLevel]) -> io.BytesIO:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_STOCK_COLUMNS)
    writer.writerows(
        (level.store_code, level.sku_code, level.on_hand, level.safety_stock)
        for level in levels
    )
    return io.BytesIO(text.getvalue().encode())


def _import(kind: str, stream: BinaryIO, name: str, at: datetime) -> int:
    terms = FeedTerms(kind=kind, file_name=name, is_all_or_nothing=True)
    report: FeedReport = import_csv(stream=stream, terms=terms, by=SYSTEM, at=at)
    if report.rows_refused:
        first = report.refusals[0]
        raise FixtureRefused(f"{name}, line {first.line}: {first.field} {first.message}")
    return report.rows_changed
