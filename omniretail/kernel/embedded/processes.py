"""Children that die with their parent, and what is left of earlier ones."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from omniretail.kernel.embedded.accounts import Account

_PR_SET_PDEATHSIG = 1
_LARGEST_LOG = 5_000_000


def tether(goodbye: signal.Signals) -> Callable[[], None] | None:
    """Before exec: let the kernel send `goodbye` when the parent dies (Linux only)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def bind() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(goodbye))
        if os.getppid() != parent:
            os._exit(1)

    return bind


def plain_environment(home: Path) -> dict[str, str]:
    """Nothing of the user's shell may change how an engine behaves."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PGCLIENTENCODING": "UTF8",
    }


def start(
    command: Sequence[str],
    *,
    home: Path,
    log: Path,
    account: Account,
    goodbye: signal.Signals,
) -> "subprocess.Popen[bytes]":
    """Start an engine as a direct child whose words go to `log`."""
    mode = "wb" if log.exists() and log.stat().st_size > _LARGEST_LOG else "ab"
    with log.open(mode) as sink:
        return subprocess.Popen(  # noqa: S603 - our own words only
            command,
            cwd=home,
            env=plain_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=tether(goodbye),
            user=account.uid,
            group=account.gid,
            extra_groups=account.extra_groups,
        )


def evict(program: str, data: Path, *signals: signal.Signals) -> None:
    """End what an earlier owner left running on these data, more firmly at each step."""
    left = [process for process in psutil.process_iter() if _serves(process, program, data)]
    for number in (*signals, signal.SIGKILL):
        if not left:
            return
        for process in left:
            _send(process, number)
        _, left = psutil.wait_procs(left, timeout=5)


def _serves(process: psutil.Process, program: str, data: Path) -> bool:
    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    return bool(words) and Path(words[0]).name == program and str(data) in words


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
