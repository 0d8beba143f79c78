"""How serial numbers are written and read. Pure."""

import re

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
