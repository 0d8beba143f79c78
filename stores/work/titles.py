"""Few words for a row of the queue. Pure."""

from collections.abc import Sequence
from typing import Protocol

_LONGEST = 110


class Named(Protocol):
    """So many of something."""

    @property
    def name(self) -> str: ...

    @property
    def quantity(self) -> int: ...


def title_of(lines: Sequence[Named]) -> str:
    """What is in it: the first thing by name, then how many other things."""
    if not lines:
        return ""
    name = lines[0].name
    if len(name) > _LONGEST:
        name = name[: _LONGEST - 1].rstrip() + "…"
    if lines[0].quantity > 1:
        name = f"{lines[0].quantity} × {name}"
    return name if len(lines) == 1 else f"{name} + {len(lines) - 1}"


def short_name(name: str) -> str:
    """First name and last letter, as it may be called out in a shop: "Анна К."."""
    first, *rest = name.split()[:2] or [""]
    return f"{first} {rest[0][0]}." if rest else first
