"""Whose name the engines run under: PostgreSQL refuses to run as root."""

import logging
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from omniretail.kernel.embedded.errors import EmbeddedUnavailable

log = logging.getLogger("owner")

_CANDIDATES = ("nobody", "daemon", "bin")
_SEARCH = stat.S_IXOTH
_READ = stat.S_IROTH


@dataclass(frozen=True)
class Account:
    """The system user engines run as; without numbers, whoever we are."""

    uid: int | None = None
    gid: int | None = None

    @property
    def is_other(self) -> bool:
        """Whether it is another user than ourselves."""
        return self.uid is not None

    @property
    def extra_groups(self) -> list[int] | None:
        """Another user leaves our groups behind."""
        return [] if self.is_other else None


def choose_account(*, data: Path, run_dir: Path) -> Account:
    """Who runs the engines: ourselves, unless we are root.

    Raises:
        EmbeddedUnavailable: the data belong to somebody else, or no account will do.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise EmbeddedUnavailable(
                f"{data} belongs to another user; run as that user or remove it"
            )
        return Account()
    if owner:
        account = Account(owner, data.stat().st_gid)
        give(run_dir, account)
        return account
    return _unprivileged(run_dir)


def _unprivileged(run_dir: Path) -> Account:
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
            account = Account(entry.pw_uid, entry.pw_gid)
            give(run_dir, account)
        except (KeyError, OSError):
            continue
        return account
    raise EmbeddedUnavailable(
        "PostgreSQL refuses to run as root and there is no unprivileged account here; "
        "run as an ordinary user or set DATABASE_URL and VALKEY_URL"
    )


def give(folder: Path, account: Account) -> None:
    """Hand a folder over to the account, and let it reach the folder."""
    if account.uid is not None and account.gid is not None:
        os.chown(folder, account.uid, account.gid)
        open_way(folder)


def open_way(folder: Path) -> None:
    """Let other users pass (not look) through the parents of `folder`."""
    for parent in folder.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & _SEARCH:
            log.warning("letting other users pass through %s, as an engine must", parent)
            parent.chmod(mode | _SEARCH)


def open_tree(folder: Path) -> None:
    """Let other users read and run what lies in `folder`, and pass on the way to it."""
    open_way(folder)
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        wanted = _READ | (_SEARCH if mode & stat.S_IXUSR else 0)
        if mode & wanted != wanted:
            path.chmod(mode | wanted)
