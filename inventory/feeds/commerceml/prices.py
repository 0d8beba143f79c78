"""Prices of the published type: for one base unit, whatever unit 1C tells them for."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from inventory.feeds.cells import UnreadableCell, decimal
from inventory.feeds.commerceml.codes import known_codes
from inventory.feeds.commerceml.contents import OFFER
from inventory.feeds.commerceml.elements import Element, elements
from inventory.feeds.commerceml.rows import Source, batches, unknown
from inventory.feeds.models import OutsideCode
from inventory.feeds.shapes import SHAPES, Reading, Refusal, read_row

_ROUBLES = {"РУБ", "РУБ.", "RUR", "643", "810"}
_RATIO = "Коэффициент"


def read_prices(source: Source) -> Iterator[Reading]:
    """The price of the chosen type, in the currency of that type if it names none."""
    usual = source.contents.currencies.get(source.price_type, "")
    for batch in batches(elements(source.stream, [OFFER])):
        ids = [one.value("Ид") for one in batch]
        skus = known_codes(OutsideCode.Kind.SKU, ids)
        for offer, outside_id in zip(batch, ids, strict=True):
            price = _price_of(offer, source.price_type)
            if price is None:
                continue
            if outside_id in skus:
                yield _read(price, skus[outside_id], usual)
            else:
                yield unknown(offer, outside_id)


def _price_of(offer: Element, price_type: str) -> Element | None:
    """The price of that type: for the base unit, if it is told for several."""
    found = [
        one for one in offer.all("Цены", "Цена") if one.value("ИдТипаЦены") == price_type
    ]
    return min(found, key=lambda one: _ratio(one) != 1, default=None)


def _read(price: Element, sku_code: str, usual: str) -> Reading:
    """A price for a pack of ten base units is ten times that of one."""
    ratio, told = _ratio(price), price.value("ЦенаЗаЕдиницу")
    if ratio is None or ratio <= 0:
        return _refused(price, _("Not a number above zero."))
    amount = told if ratio == 1 else _shared(told, ratio)
    if amount is None:
        why = _("The price of %(unit)s does not divide by that to the last kopeck.")
        return _refused(price, why % {"unit": price.value("Единица") or "?"})
    currency = (price.value("Валюта") or usual).upper()
    row = {
        "sku_code": sku_code,
        "currency": "RUB" if currency in _ROUBLES else currency,
        "amount": amount,
    }
    return read_row(SHAPES["prices"], price.line, row)


def _ratio(price: Element) -> Decimal | None:
    """How many base units the unit of a price holds; one, if it does not say."""
    told = price.value(_RATIO)
    try:
        return decimal(told) if told else Decimal(1)
    except UnreadableCell:
        return None


def _shared(told: str, ratio: Decimal) -> str | None:
    """The price of one base unit; what is no price is left for the row to refuse."""
    try:
        whole = decimal(told)
    except UnreadableCell:
        return told
    each = round(whole / ratio, 2)
    return str(each) if each * ratio == whole else None


def _refused(price: Element, why: str) -> Reading:
    refusal = Refusal(price.line, _RATIO, price.value(_RATIO)[:100], why)
    return Reading(price.line, refusals=[refusal])
