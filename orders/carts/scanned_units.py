"""Which units lie on lines of goods: serial numbers as they were scanned, by SKU."""

from collections.abc import Sequence
from dataclasses import dataclass

from inventory.stock.operations import Scanned, serials_by_sku
from inventory.stock.queries import serialised_units, whereabouts
from inventory.stock.serial_numbers import folded, shared_out

NamedLine = dict[str, tuple[str, ...]]
"""The numbers of the units of one line, by SKU."""


@dataclass(frozen=True)
class ScannedLine:
    """Units of an article, or kits, and the serial numbers that were scanned of them;
    `field` is where the numbers stand, if not with the line."""

    sku_code: str
    quantity: int
    serials: Sequence[str] = ()
    field: str = ""


def named_lines(lines: Sequence[ScannedLine]) -> list[NamedLine]:
    """The numbers of the units of each line; of a kit, those of its parts. What was not
    scanned has no name.

    Raises:
        NotASerial, SerialTwice, MoreSerialsThanUnits, NotSerialised: the lines contradict
            themselves; `field` names the line.
    """
    if not any(line.serials for line in lines):
        return [{} for _line in lines]
    scanned = [
        Scanned(
            line.sku_code,
            line.quantity,
            line.serials,
            line.field or f"lines/{index}/serials",
        )
        for index, line in enumerate(lines)
    ]
    return serials_by_sku(scanned, are_wanted=False)


def fitting(line: ScannedLine) -> list[str]:
    """The numbers that remain when a line has become shorter: the first ones scanned."""
    (wanted,) = serialised_units([(line.sku_code, line.quantity)])
    pairs = [(sku, folded(text)) for sku in wanted for text in line.serials]
    shares = shared_out(line.serials, wanted, whereabouts(pairs))
    kept = {text for sku, texts in shares.items() for text in texts[: wanted[sku]]}
    return [text for text in line.serials if text in kept]
