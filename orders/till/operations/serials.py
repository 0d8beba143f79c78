"""Which units a till has sold, where it scans their numbers."""

from collections.abc import Sequence

from inventory.catalogue.queries import SkuCard
from orders.carts.scanned_units import NamedLine, ScannedLine, named_lines
from orders.till.receipts import Sale


def units_sold(sale: Sale, cards: Sequence[SkuCard]) -> list[NamedLine]:
    """The numbers of the units of each line. What was not scanned is sold without a name.

    Raises:
        NotASerial, SerialTwice, MoreSerialsThanUnits, NotSerialised: the receipt
            contradicts itself.
    """
    return named_lines(
        [
            ScannedLine(card.code, line.quantity, line.serials)
            for line, card in zip(sale.lines, cards, strict=True)
        ]
    )


def by_sku(lines: Sequence[NamedLine]) -> dict[str, list[str]]:
    """All numbers of a sale, by SKU."""
    found: dict[str, list[str]] = {}
    for line in lines:
        for sku, numbers in line.items():
            found.setdefault(sku, []).extend(numbers)
    return found
