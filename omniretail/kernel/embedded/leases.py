"""The side of the user: take part in the engines, start their owner if there is none.

Every process that uses the engines holds a shared lock on one file for as long as it
lives; the kernel lets go of it even after ``kill -9``. The owner stops when nobody holds
the lock any more.
"""

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from omniretail.kernel.embedded.errors import EmbeddedUnavailable
from omniretail.kernel.embedded.layout import CHECKOUT, Layout

_PATIENCE_S = 60.0
_PAUSE_S = 0.02
_held: dict[Path, int] = {}


@dataclass(frozen=True)
class Running:
    """The engines answer, at these sockets."""

    run_dir: Path
    owner_pid: int


def ensure_running(layout: Layout | None = None) -> Running:
    """Take a lease for this process and answer where the engines are.

    Raises:
        EmbeddedUnavailable: they cannot be made to run here.
    """
    layout = layout or Layout.from_environment()
    if sys.platform == "win32":
        raise EmbeddedUnavailable(
            "embedded engines need Linux or macOS; set DATABASE_URL and VALKEY_URL"
        )
    deadline = time.monotonic() + _PATIENCE_S
    _take_lease(layout)
    with locked(layout.door):
        while time.monotonic() < deadline:
            if not is_locked(layout.owner):
                layout.state.unlink(missing_ok=True)
                _start_owner(layout, deadline)
            running = _read_state(layout)
            if running:
                return running
            time.sleep(_PAUSE_S)
    raise EmbeddedUnavailable(f"the engines are not ready; see the logs in {layout.home}")


def is_running(layout: Layout) -> bool:
    """Whether an owner lives and its engines answer."""
    return layout.owner.exists() and is_locked(layout.owner) and layout.state.exists()


def let_go(layout: Layout | None = None, *, hurry: bool = False) -> None:
    """Give this process's lease back; in a hurry, the owner does not wait for others."""
    layout = layout or Layout.from_environment()
    lease = _held.pop(layout.home, None)
    if lease is not None:
        os.close(lease)
    if hurry:
        _signal_owner(layout, signal.SIGUSR1)


def stop(layout: Layout | None = None) -> None:
    """End the engines now, whoever uses them, and wait until they are gone."""
    layout = layout or Layout.from_environment()
    deadline = time.monotonic() + _PATIENCE_S
    _signal_owner(layout, signal.SIGTERM)
    while layout.owner.exists() and is_locked(layout.owner):
        if time.monotonic() > deadline:
            raise EmbeddedUnavailable(f"the engines do not stop; see {layout.log('owner')}")
        time.sleep(_PAUSE_S)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Alone with this file, as long as the block runs."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def is_locked(path: Path) -> bool:
    """Whether another process holds this file."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _take_lease(layout: Layout) -> None:
    if layout.home in _held:
        return
    layout.ensure_home()
    lease = os.open(layout.leases, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lease, fcntl.LOCK_SH)
    _held[layout.home] = lease


def _start_owner(layout: Layout, deadline: float) -> None:
    """Start the owner and wait until it has said how it went."""
    news, line = os.pipe()
    with layout.log("owner").open("ab") as log:
        launcher = subprocess.Popen(  # noqa: S603 - our own words only
            [
                sys.executable,
                *("-m", "omniretail.kernel.embedded.owner", str(layout.home), str(line)),
            ],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[line],
            start_new_session=True,
        )
    os.close(line)
    with os.fdopen(news, "rb") as told:
        select.select([told], [], [], max(1.0, deadline - time.monotonic()))
    launcher.wait()
    if not layout.state.exists():
        raise EmbeddedUnavailable(f"the engines did not start; see {layout.log('owner')}")


def _read_state(layout: Layout) -> Running | None:
    try:
        state = json.loads(layout.state.read_text())
    except (OSError, ValueError):
        return None
    if state.get("problem"):
        raise EmbeddedUnavailable(state["problem"])
    return Running(run_dir=Path(state["run_dir"]), owner_pid=state["owner_pid"])


def _signal_owner(layout: Layout, number: signal.Signals) -> None:
    if not layout.owner.exists() or not is_locked(layout.owner):
        return
    with contextlib.suppress(ValueError, ProcessLookupError):
        os.kill(int(layout.owner.read_text()), number)
