"""What a file of 1C holds, found out in one pass: which parts, and its dictionaries."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings

from inventory.feeds.commerceml.elements import Element, elements
from inventory.feeds.reading import FeedUnreadable

ROOT = "КоммерческаяИнформация"
GROUP, PROPERTY, PRICE_TYPE = "Группа", "Свойство", "ТипЦены"
GOODS, OFFER = "Товар", "Предложение"
CATALOGUE, PACKAGE, OWN_ID, ITS_ID = "Каталог", "ПакетПредложений", "Ид", "ИдКаталога"
_FULL = {"false", "0", "нет"}
_PROPERTIES = (PROPERTY, "СвойствоНоменклатуры")
_DESCRIBING = (
    "Наименование",
    "Артикул",
    "Штрихкод",
    "ХарактеристикиТовара",
    "ПометкаУдаления",
    "Статус",
)
_MOST_VARIANTS = 500_000


@dataclass
class Contents:
    """The parts there are; what properties and their values are called; which types of
    price there are, and in which currency, by Ид; when 1C made the file; the Ид of its
    catalogue."""

    groups: int = 0
    goods: int = 0
    offers: int = 0
    variants: int = 0
    described: int = 0
    priced: int = 0
    counted: int = 0
    properties: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    price_types: dict[str, str] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    made_at: datetime | None = None
    catalogue: str = ""
    is_full: dict[str, bool] = field(default_factory=dict)

    def full(self, name: str) -> bool:
        """Whether it holds all goods (Каталог) or offers (ПакетПредложений) there are, as
        it says itself: not a package of changes."""
        return self.is_full.get(name, False)


def look_through(stream: BinaryIO) -> Contents:
    """What the file holds.

    Raises:
        FeedUnreadable: it is no CommerceML.
    """
    contents = Contents()
    within = ""
    wanted = (GROUP, *_PROPERTIES, PRICE_TYPE, GOODS, OFFER, OWN_ID, ITS_ID)
    for one in elements(stream, wanted, heads=(ROOT, CATALOGUE, PACKAGE)):
        if one.name == ROOT:
            contents.made_at = _moment(one.attributes.get("ДатаФормирования", ""))
        if one.name in (ROOT, CATALOGUE, PACKAGE):
            within = one.name
            said = one.attributes.get("СодержитТолькоИзменения", "").strip().casefold()
            contents.is_full[within] = said in _FULL
        elif one.name in (OWN_ID, ITS_ID):
            if (within, one.name) in ((CATALOGUE, OWN_ID), (PACKAGE, ITS_ID)):
                contents.catalogue = contents.catalogue or one.text.strip()[:200]
        else:
            _note(contents, one)
    if not within:
        raise FeedUnreadable(reason=f"<{ROOT}>?")
    return contents


def stocks_of(offer: Element) -> list[tuple[Element, str, str]]:
    """What an offer says of stock: the element, the place's Ид ("*" when it names none)
    and the units. Each release of 1C has its own way to write it."""
    places = [
        *offer.all("Склад"),
        *offer.all("Склады"),
        *offer.all("КоличествоНаСкладах", "КоличествоНаСкладе"),
        *offer.all("Остатки", "Остаток", "Склад"),
    ]
    found = [(one, _place(one), _units(one)) for one in places if _place(one)]
    if found:
        return found
    whole = [*offer.all("Количество"), *offer.all("Остатки", "Остаток", "Количество")]
    return [(one, "*", one.text.strip()) for one in whole[:1]]


def is_variant(one: Element) -> bool:
    """Whether an offer is a characteristic of a good: товар#характеристика."""
    return "#" in one.value("Ид")


def describes_variant(one: Element) -> bool:
    """Whether an offer says what a characteristic is. Newer releases tell prices and stock
    in files of their own, which only name it."""
    return is_variant(one) and any(one.said(name) or one.all(name) for name in _DESCRIBING)


def _place(one: Element) -> str:
    return one.said("ИдСклада") or one.said("СкладИД") or one.value("Ид")


def _units(one: Element) -> str:
    return one.said("КоличествоНаСкладе") or one.value("Количество")


def _note(contents: Contents, one: Element) -> None:
    if one.name == GROUP:
        contents.groups += 1
    elif one.name == GOODS:
        contents.goods += 1
    elif one.name == PRICE_TYPE:
        contents.price_types[one.value("Ид")] = one.value("Наименование")
        contents.currencies[one.value("Ид")] = one.value("Валюта")
    elif one.name == OFFER:
        contents.offers += 1
        contents.variants += is_variant(one)
        contents.described += describes_variant(one)
        contents.priced += bool(one.all("Цены", "Цена"))
        contents.counted += bool(stocks_of(one))
    else:
        _note_property(contents, one)


def _note_property(contents: Contents, one: Element) -> None:
    contents.properties[one.value("Ид")] = one.value("Наименование")
    for value in one.all("ВариантыЗначений", "Справочник"):
        contents.values[value.value("ИдЗначения")] = value.value("Значение")
    for value in one.all(
        "ТипыЗначений", "ТипЗначений", "ВариантыЗначений", "ВариантЗначения"
    ):
        contents.values[value.value("Ид")] = value.value("Значение")
    if len(contents.values) + len(contents.properties) > _MOST_VARIANTS:
        raise FeedUnreadable(reason=f"<{PROPERTY}>", line=one.line)


def _moment(text: str) -> datetime | None:
    """1C writes the time of its own clock; a day alone is no moment."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if "T" not in text and " " not in text.strip():
        return None
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(settings.HEAD_OFFICE_ZONE))
