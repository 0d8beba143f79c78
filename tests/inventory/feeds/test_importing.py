"""Feeds land, are refused row by row, and change nothing when they come again."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from inventory.catalogue.queries import find_skus, prices, sku_by_gtin, sku_card
from inventory.feeds.models import Feed, FeedError
from inventory.feeds.operations import FeedReport, FeedTerms, import_csv, import_rows
from inventory.feeds.reading import (
    ColumnMissing,
    ColumnRepeated,
    ColumnUnknown,
    FeedUnreadable,
)
from inventory.stock.models import StockMovement
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import OutboxFact
from stores.network.queries import get_store
from tests.clock import NOON
from tests.inventory.given import figures, stocked
from tests.lawbook import broken

pytestmark = pytest.mark.django_db

CATEGORIES = "code,name,parent\nphones,Смартфоны,\ncases,Чехлы,phones\n"
CATALOGUE = (
    "sku_code;name;category_code;product_code;brand;attributes;tax_rate;gtins\n"
    "S-1;Смартфон Ёлка чёрный;phones;P-1;Ёлка;цвет=чёрный;20;4600051000057 12345670\n"
    'S-2;"Чехол 6,5""";cases;;;;22,5;\n'
)
PLACES = (
    "code,kind,name,city,address,latitude,longitude,time_zone,opening_hours,currency,"
    "can_pickup\n"
    'msk-1,STORE,Тверская,Москва,"Тверская, 1",55.76,37.6,Europe/Moscow,'
    "Mo-Su 10:00-22:00,RUB,да\n"
)
STOCK = "store_code;sku_code;on_hand\nmsk-1;S-1;5\nmsk-1;S-2;7,000\n"


def land(kind: str, text: str | bytes, **terms: Any) -> FeedReport:
    raw = text.encode() if isinstance(text, str) else text
    at = terms.pop("at", NOON)
    return import_csv(
        stream=io.BytesIO(raw), terms=FeedTerms(kind, **terms), by=SYSTEM, at=at
    )


def land_all() -> None:
    for kind, text in (
        ("categories", CATEGORIES),
        ("catalogue", CATALOGUE),
        ("places", PLACES),
        ("stock", STOCK),
    ):
        report = land(kind, text)
        assert report.refusals == ()


def why(report: FeedReport) -> list[tuple[int, str, str]]:
    return [(one.line, one.field, one.message) for one in report.refusals]


def test_a_chain_comes_in_by_feeds() -> None:
    land_all()
    assert get_store("msk-1").can_pickup is True
    card = sku_card("S-1", at=NOON, currency="RUB")
    assert (card.product_code, card.category_name) == ("P-1", "Смартфоны")
    assert card.attributes == {"цвет": "чёрный"}
    assert sku_by_gtin("4600051000057") == "S-1"
    assert sku_card("S-2", at=NOON, currency="RUB").tax_rate == Decimal("22.5")
    assert figures() == (5, 0)
    assert figures(sku="S-2") == (7, 0)
    assert broken(only={"S1", "S2", "S3", "S4"}) == set()


def test_the_same_feed_again_changes_nothing() -> None:
    land_all()
    moved = StockMovement.objects.count()
    for kind, text in (
        ("categories", CATEGORIES),
        ("catalogue", CATALOGUE),
        ("places", PLACES),
        ("stock", STOCK),
    ):
        report = land(kind, text)
        assert (report.rows_landed > 0, report.rows_changed) == (True, 0), kind
    assert StockMovement.objects.count() == moved


def test_an_import_is_told_once() -> None:
    land("categories", CATEGORIES)
    (fact,) = OutboxFact.objects.filter(name="inventory.feed_imported")
    assert fact.payload["rows_landed"] == 2


def test_a_dry_run_lands_nothing_and_says_what_would() -> None:
    land("categories", CATEGORIES)
    report = land("catalogue", CATALOGUE, is_dry_run=True)
    assert (report.rows_landed, report.rows_changed, report.status) == (2, 2, "LANDED")
    assert find_skus(at=NOON, currency="RUB") == []
    assert Feed.objects.get(number=report.number).is_dry_run


def test_good_rows_land_beside_bad_ones() -> None:
    land("categories", CATEGORIES)
    report = land("catalogue", CATALOGUE + "S-3;;phones;;;;20;\nS-4;Нет;none;;;;20;\n")
    assert (report.rows_read, report.rows_landed, report.rows_refused) == (4, 2, 2)
    assert why(report) == [
        (4, "name", "Missing."),
        (5, "category_code", "There is no such category."),
    ]
    kept = FeedError.objects.filter(feed__number=report.number)
    assert list(kept.values_list("line", "field", "value")) == [
        (4, "name", ""),
        (5, "category_code", "none"),
    ]


def test_all_or_nothing_lands_nothing_when_a_row_is_bad() -> None:
    land("categories", CATEGORIES)
    report = land("catalogue", CATALOGUE + "S-3;;phones;;;;20;\n", is_all_or_nothing=True)
    assert (report.status, report.rows_landed) == ("REFUSED", 0)
    assert find_skus(at=NOON, currency="RUB") == []


def test_a_row_says_every_field_that_is_wrong() -> None:
    report = land("stock", "store_code,sku_code,on_hand\n!!,ок,1.5\n")
    assert why(report) == [
        (2, "store_code", "Not a code: Latin letters, digits, dots, dashes and slashes."),
        (2, "sku_code", "Not a code: Latin letters, digits, dots, dashes and slashes."),
        (2, "on_hand", "Not a whole number."),
    ]
    assert report.rows_refused == 1


def test_a_repeated_key_is_refused_with_the_line_that_had_it() -> None:
    stocked(1)
    report = land("stock", "store_code,sku_code,on_hand\nmsk-1,S-1,3\nmsk-1,S-1,4\n")
    assert why(report) == [(3, "sku_code", "Says again what line 2 said.")]
    assert figures() == (3, 0)


@pytest.mark.parametrize(
    "raw",
    [
        CATEGORIES.encode("utf-8-sig"),
        CATEGORIES.encode("cp1251"),
        CATEGORIES.encode("utf-16"),
        CATEGORIES.replace(",", ";").encode(),
        CATEGORIES.replace(",", "\t").encode(),
        CATEGORIES.replace("\n", "\r\n").encode(),
        CATEGORIES.replace("code,name,parent", "Код,Наименование,Родитель").encode(),
        CATEGORIES.replace("phones,Смартфоны,\n", '\n"phones","Смартфоны",""\n').encode(),
    ],
    ids=["mark", "cp1251", "utf-16", "semicolon", "tab", "crlf", "russian", "quoted"],
)
def test_files_are_read_as_erps_write_them(raw: bytes) -> None:
    report = land("categories", raw)
    assert (report.rows_landed, report.rows_refused) == (2, 0)


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", FeedUnreadable),
        (b"\n\n", FeedUnreadable),
        (b"\x98\xff\x00\x98", FeedUnreadable),
        (b"code,name\x00,parent\n", ColumnUnknown),
        (b"code,name,colour\n", ColumnUnknown),
        (b"code,code,name\n", ColumnRepeated),
        (b"code,parent\n", ColumnMissing),
        (b'code,name,parent\na,"' + b"x\n" * 200_000, FeedUnreadable),
        (b"code,name,parent\n" + b"x" * 300_000, FeedUnreadable),
    ],
)
def test_what_is_no_feed_is_refused_as_a_whole(raw: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        land("categories", raw)
    feed = Feed.objects.get()
    assert (feed.status, feed.rows_landed) == ("REFUSED", 0)


def test_a_quote_left_open_is_named_with_the_line_it_stands_in() -> None:
    raw = b'code,name,parent\na,A,\nb,"B,\n' + b"c,C,\n" * 50_000
    with override("ru"), pytest.raises(FeedUnreadable) as refused:
        land("categories", raw)
    assert refused.value.facts == {"reason": "Строка слишком длинная.", "line": 3}


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("a,\x00,", ("name", "Contains characters that are not allowed in text.")),
        ("a,b,c,d", ("", "4 fields instead of 3.")),
        ("a", ("", "1 fields instead of 3.")),
        (f"a,{'x' * 151},", ("name", "Longer than 150 characters.")),
        (
            "a,b,a",
            (
                "parent",
                "The category above it lies inside it, or hangs on nothing itself.",
            ),
        ),
        ("a,b,zz", ("parent", "There is no such category above it.")),
    ],
)
def test_a_hostile_row_is_refused_by_itself(row: str, complaint: tuple[str, str]) -> None:
    report = land("categories", f"code,name,parent\nok,Да,\n{row}\n")
    assert why(report) == [(3, *complaint)]
    assert report.rows_landed == 1


def test_categories_in_a_circle_are_refused() -> None:
    report = land("categories", "code,name,parent\na,A,b\nb,B,a\nc,C,b\nd,D,\n")
    assert [line for line, *_rest in why(report)] == [2, 3, 4]
    assert report.rows_landed == 1


def test_a_barcode_belongs_to_one_sku() -> None:
    land("categories", CATEGORIES)
    land("catalogue", CATALOGUE)
    heading = "sku_code,name,category_code,tax_rate,gtins\n"
    report = land("catalogue", heading + "S-9,x,phones,20,4600051000057\n")
    assert why(report) == [(2, "gtins", "This barcode belongs to S-1.")]
    report = land(
        "catalogue",
        heading + "S-8,x,phones,20,96385074\nS-9,x,phones,20,96385074\n"
        "S-7,x,phones,20,4600051000050\n",
    )
    assert why(report) == [
        (3, "gtins", "Line 2 has this barcode too."),
        (4, "gtins", "4600051000050 is no GTIN."),
    ]


def price(amount: str, at: Any = NOON, starts_at: str = "") -> FeedReport:
    text = f"sku_code;currency;amount;starts_at\nS-1;RUB;{amount};{starts_at}\n"
    return land("prices", text, at=at)


def test_a_new_price_begins_where_the_old_one_ends() -> None:
    stocked(1)
    price("100,50")
    later = NOON + timedelta(days=1)
    assert price("100.50", at=later).rows_changed == 0
    assert price("90", at=later).rows_changed == 1
    before = later - timedelta(seconds=1)
    assert prices(["S-1"], "RUB", before) == {"S-1": Decimal("100.50")}
    assert prices(["S-1"], "RUB", later) == {"S-1": Decimal("90.00")}


def test_a_price_never_changes_the_past() -> None:
    stocked(1)
    price("100", at=NOON - timedelta(days=10))
    price("50", starts_at=(NOON - timedelta(days=5)).isoformat())
    assert prices(["S-1"], "RUB", NOON - timedelta(days=5)) == {"S-1": Decimal(100)}
    assert prices(["S-1"], "RUB", NOON) == {"S-1": Decimal(50)}


def test_a_price_may_begin_in_the_future() -> None:
    stocked(1)
    price("100")
    tomorrow = NOON + timedelta(days=1)
    price("80", starts_at=tomorrow.isoformat())
    price("70", starts_at=tomorrow.isoformat())
    assert prices(["S-1"], "RUB", NOON) == {"S-1": Decimal(100)}
    assert prices(["S-1"], "RUB", tomorrow) == {"S-1": Decimal(70)}


def test_rows_come_as_json_too() -> None:
    stocked(5)
    rows: list[dict[str, object]] = [
        {"store_code": "msk-1", "sku_code": "S-1", "on_hand": 8},
        {"store_code": "msk-1", "sku_code": "S-1", "on_hand": 9},
        {"store_code": "msk-1", "sku_code": "S-2", "shelf": 9},
        {"store_code": "msk-1", "sku_code": "S-2", "on_hand": None},
    ]
    report = import_rows(rows=rows, terms=FeedTerms("stock"), by=SYSTEM, at=NOON)
    faults = [(line, field) for line, field, _why in why(report)]
    assert faults == [(2, "sku_code"), (3, "shelf"), (4, "on_hand")]
    assert figures() == (8, 0)


def test_a_place_the_stores_floor_refuses_is_named_with_its_field() -> None:
    report = land("places", PLACES.replace("Europe/Moscow", "Europe/Atlantis"))
    assert why(report) == [(2, "time_zone", "There is no such time zone.")]
