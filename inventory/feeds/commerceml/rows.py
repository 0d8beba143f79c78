"""Rows of our feeds, read from 1C's elements."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import override

from inventory.catalogue import gtin
from inventory.catalogue.queries import SkuCard, sku_cards
from inventory.feeds.cells import UnreadableCell, decimal
from inventory.feeds.commerceml.codes import (
    NO_PLACE,
    goods_code,
    group_code,
    known_codes,
)
from inventory.feeds.commerceml.contents import (
    GOODS,
    GROUP,
    OFFER,
    Contents,
    describes_variant,
    stocks_of,
)
from inventory.feeds.commerceml.elements import Element, elements
from inventory.feeds.models import OutsideCode
from inventory.feeds.shapes import SHAPES, Reading, Refusal, read_row
from omniretail.kernel.market import house_currency, house_language

_AT_ONCE = 500
_FREE_OF_TAX = ("без", "не облага")
_DELETED = "удален"
Row = tuple[Element, dict[str, str]]


@dataclass(frozen=True)
class Source:
    """A file, what it holds, the type of price that is published, and the moment."""

    stream: BinaryIO
    contents: Contents
    price_type: str
    at: datetime


def read_groups(source: Source) -> Iterator[Reading]:
    """Groups are categories."""
    for batch in batches(elements(source.stream, [GROUP])):
        known = _known(
            OutsideCode.Kind.CATEGORY, [id_ for one in batch for id_ in _ids(one)]
        )
        rows = (row for one in batch for row in _group_rows(one, "", known))
        yield from _readings("categories", rows)


def read_goods(source: Source) -> Iterator[Reading]:
    """Goods are SKUs, each its own product."""
    for batch in batches(elements(source.stream, [GOODS])):
        skus = _known(OutsideCode.Kind.SKU, [one.value("Ид") for one in batch])
        groups = _known(OutsideCode.Kind.CATEGORY, [_group_of(one) for one in batch])
        codes = [goods_code(one.value("Ид"), one.value("Артикул"), skus) for one in batch]
        cards = sku_cards(codes, at=source.at, currency=house_currency())
        rows = (
            (one, _goods_row(one, code, groups, cards.get(code), source.contents))
            for one, code in zip(batch, codes, strict=True)
        )
        yield from _readings("catalogue", rows)


def read_variants(source: Source) -> Iterator[Reading]:
    """Characteristics are SKUs of their good's product."""
    offers = filter(describes_variant, elements(source.stream, [OFFER]))
    for batch in batches(offers):
        ids = [one.value("Ид") for one in batch]
        goods = [outside_id.partition("#")[0] for outside_id in ids]
        known = _known(OutsideCode.Kind.SKU, [*ids, *goods])
        cards = sku_cards(
            [known[each] for each in (*ids, *goods) if each in known],
            at=source.at,
            currency=house_currency(),
        )
        for one, good in zip(batch, goods, strict=True):
            card = cards.get(known.get(good, ""))
            if card is None:
                yield unknown(one, good)
            else:
                own = cards.get(known.get(one.value("Ид"), ""))
                row = _variant_row(one, known, card, own)
                yield from _readings("catalogue", [(one, row)])


def read_stock(source: Source) -> Iterator[Reading]:
    """Stock by warehouse, as of the moment 1C made the file."""
    made_at = source.contents.made_at
    seen = min(made_at, source.at).isoformat() if made_at else ""
    offers = elements(source.stream, [OFFER])
    for batch in batches(offers):
        stocks = [(offer, stock) for offer in batch for stock in stocks_of(offer)]
        places = _known(
            OutsideCode.Kind.PLACE, [place for _offer, (_e, place, _n) in stocks]
        )
        skus = _known(OutsideCode.Kind.SKU, [offer.value("Ид") for offer in batch])
        for offer, (element, place, units) in stocks:
            if offer.value("Ид") not in skus:
                yield unknown(element, offer.value("Ид"))
            elif place not in places:
                yield _unknown_place(element, place)
            else:
                row = {
                    "store_code": places[place],
                    "sku_code": skus[offer.value("Ид")],
                    "on_hand": _there(units),
                    "observed_at": seen,
                }
                yield from _readings("stock", [(element, row)])


def _there(units: str) -> str:
    """1C goes below nothing where a sale was booked before its receipt: nothing is there.
    What is no number is left for the row to refuse."""
    try:
        return "0" if decimal(units) < 0 else units
    except UnreadableCell:
        return units


def in_file_order(readings: Iterable[Reading]) -> Iterator[Reading]:
    """Each row with a line of its own, its line in the file wherever elements have one."""
    last = 0
    for reading in readings:
        line = max(reading.line, last + 1)
        if line != reading.line:
            reading.line = line
            reading.refusals = [
                Refusal(line, one.field, one.value, one.message) for one in reading.refusals
            ]
        last = line
        yield reading


def _readings(kind: str, rows: Iterable[Row]) -> Iterator[Reading]:
    return (read_row(SHAPES[kind], one.line, row) for one, row in rows)


def unknown(one: Element, outside_id: str) -> Reading:
    """Goods that 1C has and we do not."""
    why = _("This Ид is not known: import the catalogue first.")
    return Reading(one.line, refusals=[Refusal(one.line, "Ид", outside_id[:100], why)])


def _unknown_place(one: Element, outside_id: str) -> Reading:
    why = _("This warehouse is not mapped to a place: see “Codes of other systems”.")
    if outside_id == NO_PLACE:
        why = _("No warehouse is named: map * to a place, see “Codes of other systems”.")
    return Reading(
        one.line, refusals=[Refusal(one.line, "ИдСклада", outside_id[:100], why)]
    )


def batches(found: Iterator[Element]) -> Iterator[list[Element]]:
    """A few hundred elements at a time."""
    while batch := list(islice(found, _AT_ONCE)):
        yield batch


def _known(kind: OutsideCode.Kind, ids: list[str]) -> dict[str, str]:
    return known_codes(kind, ids)


def _ids(group: Element) -> Iterator[str]:
    yield group.value("Ид")
    for below in group.all("Группы", GROUP):
        yield from _ids(below)


def _group_rows(group: Element, above: str, known: Mapping[str, str]) -> Iterator[Row]:
    code = group_code(group.value("Ид"), known)
    yield group, {"code": code, "name": group.value("Наименование"), "parent": above}
    for below in group.all("Группы", GROUP):
        yield from _group_rows(below, code, known)


def _group_of(one: Element) -> str:
    return one.value("Группы", "Ид")


def _goods_row(
    one: Element,
    code: str,
    groups: Mapping[str, str],
    card: SkuCard | None,
    contents: Contents,
) -> dict[str, str]:
    """What a package of changes leaves out stays as it is known."""
    group = _group_of(one)
    attributes = _attributes(one, contents)
    kept = dict(card.attributes) if card else {}
    return {
        "outside_id": one.value("Ид"),
        "sku_code": code,
        "name": one.value("Наименование") or (card.name if card else ""),
        "category_code": group_code(group, groups)
        if group
        else (card.category_code if card else ""),
        "product_code": card.product_code if card else "",
        "product_name": "",
        "brand": one.value("Изготовитель", "Наименование") or (card.brand if card else ""),
        "description": one.value("Описание") or (card.description if card else ""),
        "attributes": json.dumps(attributes or kept, ensure_ascii=False),
        "tax_rate": _tax_rate(one) or (str(card.tax_rate) if card else ""),
        "gtins": _gtins(one),
        "is_active": "no" if _is_deleted(one) else "yes",
    }


def _variant_row(
    one: Element, known: Mapping[str, str], card: SkuCard, own: SkuCard | None
) -> dict[str, str]:
    """What an offer leaves out stays as it is known of the characteristic itself, and is
    that of its good where it is new."""
    outside_id = one.value("Ид")
    said = _characteristics(one)
    kept = own or card
    attributes = dict(card.attributes) | said if said else dict(kept.attributes)
    return {
        "outside_id": outside_id,
        "sku_code": goods_code(outside_id, one.value("Артикул") or card.code, known),
        "name": one.value("Наименование") or kept.name,
        "category_code": card.category_code,
        "product_code": card.product_code,
        "product_name": card.product_name,
        "brand": card.brand,
        "description": card.description,
        "attributes": json.dumps(attributes, ensure_ascii=False),
        "tax_rate": str(card.tax_rate),
        "gtins": _gtins(one),
        "is_active": "no" if _is_deleted(one) else "yes",
    }


def _attributes(one: Element, contents: Contents) -> dict[str, str]:
    found = _characteristics(one)
    if unit := one.value("БазоваяЕдиница"):
        with override(house_language()):  # a repeat by another reader writes nothing
            found[_("Unit")] = unit
    for value in one.all("ЗначенияСвойств", "ЗначенияСвойства"):
        name = contents.properties.get(value.value("Ид"), "")
        said = [contents.values.get(each.text, each.text) for each in value.all("Значение")]
        if name and any(said):
            found[name] = ", ".join(filter(None, said))
    return found


def _characteristics(one: Element) -> dict[str, str]:
    return {
        each.value("Наименование"): each.value("Значение")
        for each in one.all("ХарактеристикиТовара", "ХарактеристикаТовара")
        if each.value("Наименование") and each.value("Значение")
    }


def _gtins(one: Element) -> str:
    """Barcodes of 1C's own numbering are no GTINs and are left to 1C."""
    codes = [each.text.strip() for each in one.all("Штрихкод")]
    return " ".join(code for code in codes if gtin.is_gtin(code))


def _tax_rate(one: Element) -> str:
    for tax in one.all("СтавкиНалогов", "СтавкаНалога"):
        rate = tax.value("Ставка")
        if rate.casefold().startswith(_FREE_OF_TAX):
            return "0"
        if rate:
            return rate
    return ""


def _is_deleted(one: Element) -> bool:
    is_marked = one.value("ПометкаУдаления").casefold() in {"true", "да", "1"}
    return is_marked or one.said("Статус").casefold().replace("ё", "е") == _DELETED
