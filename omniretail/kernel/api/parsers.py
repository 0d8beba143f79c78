"""Bodies: strict JSON, and CSV for feeds."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from omniretail.kernel.api.problems import InvalidInput
from omniretail.kernel.api.text import BAD_CHARACTERS, normalise_tree, unclean_paths

_MOST_REPORTED = 20
_LARGEST_EXACT = 2**53


class StrictJsonParser(BaseParser):
    """JSON as RFC 8259 means it: UTF-8, no NaN, no repeated names, no endless nesting."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw: bytes = stream.read()
        try:
            document = json.loads(
                raw.decode("utf-8"),
                parse_float=_finite,
                parse_int=_exact,
                parse_constant=_refuse_constant,
                object_pairs_hook=_without_repeats,
            )
        except RecursionError as error:
            raise ParseError(_("The document is nested too deeply.")) from error
        except ValueError as error:
            raise ParseError(_("The body is not valid JSON.")) from error
        if raw.isascii() and b"\\u" not in raw:
            return document
        return _clean(document)


class CsvParser(BaseParser):
    """A CSV file as text; who reads it decides about columns and rows."""

    media_type = "text/csv"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            text: str = stream.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ParseError(_("The file is not UTF-8 text.")) from error
        return text


def _clean(document: Any) -> Any:
    try:
        paths = list(unclean_paths(document))[:_MOST_REPORTED]
        if paths:
            raise InvalidInput({path: [BAD_CHARACTERS] for path in paths})
        return normalise_tree(document)
    except RecursionError as error:
        raise ParseError(_("The document is nested too deeply.")) from error


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _exact(text: str) -> int:
    number = int(text)
    if abs(number) > _LARGEST_EXACT:
        raise ValueError(text)
    return number


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("repeated name")
    return document
