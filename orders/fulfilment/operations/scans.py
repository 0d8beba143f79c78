"""What a scan at the shelf says: which article of the bag, which unit, of which lot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inventory.catalogue import gs1
from inventory.catalogue.queries import SkuNotFound, sku_by_gtin, sku_ids
from inventory.stock.operations import NotSerialised, checked_serial
from inventory.stock.queries import whereabouts
from inventory.stock.serial_numbers import folded
from omniretail.kernel.errors import DomainError, Kind
from orders.fulfilment.models import FulfilmentLine
from orders.fulfilment.operations.parting import PartsByLine


class SerialWanted(DomainError):
    """Scan the serial number of this unit."""

    kind = Kind.RULE


@dataclass(frozen=True)
class Article:
    """What a bag wants of one SKU: by itself, or as part of a kit."""

    sku_id: int
    sku_code: str
    name: str
    is_serialised: bool
    keeps_lots: bool
    missing: int


@dataclass(frozen=True)
class Pick:
    """What was scanned, understood: which SKU, of a serialised one which unit, and of
    which lot, if that is said."""

    sku_code: str
    quantity: int
    serial: str
    lot: str


def read_scan(
    articles: Sequence[Article],
    code: str,
    quantity: int,
    *,
    serial: str,
    lot: str,
    today: date,
) -> Pick:
    """Understand a scan: the barcode or code of an article, a GS1 symbol, or the serial
    number of a unit that the bag wants.

    A symbol says the article, and its serial number and lot where they are not named
    beside it; what it says of a number or a lot that units of the article do not have
    counts for nothing.

    Raises:
        SerialWanted: units of this article are picked one by one, by their numbers.
        NotSerialised: a number is named, and units of this article have none.
    """
    symbol = gs1.read(code, today=today) or gs1.Scanned("")
    sku_code = _article_code(symbol.gtin or code)
    if sku_code not in {one.sku_code for one in articles} and not serial:
        found = _sku_of_serial(articles, code, sku_code)
        if found is not None:
            sku_code, serial = found, code
    own = [one for one in articles if one.sku_code == sku_code]
    if any(one.is_serialised for one in own):
        serial = serial or symbol.serial
        if not serial or quantity != 1:
            raise SerialWanted(field="serial", sku=sku_code, name=own[0].name)
        serial = checked_serial(sku_code, serial)
    elif own and serial:
        raise NotSerialised(field="serial", sku=sku_code)
    if any(one.keeps_lots for one in own):
        lot = lot or symbol.lot
    return Pick(sku_code, quantity, serial, lot)


def articles_of(lines: Sequence[FulfilmentLine], parts: PartsByLine) -> list[Article]:
    """What a bag wants, line by line, kits by their parts."""
    found = []
    for line in lines:
        ordered = line.order_line
        if not ordered.sku.is_kit:
            found.append(
                Article(
                    ordered.sku_id,
                    ordered.sku_code,
                    ordered.name,
                    ordered.sku.is_serialised,
                    ordered.sku.keeps_lots,
                    line.missing_quantity,
                )
            )
        found += [
            Article(
                part.sku_id,
                part.sku_code,
                part.name,
                part.sku.is_serialised,
                part.sku.keeps_lots,
                part.missing_quantity(line),
            )
            for part in parts.get(line.pk, ())
        ]
    return found


def is_article(code: str) -> bool:
    """Whether a code is the barcode or the code of any article, and so no serial."""
    return _article_code(code) != code or bool(sku_ids([code]))


def _article_code(code: str) -> str:
    """The SKU whose barcode or code was read."""
    try:
        return sku_by_gtin(code)
    except SkuNotFound:
        return code


def _sku_of_serial(articles: Sequence[Article], code: str, sku_code: str) -> str | None:
    """Which article of the bag has a unit of this number; one that was never seen belongs
    to the only one that is still wanted. A barcode nobody knows is that of another article:
    it is a serial number only to whom says so."""
    named = {one.sku_code for one in articles if one.is_serialised}
    if not named:
        return None
    known = whereabouts((sku, folded(code)) for sku in named)
    if known:
        return sorted(sku for sku, _number in known)[0]
    wanted = {one.sku_code for one in articles if one.is_serialised and one.missing > 0}
    if gs1.names_an_article(code) or sku_code != code or sku_ids([code, code.upper()]):
        return None
    if len(wanted) != 1:
        return None
    return next(iter(wanted))
