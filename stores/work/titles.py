"""Few words for a row of the queue. Pure."""

from collections.abc import Sequence

from omniretail.contracts.orders import LineBrief

_LONGEST = 110


def title_of(lines: Sequence[LineBrief]) -> str:
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
