"""What a scan on the Sell page means: an article, one unit of it, or words to look for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from inventory.catalogue import gs1
from inventory.catalogue.queries import SkuCard, sku_cards
from inventory.serials.queries import SerialView, serials_numbered
from inventory.stock.queries import serialised, serialised_units
from inventory.stock.serial_numbers import folded, is_serial
from orders.carts.models import Intent
from orders.carts.queries import CartLineView
from orders.checkout.sell_view import found_goods
from orders.fulfilment.operations import is_article
from stores.network.places import StorePlace


@dataclass(frozen=True)
class SellScan:
    """The goods that may be meant; of one unit, the line of the cart that it belongs to
    and its serial number."""

    found: list[SkuCard] = field(default_factory=list)
    line: str = ""
    serial: str = ""


def read_scan(
    text: str, lines: Sequence[CartLineView], store: StorePlace, *, at: datetime
) -> SellScan:
    """Understand what was scanned or typed, beside what lies in the cart."""
    found = found_goods(text, store, at=at)
    symbol = gs1.read(text, today=at.date())
    if symbol and symbol.serial and len(found) == 1 and serialised([found[0].code]):
        return SellScan(line=_line_with(found[0].code, lines, store), serial=symbol.serial)
    number = folded(text)
    if not is_serial(number) or is_article(text):
        return SellScan(found)
    known = serials_numbered(number)
    if known:
        return _known_unit(known, lines, store, at)
    waiting = set(_waiting(lines, store))
    if not found and len(waiting) == 1 and not gs1.names_an_article(text):
        return SellScan(line=waiting.pop(), serial=number)
    return SellScan(found)


def _known_unit(
    known: Sequence[SerialView],
    lines: Sequence[CartLineView],
    store: StorePlace,
    at: datetime,
) -> SellScan:
    """A unit somebody has seen: one of an article in the cart, else one that lies here.
    Where several articles have that number here, which one is to be chosen."""
    carried = {sku for _line, units in _carried(lines, store) for sku in units}
    here = [one for one in known if (one.store_code, one.bucket) == (store.code, "ON_HAND")]
    meant = [one for one in here if one.sku_code in carried] or here
    meant = meant or [one for one in known if one.sku_code in carried] or list(known)
    if len(meant) == 1:
        unit = meant[0]
        return SellScan(line=_line_with(unit.sku_code, lines, store), serial=unit.number)
    codes = [one.sku_code for one in meant]
    return SellScan(list(sku_cards(codes, at=at, currency=store.currency).values()))


def _line_with(sku: str, lines: Sequence[CartLineView], store: StorePlace) -> str:
    """The article of the line that a unit of the SKU belongs to: a kit that still wants
    it, else its own."""
    for line, units in _carried(lines, store):
        if sku in units and sum(units.values()) > len(line.serials):
            return line.sku_code
    return sku


def _waiting(lines: Sequence[CartLineView], store: StorePlace) -> list[str]:
    return [
        line.sku_code
        for line, units in _carried(lines, store)
        if sum(units.values()) > len(line.serials)
    ]


def _carried(
    lines: Sequence[CartLineView], store: StorePlace
) -> list[tuple[CartLineView, dict[str, int]]]:
    key = (Intent.CARRY_OUT, store.code)
    own = [line for line in lines if (line.intent, line.store_code) == key]
    units = (
        serialised_units([(line.sku_code, line.quantity) for line in own]) if own else []
    )
    return list(zip(own, units, strict=True))
