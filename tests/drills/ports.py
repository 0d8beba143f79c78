"""Ports for services that are about to start: no two drills of a machine take the same."""

import fcntl
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from omniretail.kernel.running.launch import is_free

HOST = "127.0.0.1"
PORTS = range(18_600, 18_700, 10)  # far from where people try things out


class Claim:
    """A port and the one above it, from the choice until they are given back. A service
    takes a while before it listens: until then nothing but this says that they are taken.
    The system itself gives them back when the process ends."""

    def __init__(self, port: int, lock: IO[bytes]) -> None:
        self.port = port
        self._lock = lock

    def give_back(self) -> None:
        """Somebody else may have them."""
        self._lock.close()


def claim_port(ports: Iterable[int] = PORTS) -> Claim:
    """The first pair that nobody has claimed and nobody listens at.

    Raises:
        LookupError: all are taken.
    """
    for port in ports:
        lock = _locked(port)
        if lock is None:
            continue
        if is_free(HOST, port) and is_free(HOST, port + 1):
            return Claim(port, lock)
        lock.close()
    raise LookupError("every port for drills is taken")


def _locked(port: int) -> IO[bytes] | None:
    path = Path(tempfile.gettempdir()) / f"omniretail-drill-{port}.lock"
    try:
        lock = path.open("ab")
    except PermissionError:  # a drill of somebody else's
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock
