"""Absolute import of stock levels, half of them changed, beside COPY of the same file."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection
from django.db.models import F

from inventory.catalogue.models import Category, Product, Sku
from inventory.feeds.models import Feed
from inventory.stock.models import StockLevel, StockMovement
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from stores.network.operations import StoreDetails, save_store
from tests.bench.figures import Pair, alternating

CHECKOUT = Path(__file__).resolve().parents[2]
ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "1000000"))
PLACES = 200
MEGABYTES = 200
_A_MILLION = 1_000_000
_BOUND = (
    "a change is three rows (level, movement, what followers are told) and five entries of"
    " indexes, for COPY one row and none: by bare SQL, without a trigger, twenty COPYs; to"
    " compare unchanged rows takes eight more"
)
_TABLE = "CREATE TABLE bench_copy (store_code text, sku_code text, on_hand integer)"


def import_levels(folder: Path) -> Pair:
    """Levels told anew, every other one changed; each round tells other figures."""
    _stock()
    files = [folder / f"levels-{number}.csv" for number in range(2)]
    for number, path in enumerate(files):
        _write(path, number)
    _imported(files[0])  # the opening stock: both sides are measured on full tables
    told = iter(range(1, 1_000))

    def ours() -> float:
        return _imported(files[next(told) % 2])

    def bare() -> float:
        return _copied(files[0])

    taken, copied = alternating(ours, bare)
    _refuse_writes_for_nothing(files, next(told) - 1)
    peak = max(_PEAKS)
    assert peak <= MEGABYTES, f"{peak:.0f} MB"
    return Pair(
        f"absolute import of {ROWS:,} levels, half changed ({peak:.0f} MB at most)",
        taken,
        "COPY of the same file into an unindexed table",
        copied,
        _BOUND,
        reach=12 if ROWS >= _A_MILLION else None,
    )


_PEAKS: list[float] = []


def _stock() -> None:
    for number in range(PLACES):
        save_store(
            details=StoreDetails(
                code=f"bench-{number:03}",
                kind="STORE",
                name=f"Bench {number}",
                city="Москва",
                address="Тверская, 1",
                latitude=55.75,
                longitude=37.62,
                time_zone="Europe/Moscow",
                opening_hours="Mo-Su 10:00-22:00",
                currency="RUB",
            ),
            by=SYSTEM,
            at=clock.now(),
        )
    category = Category.objects.create(code="bench", name="Bench")
    product = Product.objects.create(code="bench", name="Bench", category=category)
    Sku.objects.bulk_create(
        [
            Sku(code=f"B-{number:06}", product=product, name=f"B {number}", tax_rate=20)
            for number in range(ROWS // PLACES)
        ],
        batch_size=5_000,
    )


def _write(path: Path, told: int) -> None:
    """One line per level; every other level has another figure in the other file."""
    with path.open("w") as file:
        file.write("store_code,sku_code,on_hand\n")
        for place in range(PLACES):
            file.writelines(
                f"bench-{place:03},B-{sku:06},{sku % 40 + 1 + (told if sku % 2 else 0)}\n"
                for sku in range(ROWS // PLACES)
            )


def _imported(path: Path) -> float:
    """Milliseconds of the import command in a process of its own, start left out."""
    command = [sys.executable, "-m", "tests.bench.importing_once", str(path)]
    output = subprocess.check_output(command, cwd=CHECKOUT, text=True)  # noqa: S603
    figures = json.loads(output.splitlines()[-1])
    _PEAKS.append(figures["megabytes"])
    return float(figures["milliseconds"])


def _copied(path: Path) -> float:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_copy")
        cursor.execute(_TABLE)
        began = time.perf_counter()
        words = "COPY bench_copy FROM STDIN (FORMAT csv, HEADER)"
        with path.open("rb") as file, cursor.copy(words) as copy:
            while chunk := file.read(1 << 20):
                copy.write(chunk)
        taken = (time.perf_counter() - began) * 1000
        cursor.execute("DROP TABLE bench_copy")
    return taken


def _refuse_writes_for_nothing(files: list[Path], last: int) -> None:
    """Unchanged rows write nothing: the last file once more leaves everything as it is."""
    before = (StockMovement.objects.count(), _versions())
    _imported(files[last % 2])
    assert (StockMovement.objects.count(), _versions()) == before
    feed = Feed.objects.latest("pk")
    assert (feed.rows_landed, feed.rows_changed) == (ROWS, 0)
    assert StockLevel.objects.filter(on_hand__lt=F("reserved")).count() == 0


def _versions() -> str:
    """Every version of every level: a row that is only locked differs already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(ctid::text || xmin || xmax, ',' ORDER BY id))"
            " FROM inventory_stocklevel"
        )
        return str(cursor.fetchone()[0])
