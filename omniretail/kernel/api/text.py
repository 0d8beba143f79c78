"""Which characters may come in through a door."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

# Control characters except tab and line ends, halves of surrogate pairs, noncharacters.
_REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)

BAD_CHARACTERS = _("Contains characters that are not allowed in text.")


def is_clean(text: str) -> bool:
    """Whether every character is one that a person may have typed."""
    return _REFUSED.search(text) is None


def normalise(text: str) -> str:
    """The text with accents composed, so that equal words are equal bytes."""
    return unicodedata.normalize("NFC", text)


def normalise_tree(value: Any) -> Any:
    """Compose the accents of every text in a JSON document."""
    if isinstance(value, str):
        return normalise(value)
    if isinstance(value, list):
        return [normalise_tree(item) for item in value]
    if isinstance(value, dict):
        return {normalise(key): normalise_tree(item) for key, item in value.items()}
    return value


def unclean_paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where in a JSON document text holds refused characters."""
    if isinstance(value, str):
        if not is_clean(value):
            yield path
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from unclean_paths(item, (*path, str(position)))
    elif isinstance(value, dict):
        for key, item in value.items():
            if not is_clean(key):
                yield path
            yield from unclean_paths(item, (*path, key))
