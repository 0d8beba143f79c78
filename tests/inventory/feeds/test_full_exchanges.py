"""What a full exchange of 1C no longer names goes off sale; prices hold for one unit."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from inventory.catalogue.models import Category, Sku
from inventory.catalogue.queries import prices
from inventory.feeds.models import ExchangeFile, Feed, OutsideCode
from inventory.feeds.operations import ExchangeNotWhole
from inventory.feeds.tasks import land_files
from omniretail.kernel.errors import title_of
from omniretail.kernel.models.journal import AuditEntry
from tests.factories.inventory import SkuFactory
from tests.inventory.feeds.installation import OneC
from tests.inventory.feeds.one_c import AFTERNOON, RETAIL, bring
from tests.inventory.feeds.test_importing import why

pytestmark = pytest.mark.django_db
MAIN, OTHER = "7a1d0b52-6f5c-11e9-8f62-0050569f0001", "7a1d0b52-6f5c-11e9-8f62-00505baaf002"
NAMES = {
    "CH-1": "Чайник «Самовар», 2,2 л",
    "CH-2": "Заварник фарфоровый",
    "CH-3": "Кружка эмалированная",
}


@pytest.fixture(autouse=True)
def _settled(settings: Settings) -> None:
    """Nobody waits for a worker, and the retail price is published."""
    settings.LIMITS = replace(settings.LIMITS, exchange_wait=timedelta(0))
    settings.EXCHANGE_PRICE_TYPE = RETAIL
    settings.LANGUAGE_CODE = "en"
    Category.objects.create(code="chai", name="Чайная посуда")
    OutsideCode.objects.create(kind="CATEGORY", outside_id="gr-1", code="chai")


def wrapped(inside: str) -> bytes:
    root = "КоммерческаяИнформация"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="urn:1C.ru:commerceml_210"'
        f' ВерсияСхемы="2.08" ДатаФормирования="2026-11-20T11:00:00">{inside}</{root}>'
    ).encode()


def goods(
    *articles: str, full: str = "false", catalogue: str = MAIN, rate: str = "20"
) -> bytes:
    """A catalogue with these goods."""
    rows = "".join(
        f"<Товар><Ид>id-{one}</Ид><Артикул>{one}</Артикул>"
        f"<Наименование>{NAMES.get(one, one)}</Наименование>"
        "<Группы><Ид>gr-1</Ид></Группы><СтавкиНалогов><СтавкаНалога>"
        f"<Наименование>НДС</Наименование><Ставка>{rate}</Ставка>"
        "</СтавкаНалога></СтавкиНалогов></Товар>"
        for one in articles
    )
    return wrapped(
        f'<Каталог СодержитТолькоИзменения="{full}"><Ид>{catalogue}</Ид>'
        f"<ИдКлассификатора>{catalogue}</ИдКлассификатора>"
        "<Наименование>Основной каталог товаров</Наименование>"
        "<Владелец><Ид>bd72d8f9-55bc-11d9</Ид><Наименование>Торговый дом «Ёлка»"
        f"</Наименование></Владелец><Товары>{rows}</Товары></Каталог>"
    )


def offers(*ids: str, full: str = "false", price: str = "") -> bytes:
    """A package of offers of these goods, or characteristics of theirs."""
    rows = "".join(
        f"<Предложение><Ид>id-{one}</Ид><Наименование>{one}</Наименование>{price}"
        "</Предложение>"
        for one in ids
    )
    return wrapped(
        f'<ПакетПредложений СодержитТолькоИзменения="{full}"><Ид>{MAIN}#</Ид>'
        f"<ИдКаталога>{MAIN}</ИдКаталога><Склады><Склад><Ид>w</Ид></Склад></Склады>"
        f"<ТипыЦен><ТипЦены><Ид>t-1</Ид><Наименование>{RETAIL}</Наименование></ТипЦены>"
        f"</ТипыЦен><Предложения>{rows}</Предложения></ПакетПредложений>"
    )


def on_sale() -> set[str]:
    return set(Sku.objects.filter(is_active=True).values_list("code", flat=True))


def exchanged(*files: bytes) -> list[str]:
    """A whole exchange by the letter; what was answered to the last step."""
    one_c = OneC()
    one_c.sign_in()
    one_c.ask("init")
    for number, content in enumerate(files):
        assert one_c.brought(f"import{number}_1.xml", content)[0] == "success"
    answer = one_c.ask("deactivate", timestamp="1763629200")
    assert one_c.ask("complete") == ["success"]
    return answer


def test_what_a_full_exchange_does_not_name_goes_off_sale() -> None:
    SkuFactory.create(code="OURS")
    exchanged(goods("CH-1", "CH-2", "CH-3"))
    assert on_sale() == {"OURS", "CH-1", "CH-2", "CH-3"}
    answer = exchanged(goods("CH-1", "CH-3"))
    report = Feed.objects.latest("pk")
    assert answer == [
        "success",
        f"catalogue {report.number}: 1 landed, 1 changed, 0 refused",
    ]
    assert (report.rows_read, report.rows_landed, report.rows_changed) == (3, 1, 1)
    assert report.file_name == f"not named in full: {MAIN}"
    assert on_sale() == {"OURS", "CH-1", "CH-3"}
    entry = AuditEntry.objects.get(action="exchange.take_off")
    assert entry.detail == {"feed": report.number, "skus": ["CH-2"]}


def test_the_same_exchange_again_changes_nothing() -> None:
    exchanged(goods("CH-1", "CH-2"))
    for changed in (1, 0, 0):
        exchanged(goods("CH-1"))
        report = Feed.objects.latest("pk")
        assert (report.rows_landed, report.rows_changed) == (1, changed)
    assert on_sale() == {"CH-1"}


def test_what_is_named_again_is_sold_again() -> None:
    exchanged(goods("CH-1", "CH-2"))
    exchanged(goods("CH-1"))
    exchanged(goods("CH-2", full="true"))
    assert on_sale() == {"CH-1", "CH-2"}


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_clock_that_differs_from_the_database_s_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, ahead: timedelta
) -> None:
    exchanged(goods("CH-1", "CH-2", "CH-3"))
    monkeypatch.setattr("inventory.feeds.pages.clock.now", lambda: timezone.now() + ahead)
    exchanged(goods("CH-1"), goods("CH-3"))
    assert on_sale() == {"CH-1", "CH-3"}


@pytest.mark.parametrize("full", ["true", ""])
def test_a_package_of_changes_takes_nothing_off(full: str) -> None:
    exchanged(goods("CH-1", "CH-2"))
    assert exchanged(goods("CH-1", full=full)) == ["success"]
    assert on_sale() == {"CH-1", "CH-2"}


def test_a_catalogue_may_come_in_several_files() -> None:
    exchanged(goods("CH-1", "CH-2", "CH-3"))
    exchanged(goods("CH-1"), goods("CH-3"))
    assert on_sale() == {"CH-1", "CH-3"}


def test_each_catalogue_answers_for_its_own_goods() -> None:
    exchanged(goods("CH-1", "CH-2"))
    exchanged(goods("KR-1", "KR-2", catalogue=OTHER))
    exchanged(goods("KR-1", catalogue=OTHER))
    assert on_sale() == {"CH-1", "CH-2", "KR-1"}


def test_goods_that_could_not_land_were_named_all_the_same() -> None:
    exchanged(goods("CH-1", "CH-2"))
    exchanged(goods("CH-1", "CH-2", rate="много"), goods("CH-3"))
    assert on_sale() == {"CH-1", "CH-2", "CH-3"}


def test_an_empty_catalogue_empties_no_shop() -> None:
    exchanged(goods("CH-1"))
    exchanged(goods("CH-9", rate="много"))
    assert on_sale() == {"CH-1"}


def test_nothing_goes_off_sale_before_all_has_landed() -> None:
    exchanged(goods("CH-1", "CH-2"))
    one_c = OneC()
    one_c.sign_in()
    one_c.brought("import.xml", goods("CH-1"))
    one_c.send("import2.xml", goods("CH-2"))
    assert one_c.ask("import", filename="import2.xml")[0] == "progress"
    assert one_c.ask("deactivate") == ["failure", title_of(ExchangeNotWhole)]
    ExchangeFile.objects.filter(name="import2.xml").update(status="WAITING")
    assert on_sale() == {"CH-1", "CH-2"}
    land_files()
    assert one_c.ask("deactivate")[0] == "success"
    assert on_sale() == {"CH-1", "CH-2"}


def test_a_characteristic_goes_with_its_good_or_when_offers_were_told_in_full() -> None:
    red, blue, mug = "CH-1#красный", "CH-1#синий", "CH-2#синий"
    exchanged(goods("CH-1", "CH-2"), offers(red, blue, mug))
    whole = len(on_sale())
    assert whole == 5
    exchanged(goods("CH-1", "CH-2"), offers(red, full="true"))
    assert len(on_sale()) == whole
    exchanged(goods("CH-1"))
    assert len(on_sale()) == whole - 2
    exchanged(goods("CH-1", "CH-2"), offers(red, mug))
    names = set(Sku.objects.filter(is_active=True).values_list("name", flat=True))
    assert names == {NAMES["CH-1"], NAMES["CH-2"], red, mug}


def test_a_rehearsal_tells_what_would_go_and_takes_nothing_off() -> None:
    bring(goods("CH-1", "CH-2"))
    terms: dict[str, Any] = {"takes_off": True, "is_dry_run": True}
    told = bring(goods("CH-1"), **terms)["catalogue"]
    assert (told.is_dry_run, told.rows_landed, told.rows_changed) == (True, 1, 1)
    assert on_sale() == {"CH-1", "CH-2"}
    assert bring(goods("CH-1", full="true"), takes_off=True)["catalogue"].rows_read == 1
    assert on_sale() == {"CH-1", "CH-2"}
    assert bring(goods("CH-1"), takes_off=True)["catalogue"].rows_changed == 1
    assert on_sale() == {"CH-1"}


def test_it_can_be_done_by_hand(tmp_path: Any) -> None:
    path = tmp_path / "import.xml"
    for articles in (("CH-1", "CH-2"), ("CH-1",)):
        path.write_bytes(goods(*articles))
        call_command("import_feed", "commerceml", str(path), "--take-off")
    assert on_sale() == {"CH-1"}


def priced(amount: str, ratio: str = "", unit: str = "упак") -> str:
    said = f"<Коэффициент>{ratio}</Коэффициент>" if ratio else ""
    return (
        f"<Цены><Цена><Представление>{amount} руб. за {unit}</Представление>"
        f"<ИдТипаЦены>t-1</ИдТипаЦены><ЦенаЗаЕдиницу>{amount}</ЦенаЗаЕдиницу>"
        f"<Валюта>руб</Валюта><Единица>{unit}</Единица>{said}</Цена></Цены>"
    )


@pytest.mark.parametrize(
    ("amount", "ratio", "each"),
    [
        ("990.00", "", "990.00"),
        ("990.00", "1", "990.00"),
        ("990.00", "1.000", "990.00"),
        ("990.00", "10", "99.00"),
        ("1 234,50", "10.000", "123.45"),
        ("49.50", "0,5", "99.00"),
    ],
)
def test_a_price_for_a_pack_is_shared_by_its_units(
    amount: str, ratio: str, each: str
) -> None:
    bring(goods("CH-1"))
    report = bring(offers("CH-1", price=priced(amount, ratio)))["prices"]
    assert why(report) == []
    assert prices(["CH-1"], "RUB", AFTERNOON) == {"CH-1": Decimal(each)}


@pytest.mark.parametrize(
    ("amount", "ratio", "words"),
    [
        ("100.00", "3", "The price of упак does not divide by that to the last kopeck."),
        ("100.00", "0", "Not a number above zero."),
        ("100.00", "-2", "Not a number above zero."),
        ("100.00", "дюжина", "Not a number above zero."),
    ],
)
def test_a_price_that_cannot_be_shared_is_refused_in_words(
    amount: str, ratio: str, words: str
) -> None:
    bring(goods("CH-1"))
    report = bring(offers("CH-1", price=priced(amount, ratio)))["prices"]
    assert [(field, said) for _line, field, said in why(report)] == [("Коэффициент", words)]
    assert prices(["CH-1"], "RUB", AFTERNOON) == {}


def test_the_price_of_the_base_unit_goes_before_that_of_a_pack() -> None:
    bring(goods("CH-1"))
    both = priced("900", "10") + priced("95", "1", "шт")
    bring(offers("CH-1", price=both.replace("</Цены><Цены>", "")))
    assert prices(["CH-1"], "RUB", AFTERNOON) == {"CH-1": Decimal(95)}
    report = bring(offers("CH-1", price=priced("даром", "10")))["prices"]
    assert [field for _line, field, _said in why(report)] == ["amount"]
