"""Which units a till has sold, where it scans their numbers."""

from collections.abc import Sequence
from datetime import datetime

from inventory.catalogue.queries import SkuCard, kit_contents
from inventory.stock.operations import NotSerialised, Scanned, checked_serials
from inventory.stock.queries import serialised, whereabouts
from inventory.stock.serial_numbers import folded, shared_out
from orders.fulfilment.models import Fulfilment, FulfilmentLine, PickedSerial
from orders.till.receipts import Sale

NamedLine = dict[str, tuple[str, ...]]
"""The numbers of the units of one line, by SKU."""


def named_lines(sale: Sale, cards: Sequence[SkuCard]) -> list[NamedLine]:
    """The numbers of the units of each line; of a kit, those of its parts. What was not
    scanned is sold without a name.

    Raises:
        NotASerial, SerialTwice, MoreSerialsThanUnits, NotSerialised: the receipt
            contradicts itself.
    """
    if not any(line.serials for line in sale.lines):
        return [{} for _line in sale.lines]
    goods = _goods(sale, cards)
    named = serialised({sku for line in goods for sku in line})
    scanned: list[tuple[int, Scanned]] = []
    for index, (line, units) in enumerate(zip(sale.lines, goods, strict=True)):
        wanted = {sku: number for sku, number in units.items() if sku in named}
        where = f"lines/{index}/serials"
        if line.serials and not wanted:
            raise NotSerialised(field=where, sku=cards[index].code)
        pairs = [(sku, folded(text)) for sku in wanted for text in line.serials]
        for sku, texts in shared_out(line.serials, wanted, whereabouts(pairs)).items():
            scanned.append((index, Scanned(sku, wanted[sku], texts, where)))
    found: list[NamedLine] = [{} for _line in sale.lines]
    checked = checked_serials([one for _i, one in scanned], are_wanted=False)
    for (index, one), numbers in zip(scanned, checked, strict=True):
        if numbers:
            found[index][one.sku_code] = numbers
    return found


def by_sku(lines: Sequence[NamedLine]) -> dict[str, list[str]]:
    """All numbers of a sale, by SKU."""
    found: dict[str, list[str]] = {}
    for line in lines:
        for sku, numbers in line.items():
            found.setdefault(sku, []).extend(numbers)
    return found


def write_down(bag: Fulfilment, lines: Sequence[NamedLine], *, sold_at: datetime) -> None:
    """The units left with the bag before anybody here heard of it."""
    if not any(lines):
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
        PickedSerial(
            line=carried[position],
            sku_id=skus[position, sku],
            sku_code=sku,
            number=number,
            left_at=sold_at,
        )
        for position, line in enumerate(lines, start=1)
        for sku, numbers in line.items()
        for number in numbers
    )


def _goods(sale: Sale, cards: Sequence[SkuCard]) -> list[dict[str, int]]:
    """What lies on shelves of each line: itself, or the parts of a kit."""
    kits = kit_contents({card.code for card in cards if card.is_kit})
    return [
        {part.code: part.quantity * line.quantity for part in kits[card.code]}
        if card.is_kit
        else {card.code: line.quantity}
        for line, card in zip(sale.lines, cards, strict=True)
    ]
