"""The grocer's products, shops, prices and shelves as import files, and their import."""

import csv
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from inventory.catalogue.gtin import check_digit
from tests.drills.real.ringing import amount, ring_all
from tests.drills.real.source import ZONE, Article, Source

Row = dict[str, Any]
_BEFORE_ALL_SALES = "2016-12-31T00:00:00+00:00"
_SPARE, _MOST_UNITS = 5, 1_000_000
_PATIENCE = httpx.Timeout(600.0)


@dataclass(frozen=True)
class Imported:
    """What the service said of one file, and how long it took."""

    kind: str
    report: dict[str, Any]
    seconds: float

    @property
    def rows_per_second(self) -> float:
        return float(self.report["rows_read"]) / self.seconds


def shop_code(shop: str) -> str:
    return f"shop-{shop}"


def sku_code(product: str) -> str:
    return f"p-{product}"


def gtin_of(product: str) -> str:
    """A number of the range that is kept for use inside a shop (GS1: 20 to 29): the
    source tells no barcodes, and these are nobody else's."""
    body = f"20{int(product):010d}"
    return body + check_digit(body)


def write_feeds(source: Source, folder: Path) -> dict[str, Path]:
    """The import files, in the order in which they have to come in."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "places": _places(source),
        "categories": _categories(source),
        "catalogue": _catalogue(source),
        "prices": _prices(source),
        "stock": _stock(source),
    }
    return {kind: _written(folder / f"{kind}.csv", rows) for kind, rows in made.items()}


def import_file(door: httpx.Client, kind: str, path: Path) -> Imported:
    """Send one file through the REST door, as the grocer's own system would."""
    began_at = time.monotonic()
    answer = door.post(
        "/api/v1/feeds",
        params={"kind": kind, "file_name": path.name},
        content=path.read_bytes(),
        headers={"Content-Type": "text/csv", "Idempotency-Key": f"real-{kind}"},
        timeout=_PATIENCE,
    )
    if answer.is_error:
        raise RuntimeError(f"{kind}: {answer.status_code} {answer.text[:500]}")
    return Imported(kind, answer.json(), time.monotonic() - began_at)


def _places(source: Source) -> Iterator[Row]:
    """The source keeps to itself where its shops stand: all are put on one spot."""
    for shop in source.shops:
        yield {
            "code": shop_code(shop),
            "kind": "STORE",
            "name": f"Shop {shop}",
            "city": "Cincinnati",
            "region": "Ohio",
            "address": "not told by the source",
            "country": "US",
            "latitude": "39.1031",
            "longitude": "-84.5120",
            "time_zone": ZONE.key,
            "opening_hours": "24/7",
            "currency": "USD",
        }


def _categories(source: Source) -> Iterator[Row]:
    paths = {(one.department, "") for one in source.articles.values()}
    paths |= {(one.department, one.category) for one in source.articles.values()}
    for department, category in sorted(paths):
        yield {
            "code": _shelf(department, category),
            "name": category or department,
            "parent": _shelf(department, "") if category else "",
        }


def _catalogue(source: Source) -> Iterator[Row]:
    for article in source.articles.values():
        yield {
            "sku_code": sku_code(article.product),
            "name": _name(article),
            "category_code": _shelf(article.department, article.category),
            "brand": article.brand,
            "tax_rate": "0",  # the source tells no tax
            "gtins": gtin_of(article.product),
        }


def _prices(source: Source) -> Iterator[Row]:
    """What a unit cost most often in that year, without the shop's discounts."""
    for product, cents in source.shelf.items():
        yield {
            "sku_code": sku_code(product),
            "currency": "USD",
            "amount": amount(cents),
            "starts_at": _BEFORE_ALL_SALES,
        }


def _stock(source: Source) -> Iterator[Row]:
    """What the week will sell, and a few more."""
    sold: Counter[tuple[str, str]] = Counter()
    for basket in source.baskets:
        for rung in ring_all(basket.lines):
            sold[basket.shop, rung.product] += rung.quantity
    for (shop, product), units in sorted(sold.items()):
        yield {
            "store_code": shop_code(shop),
            "sku_code": sku_code(product),
            "on_hand": min(units + _SPARE, _MOST_UNITS),
        }


def _name(article: Article) -> str:
    what = article.kind or article.category or article.department
    return f"{what}, {article.size}" if article.size else f"{what} {article.product}"


def _shelf(department: str, category: str) -> str:
    return "/".join(_slug(part) for part in (department, category) if part)


def _slug(words: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "-", words.upper()).strip("-")


def _written(path: Path, rows: Iterable[Row]) -> Path:
    lines = iter(rows)
    first = next(lines)
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, fieldnames=list(first))
        table.writeheader()
        table.writerow(first)
        table.writerows(lines)
    return path
