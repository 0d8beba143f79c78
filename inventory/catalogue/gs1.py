"""What a GS1 symbol says: GTIN, lot, last day and serial in one scan. Pure.

After the GS1 General Specifications: application identifiers of two to four digits, each
with its value; values without a fixed length end at FNC1, which scanners send as the
character GS (29), or with the symbol. Two digits of a year lie within fifty years around
today (section 7.12); a day of 00 is the last of its month (AI 11 to 17).

    (01) GTIN, 14 digits   (10) lot, to 20   (17) expiry, YYMMDD   (21) serial, to 20
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from inventory.catalogue.gtin import is_gtin

SEPARATOR = "\x1d"
_SYMBOLS = ("]C1", "]d2", "]Q3", "]e0", "]J1")
"""How scanners name the symbols that hold element strings, where they do."""
_FIXED = {
    **dict.fromkeys(("00",), 18),
    **dict.fromkeys(("01", "02", "03"), 14),
    "04": 16,
    **dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 6),
    "20": 2,
    **dict.fromkeys(("31", "32", "33", "34", "35", "36"), 8),
    "41": 14,
}
"""Lengths of the values that have one, by the first two digits of their identifier, as
the specification lists them: after these no FNC1 is needed. Where the identifier itself
is longer than two digits, its rest counts here as the beginning of the value."""
_LONGEST = 20
_PRINTED = re.compile(r"\((\d{2,4})\)([^(]+)")


@dataclass(frozen=True)
class Scanned:
    """What a symbol says of the unit it stands on."""

    gtin: str
    lot: str = ""
    expires_on: date | None = None
    serial: str = ""


def read(text: str, *, today: date) -> Scanned | None:
    """What an element string says; None if it is none, or names no GTIN.

    The human readable form, with identifiers in brackets, is read as well.
    """
    number, values = gtin_of(text), _values(text.strip(" \r\n\t"))
    if not number:
        return None
    try:
        last = _day(values["17"], today) if "17" in values else None
    except ValueError:
        return None
    lot, serial = values.get("10", ""), values.get("21", "")
    if max(len(lot), len(serial)) > _LONGEST:
        return None
    return Scanned(number, lot, last, serial)


def gtin_of(text: str) -> str:
    """The GTIN that an element string names; nothing, if it is none."""
    number = _values(text.strip(" \r\n\t")).get("01", "")
    return number if len(number) == 14 and is_gtin(number) else ""


def names_an_article(text: str) -> bool:
    """Whether a scan is the barcode or the symbol of some article, known or not, and so no
    serial number that nobody announced."""
    return is_gtin(text.strip()) or bool(gtin_of(text))


def _values(text: str) -> dict[str, str]:
    """The values by identifier; nothing, if it is no element string to its end."""
    if (
        text.startswith("(")
        and "".join(f"({found[1]}){found[2]}" for found in _PRINTED.finditer(text)) == text
    ):
        return {found[1]: found[2].strip() for found in _PRINTED.finditer(text)}
    for symbol in _SYMBOLS:
        text = text.removeprefix(symbol)
    rest, values = text.lstrip(SEPARATOR), dict[str, str]()
    while rest:
        key = rest[:2]
        if not (key.isascii() and key.isdigit()):
            return {}
        length = _FIXED.get(key)
        if length is None:
            value, _gs, rest = rest[2:].partition(SEPARATOR)
        else:
            value, rest = rest[2 : 2 + length], rest[2 + length :]
            if len(value) < length or not (value.isascii() and value.isdigit()):
                return {}
            rest = rest.removeprefix(SEPARATOR)
        if not value:
            return {}
        values.setdefault(key, value)
    return values


def _day(text: str, today: date) -> date:
    """The day of six digits.

    Raises:
        ValueError: there is no such day.
    """
    if not (len(text) == 6 and text.isascii() and text.isdigit()):
        raise ValueError(text)
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    century = today.year - today.year % 100
    apart = year - today.year % 100
    if apart >= 51:
        century -= 100
    elif apart <= -50:
        century += 100
    year += century
    if not 1 <= month <= 12:
        raise ValueError(text)
    return date(year, month, day or calendar.monthrange(year, month)[1])
