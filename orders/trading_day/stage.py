"""Many scripts at once: each plays a few lines, waits, and goes on where it stopped."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Script = Iterator[float]
"""Yields for how many seconds to wait; ending means the story is told."""


@dataclass
class Stage:
    """Plays scripts on a few threads until all are told.

    `closing` is called by each thread before it leaves: a thread's database
    connection is its own.
    """

    threads: int
    closing: Callable[[], None] = lambda: None
    broken: list[tuple[str, BaseException]] = field(default_factory=list)
    _due: list[tuple[float, int, str, Script]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)
    _playing: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _is_stopped: bool = False

    def add(self, name: str, script: Script, *, after: float = 0.0) -> None:
        """Let a script begin this many seconds from now."""
        with self._changed:
            due = (time.monotonic() + after, next(self._order), name, script)
            heapq.heappush(self._due, due)
            self._changed.notify()

    @property
    def remaining(self) -> int:
        """How many scripts are not told to their end, the asking one among them."""
        with self._changed:
            return len(self._due) + self._playing

    def stop(self) -> None:
        """Begin nothing more; what is being played plays its line to the end."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def play(self) -> None:
        """Play until every script is told or the stage is stopped."""
        crew = [threading.Thread(target=self._work) for _ in range(self.threads)]
        for worker in crew:
            worker.start()
        for worker in crew:
            worker.join()

    def _work(self) -> None:
        try:
            while (turn := self._next()) is not None:
                name, script = turn
                self._one_line(name, script)
        finally:
            self.closing()

    def _next(self) -> tuple[str, Script] | None:
        with self._changed:
            while not self._is_stopped and (self._due or self._playing):
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is None or wait > 0:
                    self._changed.wait(wait)
                    continue
                _at, _n, name, script = heapq.heappop(self._due)
                self._playing += 1
                return name, script
            self._changed.notify_all()
            return None

    def _one_line(self, name: str, script: Script) -> None:
        pause: float | None = None
        try:
            pause = next(script)
        except StopIteration:
            pause = None
        except Exception as error:  # noqa: BLE001 - one broken story must not stop the day
            self.broken.append((name, error))
        finally:
            if pause is not None:
                self.add(name, script, after=pause)
            with self._changed:
                self._playing -= 1
                self._changed.notify_all()
