"""The grocer's tables as values: articles, shops, one week of baskets, shelf prices."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.drills.real.ringing import SourceLine

# The package tells moments without their offset. They are UTC: only then is it quiet at
# night, and only then has each of its weeks seven whole days of trading.
ZONE = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Article:
    """A row of the product file."""

    product: str
    department: str
    category: str
    kind: str
    size: str
    brand: str


@dataclass(frozen=True)
class Basket:
    """What one customer took past one till."""

    number: str
    shop: str
    sold_at: datetime
    lines: tuple[SourceLine, ...]

    @property
    def business_date(self) -> date:
        return self.sold_at.astimezone(ZONE).date()


@dataclass(frozen=True)
class Source:
    """All products and shops of the grocer, and the baskets of one week."""

    articles: dict[str, Article]
    shops: tuple[str, ...]
    shelf: dict[str, int]
    baskets: tuple[Basket, ...]


def read_source(folder: Path, *, week: str, most_shops: int | None) -> Source:
    """Read the tables; `most_shops` keeps the baskets of the busiest shops only."""
    articles = _articles(folder / "products.csv")
    shelf = _shelf(folder / "prices.csv")
    baskets = _baskets(folder / f"week-{week}.csv")
    sold = {line.product for basket in baskets for line in basket.lines}
    for product in sorted((sold | shelf.keys()) - articles.keys(), key=int):
        articles[product] = Article(product, "UNKNOWN", "", "", "", "")
    shops = sorted((row["store_id"] for row in _rows(folder / "shops.csv")), key=int)
    return Source(articles, tuple(shops), shelf, _busiest(baskets, most_shops))


def _baskets(path: Path) -> tuple[Basket, ...]:
    if not path.exists():
        raise SystemExit(f"drill-real: the source has no {path.stem.replace('-', ' ')}")
    sold: dict[tuple[str, str, str], list[SourceLine]] = defaultdict(list)
    for row in _rows(path):
        key = (row["basket_id"], row["store_id"], row["transaction_timestamp"])
        sold[key].append(_line(row))
    return tuple(
        Basket(number, shop, moment(told), tuple(lines))
        for (number, shop, told), lines in sold.items()
    )


def _busiest(baskets: tuple[Basket, ...], most_shops: int | None) -> tuple[Basket, ...]:
    if most_shops is None:
        return baskets
    busy = Counter(basket.shop for basket in baskets).most_common(most_shops)
    shops = {shop for shop, _baskets in busy}
    return tuple(basket for basket in baskets if basket.shop in shops)


def _shelf(path: Path) -> dict[str, int]:
    """The price that a unit of each product had most often; the dearer one of two."""
    seen: dict[str, tuple[int, int]] = {}
    for row in _rows(path):
        price = (int(row["count_all"]), int(row["unit_cents"]))
        seen[row["product_id"]] = max(price, seen.get(row["product_id"], price))
    return {product: cents for product, (_times, cents) in seen.items()}


def _articles(path: Path) -> dict[str, Article]:
    return {
        row["product_id"]: Article(
            row["product_id"],
            row["department"],
            row["product_category"],
            row["product_type"],
            row["package_size"],
            row["brand"],
        )
        for row in _rows(path)
    }


def _line(row: dict[str, str]) -> SourceLine:
    return SourceLine(
        product=row["product_id"],
        quantity=int(row["quantity"]),
        sales_cents=int(row["sales_value"]),
        card_cents=int(row["retail_disc"]),
        match_cents=int(row["coupon_match_disc"]),
        coupon_cents=int(row["coupon_disc"]),
    )


def moment(text: str) -> datetime:
    """A moment of the source, which says nothing of its offset: UTC."""
    return datetime.fromisoformat(text.partition(".")[0]).replace(tzinfo=UTC)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        yield from csv.DictReader(stream)
