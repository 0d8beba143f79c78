"""XML one element at a time, however large the file is, and harmless whatever is in it.

No document type, so no entities: nothing unfolds and nothing is fetched. Text, depth and
the size of one element are bounded.
"""

from collections.abc import Collection, Iterator
from typing import Any, BinaryIO
from xml.parsers import expat

from django.utils.translation import gettext as _

from inventory.feeds.reading import FeedUnreadable

_CHUNK = 1 << 18
_DEEPEST = 60
_LONGEST_TEXT = 200_000
_MOST_ELEMENTS = 200_000


class Element:
    """An element that has ended: its attributes, text and what stands inside."""

    __slots__ = ("attributes", "children", "line", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.text = ""
        self.children: list[Element] = []

    def all(self, *path: str) -> list["Element"]:
        """The elements at the end of a path of names."""
        found = [self]
        for name in path:
            found = [child for one in found for child in one.children if child.name == name]
        return found

    def value(self, *path: str) -> str:
        """The text of the first element at the end of a path, or nothing."""
        found = self.all(*path)
        return found[0].text.strip() if found else ""

    def said(self, name: str) -> str:
        """What an attribute says, or the element of that name inside."""
        return self.attributes.get(name, "").strip() or self.value(name)


def elements(
    stream: BinaryIO, wanted: Collection[str], heads: Collection[str] = ()
) -> Iterator[Element]:
    """The outermost elements of these names, each when it has ended; those in `heads` as
    soon as they begin, with their attributes only.

    Raises:
        FeedUnreadable: it is no XML, has a document type, or is built to hurt.
    """
    stream.seek(0)
    reading = _Reading(wanted, heads)
    while chunk := stream.read(_CHUNK):
        yield from reading.feed(chunk)
    yield from reading.feed(b"", is_last=True)


class _Reading:
    def __init__(self, wanted: Collection[str], heads: Collection[str]) -> None:
        self.wanted = frozenset(wanted)
        self.heads = frozenset(heads)
        self.open: list[Element] = []
        self.done: list[Element] = []
        self.depth = 0
        self.size = 0
        self.text_size = 0
        parser: Any = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse_document_type
        parser.EntityDeclHandler = self._refuse_document_type
        self.parser = parser

    def feed(self, chunk: bytes, *, is_last: bool = False) -> list[Element]:
        """What has ended with this chunk."""
        try:
            self.parser.Parse(chunk, is_last)
        except (expat.ExpatError, LookupError, ValueError) as error:
            line = getattr(error, "lineno", self.parser.CurrentLineNumber)
            raise FeedUnreadable(reason=_("It is no XML."), line=line) from error
        done, self.done = self.done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            self._refuse()
        plain = name.rpartition(":")[2]
        if plain in self.heads:
            self.done.append(Element(plain, attributes, self.parser.CurrentLineNumber))
        if not self.open and plain not in self.wanted:
            return
        element = Element(plain, attributes, self.parser.CurrentLineNumber)
        self.size += 1
        if self.size > _MOST_ELEMENTS:
            self._refuse()
        if self.open:
            self.open[-1].children.append(element)
        self.open.append(element)

    def _end(self, _name: str) -> None:
        self.depth -= 1
        if not self.open:
            return
        element = self.open.pop()
        if not self.open:
            self.done.append(element)
            self.size = self.text_size = 0

    def _characters(self, text: str) -> None:
        if not self.open:
            return
        self.text_size += len(text)
        if self.text_size > _LONGEST_TEXT * (1 + self.size // 100):
            self._refuse()
        if self.open[-1].text or not text.isspace():
            self.open[-1].text += text

    def _refuse_document_type(self, *_parts: Any) -> None:
        raise FeedUnreadable(
            reason=_("It declares a document type: 1C never does."),
            line=self.parser.CurrentLineNumber,
        )

    def _refuse(self) -> None:
        raise FeedUnreadable(
            reason=_("An element is too large or too deep."),
            line=self.parser.CurrentLineNumber,
        )
