"""Where the embedded engines keep their things."""

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from omniretail.kernel.embedded.errors import EmbeddedUnavailable

CHECKOUT = Path(__file__).resolve().parents[3]
DATABASE = "omniretail"
SUPERUSER = "postgres"

# A socket address holds 107 bytes; the longest name in the folder is ".s.PGSQL.5432.lock".
_LONGEST_RUN_DIR = 107 - len("/.s.PGSQL.5432.lock")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


@dataclass(frozen=True)
class Layout:
    """One folder of engine data, shared by every process that names it."""

    home: Path

    @classmethod
    def from_environment(cls) -> "Layout":
        """The folder named by OMNIRETAIL_EMBEDDED_DIR, else `.embedded` in the checkout."""
        named = os.environ.get("OMNIRETAIL_EMBEDDED_DIR")
        return cls(Path(named).resolve() if named else CHECKOUT / ".embedded")

    def ensure_home(self) -> None:
        """Make the folder.

        Raises:
            EmbeddedUnavailable: it cannot be written to.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            probe = self.home / f"probe-{os.getpid()}"
            probe.touch()
            probe.unlink(missing_ok=True)
        except OSError as problem:
            raise EmbeddedUnavailable(
                f"cannot write to {self.home}: {problem.strerror}"
            ) from problem

    @property
    def is_throwaway(self) -> bool:
        """Data in a folder called `test` may be lost: no fsync, no append-only file."""
        return self.home.name == "test"

    @property
    def postgres_data(self) -> Path:
        """The database cluster."""
        return self.home / "postgres"

    @property
    def valkey_data(self) -> Path:
        """The append-only file."""
        return self.home / "valkey"

    @property
    def door(self) -> Path:
        """Locked by whoever decides whether engines start or stop."""
        return self.home / "door.lock"

    @property
    def owner(self) -> Path:
        """Locked by the owner process as long as it lives; holds its process id."""
        return self.home / "owner.lock"

    @property
    def leases(self) -> Path:
        """Locked, shared, by every process that uses the engines."""
        return self.home / "leases.lock"

    @property
    def state(self) -> Path:
        """What the owner last said about its engines."""
        return self.home / "state.json"

    def log(self, name: str) -> Path:
        """The log of one engine or of the owner."""
        return self.home / f"{name}.log"

    def settle_run_dir(self) -> Path:
        """The folder for sockets: in `home`, or a short private one if that is too long."""
        inside = self.home / "run"
        if len(str(inside)) <= _LONGEST_RUN_DIR and _PLAIN_PATH.fullmatch(str(inside)):
            inside.mkdir(mode=0o700, exist_ok=True)
            return inside
        note = self.home / "run-dir"
        if note.exists():
            noted = Path(note.read_text())
            if noted.is_dir() and not noted.is_symlink():
                return noted
        short = Path(tempfile.mkdtemp(prefix="omniretail-"))
        note.write_text(str(short))
        return short
