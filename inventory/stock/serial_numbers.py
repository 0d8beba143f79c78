"""How serial numbers are written and read. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence

LONGEST = 60
PATTERN = rf"^[!-~]([ -~]{{0,{LONGEST - 2}}}[!-~])?$"
"""One to sixty printable signs, none of them a blank at either end."""
_PLAIN = re.compile(PATTERN)


def folded(text: str) -> str:
    """A serial number as it is kept: without blanks around it, in capitals."""
    return text.strip().upper()


def is_serial(number: str) -> bool:
    """Whether a folded text can be a serial number."""
    return _PLAIN.fullmatch(number) is not None


def listed(text: str, most: int) -> tuple[str, ...]:
    """The numbers in a field that takes one a line, as they were scanned."""
    lines = (line.strip() for line in text[: most * (LONGEST + 2)].splitlines())
    return tuple(line for line in lines if line)[:most]


def shared_out(
    serials: Sequence[str],
    wanted: Mapping[str, int],
    known: Collection[tuple[str, str]],
) -> dict[str, list[str]]:
    """Which number belongs to which of the SKUs that are wanted (of a kit, its parts): the
    one it is known with, else the first that still misses some."""
    found: dict[str, list[str]] = {sku: [] for sku in wanted}
    strangers = []
    for text in serials:
        own = next((sku for sku in wanted if (sku, folded(text)) in known), None)
        if own is None:
            strangers.append(text)
        else:
            found[own].append(text)
    for text in strangers:
        missing = [sku for sku, units in wanted.items() if len(found[sku]) < units]
        found[(missing or list(wanted))[0]].append(text)
    return found
