"""One process in the supervisor's care, with everything it started."""

import contextlib
import os
import signal
import socket
import subprocess
import time

from omniretail.kernel.embedded.layout import CHECKOUT
from omniretail.kernel.embedded.processes import tether
from omniretail.kernel.running.journal import Lines
from omniretail.kernel.running.plan import Role

_LONGEST_BACKOFF_S = 10.0
_STEADY_S = 30.0


class Child:
    """Started, started again when it dies, stopped with all its descendants."""

    def __init__(self, role: Role, host: str) -> None:
        self.role = role
        self.host = host
        self.process: subprocess.Popen[bytes] | None = None
        self.lines = Lines()
        self.falls = 0
        self.started_at = 0.0
        self.next_try = 0.0

    def start(self) -> None:
        """A group of its own: Ctrl-C reaches the supervisor alone."""
        self.started_at = time.monotonic()
        self.lines = Lines()
        self.process = subprocess.Popen(  # noqa: S603 - our own words only
            self.role.command,
            cwd=CHECKOUT,
            env={
                **os.environ,
                "PROCESS_NAME": self.role.name,
                "PYTHONUNBUFFERED": "1",
                "MALLOC_ARENA_MAX": "2",
                **self.role.environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=tether(signal.SIGTERM),
        )

    @property
    def pipe(self) -> int:
        """Where its words come out."""
        if self.process is None or self.process.stdout is None:
            raise ValueError(f"{self.role.name} has not been started")
        return self.process.stdout.fileno()

    def is_alive(self) -> bool:
        """Whether its main process runs."""
        return self.process is not None and self.process.poll() is None

    def ended_well(self) -> bool:
        """Whether its main process has ended, content."""
        return self.process is not None and self.process.poll() == 0

    def fell(self) -> float:
        """Its main process is gone: end the rest of its group; answers the pause."""
        self.signal_group(signal.SIGKILL)
        if time.monotonic() - self.started_at > _STEADY_S:
            self.falls = 0
        pause = min(0.25 * 2.0**self.falls, _LONGEST_BACKOFF_S)
        self.falls += 1
        self.next_try = time.monotonic() + pause
        return pause

    def ask_to_stop(self) -> None:
        """Politely, its main process alone: it knows its own helpers."""
        if self.process is not None and self.is_alive():
            self.process.send_signal(signal.SIGTERM)

    def signal_group(self, number: signal.Signals) -> None:
        """Everything it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def answers(self) -> bool:
        """Whether its port can be reached; a process without one is up at once."""
        if self.role.port is None:
            return True
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        with (
            contextlib.suppress(OSError),
            socket.create_connection((host, self.role.port), 0.2),
        ):
            return True
        return False
