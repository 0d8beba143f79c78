"""What the owner process must know about an engine."""

import signal
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from omniretail.kernel.embedded.accounts import Account


class Engine(Protocol):
    """A server that comes in a wheel."""

    name: str
    farewell: signal.Signals

    @property
    def data(self) -> Path:
        """The folder the engine runs in."""

    def prepare(self, account: Account) -> None:
        """Make the data folder fit to start on: create it, remove what a crash left."""

    def command(self) -> list[str]:
        """The words that start it."""

    def is_ready(self, pid: int) -> bool:
        """Whether the process answers."""

    def prove(self) -> None:
        """Check, once it answers, that it is what the code above relies on."""


def locate(package: str, *inside: str) -> Path | None:
    """Where an installed package keeps a file; None when it is not there."""
    for folder in _homes(package):
        path = folder.joinpath(*inside)
        if path.exists():
            return path
    return None


def _homes(package: str) -> list[Path]:
    spec = find_spec(package)
    return [Path(home) for home in (spec and spec.submodule_search_locations) or []]
