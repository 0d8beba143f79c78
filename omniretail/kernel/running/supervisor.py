"""Keeps the processes of the service alive and ends them together.

Run as ``python -m omniretail.kernel.running.supervisor PLAN.json`` (by `manage.py up`,
in its place): no Django in here, so that watching costs little memory.
"""

import contextlib
import os
import selectors
import signal
import sys
import threading
import time
from pathlib import Path

from omniretail.kernel import embedded
from omniretail.kernel.running.child import Child
from omniretail.kernel.running.journal import Journal
from omniretail.kernel.running.plan import Plan

_TICK_S = 0.25
_PATIENCE_S = 8.0
_OURS = "up"


class Supervisor:
    """One loop over pipes, deaths and signals."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.children = [Child(role, plan.host) for role in plan.roles]
        self.journal = Journal([_OURS, *(role.name for role in plan.roles)])
        self.selector = selectors.DefaultSelector()
        self.greeted = False
        self.stop_signals = 0
        self.wakeup, self._waker = os.pipe()

    def run(self) -> None:
        """Until Ctrl-C or SIGTERM."""
        self._listen()
        try:
            for child in self.children:
                if not child.role.once:
                    self._start(child)
            while not self.stop_signals:
                self._pass_words(_TICK_S)
                self._revive()
                self._greet()
                self._start_next()
        except BrokenPipeError:
            self.journal.silence()  # nobody reads any more
        finally:
            self._stop()

    def _listen(self) -> None:
        os.set_blocking(self.wakeup, False)
        os.set_blocking(self._waker, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        self.selector.register(self.wakeup, selectors.EVENT_READ, None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._count_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _count_stop(self, *_: object) -> None:
        self.stop_signals += 1

    def _start(self, child: Child) -> None:
        child.start()
        os.set_blocking(child.pipe, False)
        self.selector.register(child.pipe, selectors.EVENT_READ, child)

    def _pass_words(self, patience_s: float) -> None:
        for key, _ in self.selector.select(patience_s):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.wakeup, 4096)
                continue
            self._read(key.data)

    def _read(self, child: Child) -> bool:
        """Pass on what one process said; answers whether there may be more."""
        try:
            piece = os.read(child.pipe, 65536)
        except BlockingIOError:
            return False
        lines = child.lines.feed(piece) if piece else child.lines.end()
        if not piece:
            with contextlib.suppress(KeyError):
                self.selector.unregister(child.pipe)
        for line in lines:
            self._write(child, line)
        return bool(piece)

    def _write(self, child: Child, line: str) -> None:
        if child.role.plain:
            self.journal.plain(line)
        else:
            self.journal.write(child.role.name, line)

    def _revive(self) -> None:
        for child in self.children:
            if child.process is None or child.is_alive():
                continue
            if not child.next_try:
                self._bury(child)
            elif not child.role.once and time.monotonic() >= child.next_try:
                child.next_try = 0.0
                self._start(child)

    def _bury(self, child: Child) -> None:
        self._hang_up(child)
        pause = child.fell()
        if child.ended_well() and child.role.once:
            return
        code = child.process.returncode if child.process else None
        again = "" if child.role.once else f", again in {pause:.1f} s"
        self.journal.write(child.role.name, f"ended ({code}){again}")

    def _hang_up(self, child: Child) -> None:
        while self._read(child):
            pass
        with contextlib.suppress(KeyError):
            self.selector.unregister(child.pipe)
        if child.process and child.process.stdout:
            child.process.stdout.close()

    def _greet(self) -> None:
        if self.greeted or not all(c.answers() for c in self.children if c.process):
            return
        self.greeted = True
        self.journal.write(_OURS, self.plan.greeting)

    def _start_next(self) -> None:
        if not self.greeted:
            return
        done = {"", *(c.role.name for c in self.children if c.ended_well())}
        for child in self.children:
            if child.role.once and child.process is None and child.role.after in done:
                self._start(child)

    def _stop(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.journal.write(_OURS, "stopping")
        before = self.stop_signals
        deadline = time.monotonic() + _PATIENCE_S
        for child in self.children:
            child.ask_to_stop()
        while any(child.is_alive() for child in self.children):
            if time.monotonic() > deadline or self.stop_signals > before:
                break
            with contextlib.suppress(BrokenPipeError):
                self._pass_words(0.1)
        for child in self.children:
            child.signal_group(signal.SIGKILL)


def keep_engines() -> None:
    """Engines whose owner was killed get a new one, as long as we run."""
    layout = embedded.Layout.from_environment()
    while True:
        time.sleep(0.5)
        if not embedded.is_running(layout):
            with contextlib.suppress(embedded.EmbeddedUnavailable):
                embedded.ensure_running(layout)


def main() -> None:
    """Carry out a saved plan."""
    plan = Plan.load(Path(sys.argv[1]))
    if plan.embedded:
        embedded.ensure_running()
        threading.Thread(target=keep_engines, daemon=True).start()
    Supervisor(plan).run()
    if plan.embedded:
        embedded.let_go(hurry=True)


if __name__ == "__main__":
    main()
