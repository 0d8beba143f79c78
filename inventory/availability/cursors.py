"""Where somebody stands in the changes of the stock."""

import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"(0|[1-9][0-9]{0,17})\.(0|[1-9][0-9]{0,17})")


class NoCursor(ValueError):
    """The text is no cursor."""


@dataclass(frozen=True, order=True)
class Cursor:
    """Everything up to this change has been told; written "48213.991"."""

    position: int = 0
    change: int = 0

    def __str__(self) -> str:
        return f"{self.position}.{self.change}"

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """A cursor as it was written.

        Raises:
            NoCursor: it was not written by us.
        """
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise NoCursor(text)
        return cls(int(found[1]), int(found[2]))


BEGINNING = Cursor()
