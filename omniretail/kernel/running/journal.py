"""One log from many processes: time, who, what."""

import os
import re
import sys
import time
from typing import TextIO

_COLOURS = (36, 35, 34, 33, 32, 31, 96, 95)
_STAMP = re.compile(
    r"^(?:\x1b\[[0-9;]*m)*\d{4}-\d\d-\d\d[T ][\d:.,]+Z?(?:\x1b\[[0-9;]*m)*\s+"
)
_LONGEST_LINE = 16_384


class Journal:
    """Writes whole lines, each with the name of the process that said it."""

    def __init__(self, names: list[str], target: TextIO | None = None) -> None:
        self.target = target or sys.stdout
        self.silent = False
        self.width = max((len(name) for name in names), default=0)
        self.coloured = self.target.isatty()
        self.colours = {
            name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(names)
        }

    def write(self, name: str, line: str) -> None:
        """One line of one process."""
        line = _STAMP.sub("", line)  # the column says when
        column = f"{time.strftime('%H:%M:%S')} {name:<{self.width}} |"
        if self.coloured:
            column = f"\x1b[{self.colours.get(name, 37)}m{column}\x1b[0m"
        self.plain(f"{column} {line}")

    def plain(self, line: str) -> None:
        """A line as it is."""
        if not self.silent:
            self.target.write(f"{line}\n")
            self.target.flush()

    def silence(self) -> None:
        """Nobody reads any more: drop what else is said."""
        self.silent = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.target.fileno())


class Lines:
    """Puts lines together from what a pipe delivers."""

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, piece: bytes) -> list[str]:
        """The lines that are complete now; overlong ones are cut."""
        *whole, self.rest = (self.rest + piece).split(b"\n")
        if len(self.rest) > _LONGEST_LINE:
            whole.append(self.rest)
            self.rest = b""
        return [line.decode("utf-8", "replace").rstrip() for line in whole]

    def end(self) -> list[str]:
        """What was left without a line end."""
        rest, self.rest = self.rest, b""
        return [rest.decode("utf-8", "replace").rstrip()] if rest.strip() else []
