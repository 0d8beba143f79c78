"""What 1C exports lands: groups, goods, characteristics, prices and stock."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from inventory.catalogue.queries import categories, prices, sku_by_gtin, sku_card
from inventory.feeds.models import Feed, OutsideCode
from inventory.feeds.operations import (
    ExchangeTerms,
    NothingInside,
    PriceTypeNotChosen,
    import_commerceml,
)
from inventory.feeds.reading import FeedUnreadable
from inventory.feeds.unpacking import ArchiveRefused
from inventory.stock.models import StockMovement
from inventory.stock.operations import sell_stock
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.feeds.one_c import (
    AFTERNOON,
    BOOTS,
    KETTLE,
    KETTLE_ID,
    bring,
    file_of,
    mapped_place,
    packed,
)
from tests.inventory.feeds.test_importing import why
from tests.inventory.given import figures
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def land_everything() -> None:
    mapped_place()
    bring(file_of("import.xml"))
    bring(file_of("offers.xml"))


def test_groups_become_categories_as_they_stand_inside_each_other() -> None:
    bring(file_of("import.xml"))
    found = {one.name: one.parent_code for one in categories()}
    assert found == {
        "Обувь": None,
        "Сапоги": "bd72d90e-55bc-11d9-848a-00112f43529a",
        "Чайники": None,
    }


def test_goods_become_skus_under_their_articles() -> None:
    bring(file_of("import.xml"))
    card = sku_card(KETTLE, at=AFTERNOON, currency="RUB")
    assert (card.name, card.brand) == ("Чайник BINATONE AEJ-1001, 2,2 л", "Binatone")
    assert card.description == "Сталь, 2,2 л & свисток"
    assert card.category_name == "Чайники"
    assert card.attributes == {
        "Единица": "шт",
        "Цвет": "чёрный; матовый",
        "Объём, л": "2,2",
    }
    assert (card.tax_rate, card.gtins) == (Decimal(0), ("4600051000057",))
    assert sku_by_gtin("4600051000057") == KETTLE
    mapped = OutsideCode.objects.get(kind="SKU", outside_id=KETTLE_ID)
    assert mapped.code == KETTLE
    boots = sku_card(BOOTS, at=AFTERNOON, currency="RUB")
    assert (boots.name, boots.tax_rate) == ("Женские ботфорты", Decimal(20))


def test_a_good_that_cannot_land_is_named_with_its_line() -> None:
    report = bring(file_of("import.xml"))["catalogue"]
    assert (report.rows_read, report.rows_landed) == (3, 2)
    lines = file_of("import.xml").decode().splitlines()
    (line,) = [number for number, one in enumerate(lines) if "f0000001" in one]
    assert {one.field for one in report.refusals} == {"category_code", "tax_rate"}
    assert {one.line for one in report.refusals} == {line}


def test_offers_bring_characteristics_prices_and_stock_by_warehouse() -> None:
    mapped_place()
    bring(file_of("import.xml"))
    reports = bring(file_of("offers.xml"))
    assert reports["catalogue"].rows_landed == 1
    (boots,) = OutsideCode.objects.filter(outside_id__startswith=f"{BOOTS}#")
    card = sku_card(boots.code, at=AFTERNOON, currency="RUB")
    assert card.product_code == BOOTS
    assert card.attributes == {"Единица": "пар", "Размер": "36"}
    assert prices([KETTLE, boots.code], "RUB", AFTERNOON) == {
        KETTLE: Decimal("2490.50"),
        boots.code: Decimal("13159.00"),
    }
    assert figures(sku=KETTLE) == (7, 0)
    assert figures(sku=boots.code) == (4, 0)
    assert [(field, message) for _line, field, message in why(reports["stock"])] == [
        (
            "ИдСклада",
            "This warehouse is not mapped to a place: see “Codes of other systems”.",
        ),
        ("Ид", "This Ид is not known: import the catalogue first."),
    ]
    assert broken(only={"S1", "S2", "S4"}) == set()


def test_newer_releases_tell_stock_and_prices_in_files_of_their_own() -> None:
    land_everything()
    OutsideCode.objects.create(
        kind="PRICE_TYPE", outside_id="9f591aa6-8ea2-11e3-b0fa-00248cae1f0f", code="RUB"
    )
    assert list(bring(file_of("rests.xml"), price_type="")) == ["stock"]
    assert list(bring(file_of("prices.xml"), price_type="")) == ["prices"]
    assert figures(sku=KETTLE) == (5, 0)
    assert prices([KETTLE], "RUB", AFTERNOON) == {KETTLE: Decimal(2390)}


def test_stock_holds_as_of_the_moment_the_file_was_made() -> None:
    land_everything()
    sold_at = NOON + timedelta(minutes=45)  # the file was made at half past twelve
    sell_stock(
        store_code="msk-1", lines=[(KETTLE, 2)], reference="T", by=SYSTEM, at=sold_at
    )
    bring(file_of("rests.xml"))
    assert figures(sku=KETTLE) == (3, 0)
    movement = StockMovement.objects.filter(kind="FEED").latest("pk")
    assert movement.at == NOON + timedelta(minutes=30)
    assert broken(only={"S1", "S4"}) == set()


@pytest.mark.parametrize(
    "said",
    [
        '<Склад ИдСклада="W" КоличествоНаСкладе="3"/>',
        "<Склад><ИдСклада>W</ИдСклада><Количество>3</Количество></Склад>",
        (
            "<КоличествоНаСкладах><КоличествоНаСкладе><ИдСклада>W</ИдСклада>"
            "<Количество>3</Количество></КоличествоНаСкладе></КоличествоНаСкладах>"
        ),
        (
            "<Остатки><Остаток><Склад><Ид>W</Ид><Количество>3.000</Количество></Склад>"
            "</Остаток></Остатки>"
        ),
        "<Количество>3</Количество>",
        "<Остатки><Остаток><Количество>3</Количество></Остаток></Остатки>",
    ],
    ids=["2.07", "elements", "2.05", "2.08", "no place", "no place, 2.08"],
)
def test_stock_is_read_as_each_release_writes_it(said: str) -> None:
    SkuFactory.create(code="S-1")
    OutsideCode.objects.create(kind="SKU", outside_id="good", code="S-1")
    mapped_place(outside_id="*" if "W" not in said else "W")
    offer = f"<Предложение><Ид>good</Ид>{said}</Предложение>"
    report = bring(
        wrapped(f"<ПакетПредложений><Предложения>{offer}</Предложения></ПакетПредложений>")
    )["stock"]
    assert why(report) == []
    assert figures() == (3, 0)


def wrapped(inside: str, head: str = HEAD) -> bytes:
    root = "КоммерческаяИнформация"
    return f'{head}<{root} ВерсияСхемы="2.07">{inside}</{root}>'.encode()


def test_the_same_files_again_change_nothing() -> None:
    land_everything()
    moved = StockMovement.objects.count()
    for name in ("import.xml", "offers.xml"):
        for kind, report in bring(file_of(name)).items():
            assert (report.rows_landed > 0, report.rows_changed) == (True, 0), kind
    assert StockMovement.objects.count() == moved


def test_who_reads_in_another_language_changes_nothing() -> None:
    for language in ("ru", "en"):
        with override(language):
            report = bring(file_of("import.xml"))["catalogue"]
    assert report.rows_changed == 0


def test_a_dry_run_lands_nothing() -> None:
    reports = bring(file_of("import.xml"), is_dry_run=True)
    assert reports["categories"].rows_changed == 3
    assert categories() == []
    assert not OutsideCode.objects.exists()


def test_a_package_of_changes_leaves_the_rest_as_it_is() -> None:
    bring(file_of("import.xml"))
    good = (
        f"<Товар><Ид>{KETTLE_ID}</Ид><Артикул>{KETTLE}</Артикул>"
        "<Наименование>Чайник</Наименование></Товар>"
    )
    bring(
        wrapped(
            f'<Каталог СодержитТолькоИзменения="true"><Товары>{good}</Товары></Каталог>'
        )
    )
    card = sku_card(KETTLE, at=AFTERNOON, currency="RUB")
    assert (card.name, card.brand, card.tax_rate) == ("Чайник", "Binatone", Decimal(0))
    assert card.attributes["Цвет"] == "чёрный; матовый"
    assert sku_card(BOOTS, at=AFTERNOON, currency="RUB").is_active


@pytest.mark.parametrize(
    "marked", ['<Товар Статус="Удален">', "<Товар><ПометкаУдаления>true</ПометкаУдаления>"]
)
def test_what_1c_deletes_is_no_longer_on_sale(marked: str) -> None:
    bring(file_of("import.xml"))
    good = f"{marked}<Ид>{KETTLE_ID}</Ид><Артикул>{KETTLE}</Артикул></Товар>"
    bring(wrapped(f"<Каталог><Товары>{good}</Товары></Каталог>"))
    assert not sku_card(KETTLE, at=AFTERNOON, currency="RUB").is_active


def test_an_article_of_another_good_is_refused() -> None:
    bring(file_of("import.xml"))
    text = file_of("import.xml").decode().replace(KETTLE_ID, "another")
    report = bring(text.encode())["catalogue"]
    assert f"This code belongs to the Ид {KETTLE_ID}." in {
        one.message for one in report.refusals
    }


def test_a_good_may_be_mapped_to_a_code_of_ours_by_hand() -> None:
    OutsideCode.objects.create(kind="SKU", outside_id=KETTLE_ID, code="KETTLE")
    bring(file_of("import.xml"))
    assert sku_card("KETTLE", at=AFTERNOON, currency="RUB").brand == "Binatone"


def test_the_price_that_is_published_must_be_known() -> None:
    land_everything()
    with pytest.raises(PriceTypeNotChosen):
        bring(file_of("offers.xml"), price_type="")
    with pytest.raises(NothingInside):
        bring(wrapped("<Каталог/>"))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<a/>",
        b"not xml",
        wrapped("<a>")[:-8],
        wrapped("", HEAD + '<!DOCTYPE x [<!ENTITY a "aaaa">]>'),
        wrapped("<Товар>&a;</Товар>"),
        wrapped("<Товар>" * 61 + "</Товар>" * 61),
        wrapped("<Товар><Описание>" + "x" * 300_000 + "</Описание></Товар>"),
        wrapped("", '<?xml version="1.0" encoding="nonsense"?>'),
    ],
    ids=[
        "empty",
        "other",
        "text",
        "cut",
        "entities",
        "unknown",
        "deep",
        "long",
        "encoding",
    ],
)
def test_hostile_files_are_refused_as_a_whole(raw: bytes) -> None:
    with pytest.raises(FeedUnreadable):
        bring(raw)
    assert not Feed.objects.exists()


def test_files_come_zipped_too() -> None:
    mapped_place()
    bring(packed("import.xml", folder="webdata/"))
    bring(packed("offers.xml", folder="webdata\\"))
    assert figures(sku=KETTLE) == (7, 0)
    with pytest.raises(ArchiveRefused):
        bring(packed("import.xml", "offers.xml"))


def test_an_archive_that_unfolds_into_too_much_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("import.xml", b" " * 20_000_000)
    for raw in (target.getvalue(), target.getvalue()[:-40], b"PK\x03\x04" + b"x" * 99):
        with pytest.raises(ArchiveRefused):
            import_commerceml(
                stream=io.BytesIO(raw), terms=ExchangeTerms(), by=SYSTEM, at=AFTERNOON
            )
