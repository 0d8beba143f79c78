"""The demonstration chain as `fixtures/` describes it, read into frozen values."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

Row = dict[str, str]
MAIN_STORE = "msk-tverskaya"
"""Where those who try the demonstration out stand behind the counter."""


@dataclass(frozen=True)
class Place:
    """A store or warehouse, as far as playing a day needs it."""

    code: str
    name: str
    city: str
    region: str
    address: str
    postal_code: str
    latitude: Decimal
    longitude: Decimal
    size: str
    is_store: bool
    can_ship: bool


@dataclass(frozen=True)
class Article:
    """A SKU on the shelf: its codes, its category and what it costs; a kit lies there as
    its parts, so many units of each."""

    sku_code: str
    category_code: str
    gtins: tuple[str, ...]
    price: Decimal
    parts: Mapping[str, int] = field(default_factory=dict)
    is_serialised: bool = False


@dataclass(frozen=True)
class Worker:
    """An employee who can sign in on a tablet of their store."""

    code: str
    first_name: str
    last_name: str
    role: str
    store_code: str
    pin: str


@dataclass(frozen=True)
class Regular:
    """A customer the chain knows."""

    first_name: str
    last_name: str
    language: str
    phone: str
    email: str
    card: str


@dataclass(frozen=True)
class Chain:
    """Everything a trading day is drawn from."""

    places: tuple[Place, ...]
    articles: tuple[Article, ...]
    workers: tuple[Worker, ...]
    regulars: tuple[Regular, ...]
    plan: dict[str, Row]

    @property
    def stores(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.is_store)

    def place(self, code: str) -> Place:
        """The place with this code."""
        return next(place for place in self.places if place.code == code)


def read_rows(folder: Path, name: str) -> list[Row]:
    """All rows of one fixture file."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def read_chain(folder: Path) -> Chain:
    """The whole chain from its fixture files."""
    return Chain(
        places=tuple(_places(folder)),
        articles=tuple(_articles(folder)),
        workers=tuple(_workers(folder)),
        regulars=tuple(_regulars(folder)),
        plan={row["category_code"]: row for row in read_rows(folder, "stock_plan")},
    )


def _places(folder: Path) -> Iterator[Place]:
    sizes = {row["store_code"]: row["size"] for row in read_rows(folder, "place_sizes")}
    for row in read_rows(folder, "stores"):
        yield Place(
            code=row["code"],
            name=row["name"],
            city=row["city"],
            region=row["region"],
            address=row["address"],
            postal_code=row["postal_code"],
            latitude=Decimal(row["latitude"]),
            longitude=Decimal(row["longitude"]),
            size=sizes[row["code"]],
            is_store=row["kind"] == "STORE",
            can_ship=row["can_ship"] == "yes",
        )


def _articles(folder: Path) -> Iterator[Article]:
    prices = {
        row["sku_code"]: Decimal(row["amount"]) for row in read_rows(folder, "prices")
    }
    parts = {row["sku_code"]: kit_parts(row) for row in read_rows(folder, "kits")}
    for row in read_rows(folder, "catalogue"):
        yield Article(
            sku_code=row["sku_code"],
            category_code=row["category_code"],
            gtins=tuple(row["gtins"].split()),
            price=prices[row["sku_code"]],
            parts=parts.get(row["sku_code"], {}),
            is_serialised=row["is_serialised"] == "yes",
        )


def kit_parts(row: Row) -> dict[str, int]:
    """How many units of which parts a kit takes: "S-1=1; S-2=2"."""
    pairs = (part.strip().split("=") for part in row["parts"].split(";"))
    return {code: int(units) for code, units in pairs}


def _workers(folder: Path) -> Iterator[Worker]:
    for row in read_rows(folder, "staff"):
        yield Worker(
            code=row["code"],
            first_name=row["first_name"],
            last_name=row["last_name"],
            role=row["role"],
            store_code=row["store_code"],
            pin=row["pin"],
        )


def _regulars(folder: Path) -> Iterator[Regular]:
    for row in read_rows(folder, "customers"):
        yield Regular(
            first_name=row["first_name"],
            last_name=row["last_name"],
            language=row["language"],
            phone=row["phone"],
            email=row["email"],
            card=row["card"],
        )
