"""Which units a till has sold, where it scans their numbers."""

from collections.abc import Sequence
from datetime import datetime

from inventory.catalogue.queries import SkuCard
from inventory.stock.operations import Scanned, serials_by_sku
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
    scanned = [
        Scanned(card.code, line.quantity, line.serials, f"lines/{index}/serials")
        for index, (line, card) in enumerate(zip(sale.lines, cards, strict=True))
    ]
    return serials_by_sku(scanned, are_wanted=False)


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
