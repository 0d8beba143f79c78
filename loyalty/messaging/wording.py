"""Messages in words: one file per language, template and channel."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.template import Context
from django.template.loader import get_template

CODE_PLACE = "{code}"
_SPACES = re.compile(r"[ \t\n]+")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")


@dataclass(frozen=True)
class Text:
    """What the recipient reads."""

    subject: str
    body: str


def write_text(
    template: str, channel: str, language: str, context: Mapping[str, object]
) -> Text:
    """Write a message; the first line of an e-mail's file is its subject."""
    name = f"messages/{language}/{template}.{channel.lower()}.txt"
    written = get_template(name).template  # type: ignore[attr-defined]
    raw = written.render(Context(dict(context), autoescape=False)).strip()
    if channel == "SMS":
        return Text("", _SPACES.sub(" ", raw))
    subject, _end, body = raw.partition("\n")
    lines = "\n".join(line.rstrip(" \t") for line in body.strip().split("\n"))
    return Text(_SPACES.sub(" ", subject), _BLANK_LINES.sub("\n\n", lines))


def with_code(body: str, code: str) -> str:
    """The text with the one-time code in its place."""
    return body.replace(CODE_PLACE, code)
