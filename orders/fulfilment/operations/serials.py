"""Units with serial numbers in bags: each is scanned, and lies in one bag."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from inventory.catalogue import gs1
from inventory.catalogue.gtin import is_gtin
from inventory.catalogue.queries import SkuNotFound, sku_by_gtin, sku_ids
from inventory.stock.operations import NotSerialised, checked_serial, see_serial
from inventory.stock.queries import whereabouts
from inventory.stock.serial_numbers import folded
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from orders.carts.scanned_units import NamedLine
from orders.fulfilment.models import (
    Fulfilment,
    FulfilmentLine,
    FulfilmentPart,
    PickedSerial,
)
from orders.fulfilment.operations.parting import PartsByLine


class SerialWanted(DomainError):
    """Scan the serial number of this unit."""

    kind = Kind.RULE


class SerialInAnotherBag(DomainError):
    """The unit with this serial number lies in a bag already."""

    kind = Kind.CONFLICT
    constraints = ("serial_lies_in_one_bag",)


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


def put_in(
    fulfilment: Fulfilment,
    line: FulfilmentLine,
    article: Article,
    number: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """The unit with this number lies in the bag now.

    Raises:
        SerialInAnotherBag: it lies in a bag already; the answer says which one.
        SerialElsewhere, EveryUnitNamed: it is not on hand here.
    """
    see_unit(
        store_code=fulfilment.store.code,
        sku_code=article.sku_code,
        number=number,
        reference=fulfilment.order.number,
        by=by,
        at=at,
    )
    PickedSerial.objects.create(
        line=line, sku_id=article.sku_id, sku_code=article.sku_code, number=number
    )


def see_unit(
    *,
    store_code: str,
    sku_code: str,
    number: str,
    reference: str,
    by: Actor,
    at: datetime,
    field: str = "serial",
) -> None:
    """The unit with this number is here, in somebody's hands, and is nobody else's.

    Raises:
        SerialInAnotherBag: it lies in a bag already; the answer says which one.
        SerialElsewhere, EveryUnitNamed: it is not on hand here.
    """
    see_serial(
        store_code=store_code,
        sku_code=sku_code,
        number=number,
        reference=reference,
        by=by,
        at=at,
        field=field,
    )
    bag = _lies_in(sku_code, number)
    if bag is not None:
        raise SerialInAnotherBag(field=field, sku=sku_code, serial=number, bag=bag)


def _lies_in(sku_code: str, number: str) -> str | None:
    """The number of the bag that a unit lies in."""
    rows = PickedSerial.objects.filter(sku__code=sku_code, number=number, left_at=None)
    return rows.values_list("line__fulfilment__number", flat=True).first()


def take_out(line: FulfilmentLine, sku_code: str, number: str = "") -> bool:
    """The unit with this number, or the last one of a SKU, leaves the bag; answers whether
    the number was there, if one is said."""
    rows = PickedSerial.objects.filter(line=line, sku_code=sku_code, left_at=None)
    if number:
        return bool(rows.filter(number=folded(number)).delete()[0])
    last = rows.order_by("pk").last()
    if last is not None:
        last.delete()
    return True


def leave_out_serials(line: FulfilmentLine, parts: Sequence[FulfilmentPart]) -> None:
    """Of parts for kits that will not be, the last ones picked leave the bag."""
    for part in parts:
        rows = PickedSerial.objects.filter(line=line, sku=part.sku_id, left_at=None)
        surplus = rows.count() - part.picked_quantity
        for row in list(rows.order_by("-pk")[: max(surplus, 0)]):
            row.delete()


def empty_of_serials(fulfilment: Fulfilment) -> None:
    """A bag that will not be has no units."""
    PickedSerial.objects.in_bag(fulfilment).delete()


def leaving_serials(
    fulfilment: Fulfilment, at: datetime
) -> Mapping[tuple[str, str], list[str]]:
    """The numbers of the units that leave with a bag now, by promise and SKU. A unit that
    was sold or moved meanwhile is not what leaves: the one that does has no name."""
    rows = list(PickedSerial.objects.in_bag(fulfilment).select_related("line"))
    known = whereabouts((row.sku_code, row.number) for row in rows)
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        place = known.get((row.sku_code, row.number))
        if place is None or not place.is_on_hand_in(fulfilment.store.code):
            row.delete()
            continue
        found.setdefault((row.line.promise_line, row.sku_code), []).append(row.number)
    if found:
        PickedSerial.objects.in_bag(fulfilment).update(left_at=at)
    return found


def write_down_units(
    bag: Fulfilment,
    lines: Mapping[int, NamedLine],
    *,
    left_at: datetime | None = None,
) -> None:
    """These units, by position, lie in a bag that nobody packed, or left with it before
    anybody here heard of it. One that was put into another bag meanwhile stays there."""
    if not any(lines.values()):
        return
    rows = FulfilmentLine.objects.of(bag)
    carried = {row.order_line.position: row for row in rows}
    skus = {
        (place, row.order_line.sku_code): row.order_line.sku_id
        for place, row in carried.items()
    }
    skus |= {
        (place, part.sku_code): part.sku_id
        for place, row in carried.items()
        for part in row.parts.all()
    }
    PickedSerial.objects.bulk_create(
        [
            PickedSerial(
                line=carried[position],
                sku_id=skus[position, sku],
                sku_code=sku,
                number=number,
                left_at=left_at,
            )
            for position, line in lines.items()
            for sku, numbers in line.items()
            for number in numbers
            if position in carried
        ],
        ignore_conflicts=True,
    )


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
    if is_gtin(code.strip()) or sku_code != code or sku_ids([code, code.upper()]):
        return None
    if len(wanted) != 1:
        return None
    return next(iter(wanted))
