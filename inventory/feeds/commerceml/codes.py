"""From 1C's Ид to our codes."""

import hashlib
from collections.abc import Collection, Mapping

from inventory.feeds.cells import UnreadableCell, code
from inventory.feeds.models import OutsideCode

NO_PLACE = "*"
"""How a place is mapped whose stock 1C tells without naming a warehouse."""


def known_codes(kind: OutsideCode.Kind, ids: Collection[str]) -> dict[str, str]:
    """Our codes of these Ид, as far as they are mapped."""
    rows = OutsideCode.objects.filter(kind=kind, outside_id__in=set(ids))
    return dict(rows.values_list("outside_id", "code"))


def group_code(outside_id: str, known: Mapping[str, str]) -> str:
    """The code of a category: as mapped, else the Ид itself."""
    return known.get(outside_id) or _plain(outside_id)


def goods_code(outside_id: str, article: str, known: Mapping[str, str]) -> str:
    """The code of a SKU: as mapped, else its article if that can be a code, else its Ид.

    A characteristic (товар#характеристика) shares the article of its good: a few letters
    of its own Ид are added.
    """
    if outside_id in known:
        return known[outside_id]
    good, sign, _own = outside_id.partition("#")
    stem = article if _is_code(article) else good
    return _plain(f"{stem[:51]}-{_short(outside_id)}") if sign else _plain(stem)


def _plain(text: str) -> str:
    return text if _is_code(text) else f"1c-{_short(text)}{_short(text[::-1])}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _is_code(text: str) -> bool:
    try:
        return bool(text) and bool(code()(text))
    except UnreadableCell:
        return False
