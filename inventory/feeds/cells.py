"""How the cells of an ERP's export are read: text as people and 1C write it."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from inventory.catalogue import gtin
from inventory.catalogue.kits import MOST_OF_A_PART
from omniretail.kernel.api.text import BAD_CHARACTERS, is_clean

Reader = Callable[[str], Any]

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_YES = {"yes", "y", "true", "1", "да", "д", "истина", "+"}
_NO = {"no", "n", "false", "0", "нет", "н", "ложь", "-"}
_LARGEST_AMOUNT = Decimal("999999999999.99")


class UnreadableCell(ValueError):
    """A cell does not hold what its column is for."""


def text(most: int) -> Reader:
    """One line of words, so many characters at most."""

    def read(cell: str) -> str:
        if len(cell) > most:
            raise UnreadableCell(_("Longer than %(most)s characters.") % {"most": most})
        return cell

    return read


def code(most: int = 60) -> Reader:
    """A business key: letters, digits, dot, dash, slash, underscore."""

    def read(cell: str) -> str:
        if len(cell) > most or not _CODE.fullmatch(cell):
            raise UnreadableCell(
                _("Not a code: Latin letters, digits, dots, dashes and slashes.")
            )
        return cell

    return read


def whole(most: int = 1_000_000) -> Reader:
    """A whole number; "12,000" and "12.0" of a spreadsheet are read as 12."""

    def read(cell: str) -> int:
        number = decimal(cell)
        if number != number.to_integral_value():
            raise UnreadableCell(_("Not a whole number."))
        if not 0 <= number <= most:
            raise UnreadableCell(_("Not between 0 and %(most)s.") % {"most": most})
        return int(number)

    return read


def decimal(cell: str) -> Decimal:
    """A number with a decimal comma or point; spaces may group its digits."""
    plain = _SPACES.sub("", cell).replace(",", ".")
    try:
        number = Decimal(plain if plain.isascii() and "_" not in plain else "no")
    except InvalidOperation:
        raise UnreadableCell(_("Not a number.")) from None
    if not number.is_finite() or abs(number) > _LARGEST_AMOUNT:
        raise UnreadableCell(_("Not a number."))
    return number


def amount(cell: str) -> Decimal:
    """Money: above zero, two decimals at most."""
    number = decimal(cell)
    if number <= 0:
        raise UnreadableCell(_("Not above zero."))
    if number != round(number, 2):
        raise UnreadableCell(_("More than two decimals."))
    return round(number, 2)


def percentage(cell: str) -> Decimal:
    """A rate from 0 to 100."""
    number = decimal(cell.removesuffix("%"))
    if not 0 <= number <= 100 or number != round(number, 2):
        raise UnreadableCell(_("Not a rate from 0 to 100."))
    return round(number, 2)


def degrees(cell: str) -> float:
    """A latitude or longitude."""
    number = decimal(cell)
    if abs(number) > 180:
        raise UnreadableCell(_("Not between -180 and 180."))
    return float(number)


def yes_or_no(cell: str) -> bool:
    """Yes or no, in words or as 1 and 0."""
    word = cell.casefold()
    if word not in _YES | _NO:
        raise UnreadableCell(_("Neither yes nor no."))
    return word in _YES


def currency(cell: str) -> str:
    """An ISO 4217 code."""
    letters = cell.upper()
    if not re.fullmatch(r"[A-Z]{3}", letters):
        raise UnreadableCell(_("Not a currency code such as RUB."))
    return letters


def country(cell: str) -> str:
    """An ISO 3166 code of two letters."""
    letters = cell.upper()
    if not re.fullmatch(r"[A-Z]{2}", letters):
        raise UnreadableCell(_("Not a country code such as RU."))
    return letters


def day(cell: str) -> date:
    """A date, as 2026-11-20 or 20.11.2026."""
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(cell, pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise UnreadableCell(_("Not a date such as 2026-11-20."))


def moment(cell: str) -> datetime:
    """A moment with its offset, as 2026-11-20T12:00:00+03:00."""
    try:
        read = datetime.fromisoformat(cell)
    except ValueError:
        raise UnreadableCell(_("Not a moment such as 2026-11-20T12:00+03:00.")) from None
    if read.tzinfo is None:
        raise UnreadableCell(_("A moment without its offset from UTC."))
    try:
        return read.astimezone(UTC)
    except OverflowError:
        raise UnreadableCell(_("Not a moment such as 2026-11-20T12:00+03:00.")) from None


def gtins(cell: str) -> list[str]:
    """Barcodes, separated by spaces, commas or bars."""
    found = re.split(r"[\s,|]+", cell.strip())
    try:
        numbers = [gtin.normalise(one) for one in found if one]
    except ValueError as error:
        raise UnreadableCell(_("%(gtin)s is no GTIN.") % {"gtin": error}) from None
    if len(numbers) > 20:
        raise UnreadableCell(_("More than twenty barcodes."))
    return list(dict.fromkeys(numbers))


def parts(cell: str) -> dict[str, int]:
    """What a kit is made of, such as "S-1=1; S-2=2"."""
    found: dict[str, int] = {}
    of_one, read_code = whole(MOST_OF_A_PART), code()
    for name, units in attributes(cell).items():
        found[read_code(name)] = of_one(units)
    if not found or not all(found.values()):
        raise UnreadableCell(_("Not of the form code=units; code=units."))
    return found


def attributes(cell: str) -> dict[str, str]:
    """Properties such as "colour=black; memory=256 GB", or a JSON object of texts."""
    found: dict[str, str] = {}
    if cell.startswith("{"):
        return _bounded(_from_json(cell))
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        name, sign, value = part.partition("=")
        if not sign or not name.strip():
            raise UnreadableCell(_("Not of the form name=value; name=value."))
        found[name.strip()] = value.strip()
    return _bounded(found)


def _from_json(cell: str) -> dict[str, str]:
    """What is null is not said; what JSON hides behind a backslash is no text either."""
    try:
        document = json.loads(cell, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise UnreadableCell(_("Not of the form name=value; name=value.")) from None
    found = {
        name: json.dumps(value) if isinstance(value, bool) else value
        for name, value in document.items()
        if value is not None
    }
    for name, value in found.items():
        if not name.strip() or not isinstance(value, str):
            raise UnreadableCell(_("Not of the form name=value; name=value."))
        if not is_clean(name + value):
            raise UnreadableCell(BAD_CHARACTERS)
    return {name[:200]: value[:1000] for name, value in found.items()}


def _bounded(found: dict[str, str]) -> dict[str, str]:
    if len(found) > 50:
        raise UnreadableCell(_("More than fifty properties."))
    return found
