"""Large and hostile files need little memory and end in a clear report."""

import io
import tracemalloc

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from inventory.catalogue.models import Sku
from inventory.feeds.models import FeedError
from inventory.feeds.operations import FeedTerms, import_csv
from inventory.stock.models import StockLevel, StockMovement
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import limits
from tests.clock import NOON
from tests.factories.inventory import ProductFactory
from tests.inventory.given import place, stocked
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
HEADING = b"store_code,sku_code,on_hand\n"
MEGABYTE = 1 << 20


def test_a_hundred_thousand_bad_lines_end_in_a_report() -> None:
    place()
    lines = b"".join(b"msk-1,none-%d,1\n" % number for number in range(100_001))
    report = import_csv(
        stream=io.BytesIO(HEADING + lines), terms=FeedTerms("stock"), by=SYSTEM, at=NOON
    )
    assert (report.rows_read, report.rows_landed) == (100_001, 0)
    assert report.rows_refused == 100_001
    assert len(report.refusals) == limits().feed_errors == FeedError.objects.count()


def test_a_large_feed_lands_in_bounded_memory() -> None:
    product = ProductFactory.create()
    codes = [f"S-{number:05}" for number in range(3_000)]
    Sku.objects.bulk_create(
        Sku(code=code, product=product, name=code, tax_rate=20) for code in codes
    )
    places = [place(f"msk-{number}") for number in range(5)]
    text = "".join(f"{store},{code},7\n" for store in places for code in codes)
    stream = io.BytesIO(HEADING + text.encode())
    tracemalloc.start()
    report = import_csv(stream=stream, terms=FeedTerms("stock"), by=SYSTEM, at=NOON)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (report.rows_landed, report.rows_changed) == (15_000, 15_000)
    assert peak < 30 * MEGABYTE
    assert StockMovement.objects.count() == StockLevel.objects.count() == 15_000
    again = import_csv(stream=stream, terms=FeedTerms("stock"), by=SYSTEM, at=NOON)
    assert (again.rows_landed, again.rows_changed) == (15_000, 0)
    assert broken(only={"S1", "S2", "S3", "S4"}) == set()


@pytest.fixture
def stock_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("feeds") / "остатки.csv"
    path.write_text("Склад;Артикул;Количество\nmsk-1;S-1;8\nmsk-1;S-9;1\n", "cp1251")
    return str(path)


def test_the_command_imports_a_file_and_says_what_it_did(stock_file: str) -> None:
    stocked(5)
    said = io.StringIO()
    call_command("import_feed", "stock", stock_file, stdout=said)
    assert "2 rows read, 1 landed, 1 changed something, 1 refused" in " ".join(
        said.getvalue().split()
    )
    assert "S-9" in said.getvalue()
    assert StockLevel.objects.get().on_hand == 8


def test_the_command_rehearses_and_refuses(stock_file: str) -> None:
    stocked(5)
    call_command("import_feed", "stock", stock_file, "--dry-run", stdout=io.StringIO())
    assert StockLevel.objects.get().on_hand == 5
    with pytest.raises(SystemExit):
        call_command(
            "import_feed", "stock", stock_file, "--all-or-nothing", stdout=io.StringIO()
        )
    assert StockLevel.objects.get().on_hand == 5
    with pytest.raises(CommandError, match="is not a file"):
        call_command("import_feed", "stock", "nowhere.csv", stdout=io.StringIO())
    with pytest.raises(CommandError, match="column"):
        call_command("import_feed", "prices", stock_file, stdout=io.StringIO())
