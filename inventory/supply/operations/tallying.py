"""Counting goods by scanning them, before they become a receipt or a transfer."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from inventory.catalogue import gs1
from inventory.catalogue.queries import SkuNotFound, shelf_sku_ids, sku_by_gtin, sku_ids
from inventory.lots.operations import OtherExpiry, ToldLot, check_lot_here, check_lots
from inventory.lots.queries import lot_rules
from inventory.stock.operations import SerialTwice, checked_serial
from inventory.stock.queries import serialised
from inventory.supply.models import TallyLine
from inventory.supply.models.tallies import TallyLineQuerySet
from inventory.supply.quantities import Condition
from inventory.supply.queries import Awaited, AwaitedNotFound, awaited
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from stores.network.queries import get_store

BLIND = "BLIND"
OUTGOING = "OUT"


class NotExpected(DomainError):
    """This article does not come with this document."""


@dataclass(frozen=True)
class TallyScan:
    """What a scan meant: which SKU, and whether a unit was counted. Of a serialised SKU
    each unit is counted by its number, after its barcode said what it is."""

    sku_code: str
    is_counted: bool = True


@transaction.atomic
def tally_unit(
    *,
    store_code: str,
    document: str,
    code: str,
    condition: Condition,
    by: Actor,
    at: datetime,
    article: str = "",
    lot: str = "",
    expires_on: date | None = None,
) -> TallyScan:
    """Count one unit of what was scanned: a GTIN, a SKU's own code, a GS1 symbol, or the
    serial number of a unit of `article`, which was scanned before.

    `document` is what the goods come with, or BLIND, or OUTGOING for goods to send. Units
    that are told apart by lots are of the lot that is named, by the symbol or the clerk;
    else of the one that was scanned last. Goods of a transfer have their lots with them;
    goods to send are of the lot that is named, or of none in particular.

    Raises:
        SkuNotFound: nobody knows the code.
        AwaitedNotFound: the place does not wait for such a document.
        NotExpected: the document does not name this article.
        NotASerial, SerialTwice: it is no serial number, or was counted already.
        LotMissing, ExpiryMissing, OtherExpiry, NoLotsKept: it cannot be of that lot.
        LotNotHere: no more units of that lot lie here to send.
    """
    sku = _sku_of(code)
    serial = code if sku is None else ""
    sku = sku or _sku_of_serial(store_code, document, code, article)
    found = None if document in (BLIND, OUTGOING) else awaited(store_code, document)
    if document not in (BLIND, OUTGOING):
        _refuse_foreign(found, document, sku)
    symbol = gs1.read(code, today=at.date())
    if symbol and not lot:
        lot, expires_on = symbol.lot, symbol.expires_on
    if not serial and serialised([sku]):
        serial = symbol.serial if symbol else ""
        if not serial:
            return TallyScan(sku, is_counted=False)
    if serial:
        serial = checked_serial(sku, serial, field="code")
        _refuse_counted(store_code, document, sku, serial, by)
    if document == OUTGOING:
        told = _to_send(ToldLot(sku, lot), store_code, by, at)
    elif found is not None and found.kind == "TRANSFER":
        told = ToldLot(sku)
    else:
        told = _with_lot(ToldLot(sku, lot, expires_on), store_code, document, by)
    TallyLine.objects.add(
        store=get_store(store_code).id,
        employee=by.key,
        document=document,
        sku=shelf_sku_ids([sku])[sku],
        condition=condition,
        lot=told.lot,
        expires_on=told.expires_on,
        serial=serial,
        at=at,
    )
    return TallyScan(sku)


@transaction.atomic
def untally_unit(
    *,
    store_code: str,
    document: str,
    sku_code: str,
    condition: str,
    by: Actor,
    lot: str = "",
) -> None:
    """Count one unit less, that of the last serial number if there are any; less than
    none is none."""
    rows = TallyLine.objects.of(store_code, by.key, document).filter(
        sku__code=sku_code, condition=condition, lot=lot
    )
    for row in rows.filter(quantity__gt=1).locked():
        row.quantity, row.serials = row.quantity - 1, row.serials[:-1]
        row.save(update_fields=["quantity", "serials"])
        return
    rows.delete()


@transaction.atomic
def clear_tally(*, store_code: str, document: str, by: Actor) -> None:
    """Begin counting anew."""
    TallyLine.objects.of(store_code, by.key, document).delete()


def _sku_of(code: str) -> str | None:
    try:
        return sku_by_gtin(code)
    except SkuNotFound:
        return next(iter(sku_ids([code, code.upper()])), None)


def _sku_of_serial(store_code: str, document: str, code: str, article: str) -> str:
    """Whose serial number it may be: of the article that was scanned before; else of the
    only one that is expected, if its units have numbers. The barcode of an article that
    nobody knows is no serial number unless the article was scanned before."""
    found = None if document in (BLIND, OUTGOING) else awaited(store_code, document)
    expected = [line[0] for line in found.lines] if found else []
    named = serialised([article] if article else expected)
    is_article = bool(gs1.gtin_of(code)) if article else gs1.names_an_article(code)
    if is_article or len(named) != 1:
        raise SkuNotFound(field="code", sku=code[:60])
    return next(iter(named))


def _refuse_counted(
    store_code: str, document: str, sku: str, serial: str, by: Actor
) -> None:
    rows = TallyLine.objects.of(store_code, by.key, document).filter(sku__code=sku)
    if rows.filter(serials__contains=[serial]).exists():
        raise SerialTwice(field="code", serial=serial, sku=sku)


def _to_send(told: ToldLot, store_code: str, by: Actor, at: datetime) -> ToldLot:
    """The unit with its lot, if one is named and one more of it lies here."""
    if not told.lot or not lot_rules([told.sku_code]):
        return ToldLot(told.sku_code)
    rows = TallyLine.objects.of(store_code, by.key, OUTGOING)
    counted = rows.filter(sku__code=told.sku_code, lot=told.lot)
    check_lot_here(
        store_code=store_code,
        sku_code=told.sku_code,
        lot=told.lot,
        quantity=1 + sum(counted.values_list("quantity", flat=True)),
        at=at,
    )
    return told


def _with_lot(told: ToldLot, store_code: str, document: str, by: Actor) -> ToldLot:
    """The unit with its lot; in a document the last lot of the SKU stands until another
    one is named. A lot with a symbol on goods that keep none says nothing."""
    if not lot_rules([told.sku_code]):
        return ToldLot(told.sku_code)
    rows = TallyLine.objects.of(store_code, by.key, document)
    told = _as_counted(told, rows.filter(sku__code=told.sku_code))
    check_lots(lines=[told])
    return told


def _as_counted(told: ToldLot, counted: TallyLineQuerySet) -> ToldLot:
    """What is not said again is as it was said of the units counted before."""
    if told.lot:
        counted = counted.filter(lot=told.lot)
    elif told.expires_on:
        return told
    last = counted.order_by("-changed_at", "-pk").first()
    if last is None:
        return told
    if last.expires_on and told.expires_on not in (None, last.expires_on):
        raise OtherExpiry(field="expires_on", lot=last.lot, expires_on=last.expires_on)
    return ToldLot(told.sku_code, last.lot, last.expires_on)


def _refuse_foreign(found: Awaited | None, document: str, sku: str) -> None:
    if found is None:
        raise AwaitedNotFound(number=document)
    if sku not in {line[0] for line in found.lines}:
        raise NotExpected(
            field="code",
            sku=sku,
            expected=[name for _sku, name, units in found.lines if units],
        )
