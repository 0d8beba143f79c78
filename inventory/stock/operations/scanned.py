"""Serial numbers as they were scanned, read and checked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from inventory.catalogue.queries import skus_by_gtin
from inventory.stock.queries import serialised, serialised_units, whereabouts
from inventory.stock.serial_numbers import folded, is_serial, shared_out
from omniretail.kernel.errors import DomainError


class NotASerial(DomainError):
    """This is no serial number. Scan the one that is on the unit itself."""

    constraints = ("serial_is_plain_and_in_capitals", "serial_is_no_barcode")


class NotSerialised(DomainError):
    """Units of this article have no serial numbers."""

    constraints = ("only_serialised_units_have_serials",)


class SerialsWanted(DomainError):
    """Scan the serial number of every unit."""


class MoreSerialsThanUnits(DomainError):
    """There are more serial numbers than units."""

    constraints = ("movement_names_no_more_than_it_moves",)


class SerialTwice(DomainError):
    """This serial number was scanned before."""

    constraints = ("serial_moves_once_at_a_time",)


@dataclass(frozen=True)
class Scanned:
    """Units of a SKU and the serial numbers that were scanned of them; `field` is where
    the numbers stand in the request."""

    sku_code: str
    quantity: int
    serials: Sequence[str]
    field: str


def checked_serials(
    lines: Sequence[Scanned], *, are_wanted: bool = True
) -> list[tuple[str, ...]]:
    """The serial numbers of each line as they are kept; of a serialised SKU one for each
    unit, unless they are not wanted. Lines of other goods have none.

    Raises:
        NotASerial, SerialTwice, MoreSerialsThanUnits, SerialsWanted, NotSerialised:
            `field` names the number or the line at fault.
    """
    with_serials = serialised({line.sku_code for line in lines})
    found: list[tuple[str, ...]] = []
    seen: set[tuple[str, str]] = set()
    for line in lines:
        numbers = tuple(folded(text) for text in line.serials)
        if numbers and line.sku_code not in with_serials:
            raise NotSerialised(field=line.field, sku=line.sku_code)
        _check_numbers(line, numbers, seen)
        if len(numbers) > line.quantity:
            raise MoreSerialsThanUnits(field=line.field, sku=line.sku_code)
        if are_wanted and line.sku_code in with_serials and len(numbers) < line.quantity:
            raise SerialsWanted(
                field=line.field,
                sku=line.sku_code,
                wanted=line.quantity,
                scanned=len(numbers),
            )
        found.append(numbers)
    return found


def checked_serial(sku_code: str, text: str, *, field: str = "serial") -> str:
    """One serial number as it is kept.

    Raises:
        NotASerial: it is the barcode of the article, or nothing anybody can read.
        NotSerialised: units of this SKU have none.
    """
    scanned = Scanned(sku_code, 1, [text], field)
    return checked_serials([scanned])[0][0]


def serials_by_sku(
    lines: Sequence[Scanned],
    *,
    known: Collection[tuple[str, str]] | None = None,
    are_wanted: bool = True,
) -> list[dict[str, tuple[str, ...]]]:
    """The serial numbers of each line by SKU; of a kit, those of its parts: each number is
    of the part it is known with (`known`, by SKU and number; else wherever it was ever
    seen), else of the first that still misses some.

    Raises:
        NotASerial, SerialTwice, MoreSerialsThanUnits, SerialsWanted, NotSerialised:
            `field` names the number or the line at fault.
    """
    wanted = serialised_units([(line.sku_code, line.quantity) for line in lines])
    if known is None:
        known = whereabouts(
            (sku, folded(text))
            for line, goods in zip(lines, wanted, strict=True)
            for text in line.serials
            for sku in goods
        )
    named: list[tuple[int, Scanned]] = []
    for index, (line, goods) in enumerate(zip(lines, wanted, strict=True)):
        if line.serials and not goods:
            raise NotSerialised(field=line.field, sku=line.sku_code)
        for sku, texts in shared_out(line.serials, goods, known).items():
            named.append((index, Scanned(sku, goods[sku], texts, line.field)))
    found: list[dict[str, tuple[str, ...]]] = [{} for _line in lines]
    checked = checked_serials([one for _index, one in named], are_wanted=are_wanted)
    for (index, one), numbers in zip(named, checked, strict=True):
        if numbers:
            found[index][one.sku_code] = numbers
    return found


def _check_numbers(
    line: Scanned, numbers: Sequence[str], seen: set[tuple[str, str]]
) -> None:
    if not numbers:
        return
    barcodes = skus_by_gtin(numbers)
    for index, number in enumerate(numbers):
        where = f"{line.field}/{index}"
        is_own_code = line.sku_code in (number, barcodes.get(number))
        if not is_serial(number) or is_own_code or number == line.sku_code.upper():
            raise NotASerial(field=where, serial=number[:60], sku=line.sku_code)
        if (line.sku_code, number) in seen:
            raise SerialTwice(field=where, serial=number, sku=line.sku_code)
        seen.add((line.sku_code, number))
