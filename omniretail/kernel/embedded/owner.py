"""The one process that owns the engines: starts them, revives them, stops them.

Run as ``python -m omniretail.kernel.embedded.owner HOME PIPE``. It lives until a grace
period has passed in which no process held a lease, or until SIGTERM.
"""

import contextlib
import fcntl
import json
import logging
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from omniretail.kernel.embedded.accounts import Account, choose_account
from omniretail.kernel.embedded.engines import Engine
from omniretail.kernel.embedded.errors import EmbeddedUnavailable
from omniretail.kernel.embedded.layout import Layout
from omniretail.kernel.embedded.leases import is_locked
from omniretail.kernel.embedded.postgres import Postgres
from omniretail.kernel.embedded.processes import start
from omniretail.kernel.embedded.valkey import Valkey

log = logging.getLogger("owner")

_TICK_S = 0.25
_START_S = 45.0
_STOP_S = 15.0
_LONGEST_BACKOFF_S = 5.0
_MOST_FAILURES = 6
PROBLEMS = (EmbeddedUnavailable, OSError, subprocess.SubprocessError)


@dataclass
class Ward:
    """One engine in the owner's care."""

    engine: Engine
    process: "subprocess.Popen[bytes] | None" = None
    failures: int = 0
    next_try: float = 0.0
    proven: bool = field(default=False)

    def launch(self, layout: Layout, account: Account) -> None:
        """Start the engine on tidied data."""
        self.engine.prepare(account)
        self.proven = False
        self.process = start(
            self.engine.command(),
            home=self.engine.data,
            log=layout.log(self.engine.name),
            account=account,
            goodbye=self.engine.farewell,
        )

    def is_dead(self) -> bool:
        """Whether its process has ended."""
        return self.process is None or self.process.poll() is not None

    def check(self) -> bool:
        """Whether it answers; looked at closely the first time."""
        if self.proven:
            return True
        if self.process is None or not self.engine.is_ready(self.process.pid):
            return False
        self.engine.prove()
        self.proven = True
        self.failures = 0
        return True

    def dismiss(self) -> None:
        """Ask it to end, wait, insist."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.engine.farewell)
        try:
            self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Owner:
    """Keeps the engines of one folder."""

    def __init__(self, layout: Layout, grace_s: float) -> None:
        self.layout = layout
        self.grace_s = grace_s
        self.run_dir = layout.settle_run_dir()
        self.account = choose_account(data=layout.postgres_data, run_dir=self.run_dir)
        self.wards = [
            Ward(Valkey(layout, self.run_dir)),
            Ward(Postgres(layout, self.run_dir)),
        ]
        self.wakeup, self._waker = os.pipe()
        self.told_to_stop = False
        self.in_a_hurry = False
        self.last_used = time.monotonic()

    def listen(self) -> None:
        """Signals only set a flag and wake the loop."""
        os.set_blocking(self._waker, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop_soon)
        signal.signal(signal.SIGUSR1, self._stop_when_unused)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _stop_soon(self, *_: object) -> None:
        self.told_to_stop = True

    def _stop_when_unused(self, *_: object) -> None:
        self.in_a_hurry = True

    def start(self) -> None:
        """Bring every engine up, or say why not."""
        for ward in self.wards:
            ward.launch(self.layout, self.account)
        deadline = time.monotonic() + _START_S
        while not self._all_answer():
            for ward in self.wards:
                if ward.failures > _MOST_FAILURES or time.monotonic() > deadline:
                    raise EmbeddedUnavailable(
                        f"{ward.engine.name} does not start; see"
                        f" {self.layout.log(ward.engine.name)}"
                    )
                self._relaunch_dead(ward, time.monotonic())
            time.sleep(0.01)
        self.tell()

    def _all_answer(self) -> bool:
        answers = [ward.check() for ward in self.wards]
        return all(answers)

    def tell(self) -> None:
        """Write down that the engines answer, and where."""
        facts = {"owner_pid": os.getpid(), "run_dir": str(self.run_dir)}
        write_state(self.layout, {**facts, "engines": self._pids()})

    def _pids(self) -> dict[str, int]:
        return {w.engine.name: w.process.pid for w in self.wards if w.process}

    def keep(self) -> None:
        """Until nobody needs them: revive what dies."""
        while not self.told_to_stop:
            self._revive()
            if self._unused() and self._close_door():
                return
            select.select([self.wakeup], [], [], _TICK_S)
            with contextlib.suppress(BlockingIOError):
                os.set_blocking(self.wakeup, False)
                os.read(self.wakeup, 1000)

    def _revive(self) -> None:
        try:
            for ward in self.wards:
                self._relaunch_dead(ward, time.monotonic())
            if not self.layout.state.exists() and self._all_answer():
                self.tell()
        except PROBLEMS as problem:
            log.warning("not yet: %s", problem)

    def _relaunch_dead(self, ward: Ward, now: float) -> None:
        if not ward.is_dead() or now < ward.next_try:
            return
        self.layout.state.unlink(missing_ok=True)
        log.warning("%s ended, starting it again", ward.engine.name)
        ward.failures += 1
        ward.next_try = now + min(0.1 * 2**ward.failures, _LONGEST_BACKOFF_S)
        ward.launch(self.layout, self.account)

    def _unused(self) -> bool:
        now = time.monotonic()
        if is_locked(self.layout.leases):
            self.last_used = now
            return False
        return self.in_a_hurry or now - self.last_used > self.grace_s

    def _close_door(self) -> bool:
        """With the door locked nobody can come in while we leave."""
        door = os.open(self.layout.door, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(door)
            return False
        if is_locked(self.layout.leases):
            os.close(door)
            return False
        return True

    def stop(self) -> None:
        """Every engine ends; the state goes with them."""
        self.layout.state.unlink(missing_ok=True)
        for ward in self.wards:
            ward.dismiss()


def write_state(layout: Layout, state: dict[str, object]) -> None:
    """Replace the state in one step."""
    fresh = layout.state.with_suffix(".new")
    fresh.write_text(json.dumps(state))
    fresh.replace(layout.state)


def own(layout: Layout, news: int) -> None:
    """Own the engines of `layout`, unless somebody does already."""
    lock = os.open(layout.owner, os.O_RDWR | os.O_CREAT, 0o600)
    if not take(lock):
        return
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    grace_s = float(os.environ.get("OMNIRETAIL_EMBEDDED_GRACE", "5"))
    owner: Owner | None = None
    try:
        owner = Owner(layout, grace_s)
        owner.listen()
        owner.start()
        os.close(news)
        owner.keep()
        owner.stop()
    except PROBLEMS as problem:
        if owner:
            owner.stop()
        write_state(layout, {"problem": str(problem)})
        raise SystemExit(f"owner: {problem}") from problem


def take(lock: int) -> bool:
    """Whether the lock is ours now; those who only look hold it for a moment."""
    for _ in range(50):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.01)
    return False


def main() -> None:
    """Leave the starter's side, then own the engines."""
    home, news = Path(sys.argv[1]), int(sys.argv[2])
    os.set_inheritable(news, False)
    logging.basicConfig(format="%(asctime)s %(message)s")
    if os.fork():
        os._exit(0)
    own(Layout(home), news)


if __name__ == "__main__":
    main()
