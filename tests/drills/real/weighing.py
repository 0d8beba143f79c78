"""How much memory the whole service takes, all its processes and engines together."""

import threading
from collections import Counter
from collections.abc import Iterator

import psutil

from tests.drills.living import Service

_EVERY_SECONDS = 1.0
_MEGABYTE = 1_000_000


class Scales(threading.Thread):
    """Weighs the service every second and keeps the heaviest moment.

    The share of each process counts (PSS), so that memory which several of them have
    in common is counted once.
    """

    def __init__(self, service: Service) -> None:
        super().__init__(daemon=True)
        self.service = service
        self.peak: Counter[str] = Counter()
        self._is_done = threading.Event()

    def run(self) -> None:
        """Until `stop`."""
        while not self._is_done.wait(_EVERY_SECONDS):
            weighed = self._weigh()
            if weighed.total() > self.peak.total():
                self.peak = weighed

    def stop(self) -> None:
        """No more weighing."""
        self._is_done.set()
        self.join()

    def told(self) -> str:
        """The heaviest moment in words: the whole and its parts."""
        parts = ", ".join(
            f"{name} {size // _MEGABYTE}" for name, size in self.peak.most_common()
        )
        return f"{self.peak.total() // _MEGABYTE} MB ({parts})"

    def _weigh(self) -> Counter[str]:
        weighed: Counter[str] = Counter()
        for pid, name in self._processes().items():
            try:
                weighed[name] += psutil.Process(pid).memory_full_info().pss
            except psutil.Error:
                continue
        return weighed

    def _processes(self) -> dict[int, str]:
        """Every process of the service, and what it belongs to."""
        found: dict[int, str] = {}
        if self.service.process is not None:
            up = self.service.process.pid
            found |= {process.pid: "python" for process in _with_children(up)}
        for engine in ("postgres", "valkey"):
            if (process := self.service.process_of(engine)) is not None:
                found |= {one.pid: engine for one in _with_children(process.pid)}
        return found


def _with_children(pid: int) -> Iterator[psutil.Process]:
    try:
        process = psutil.Process(pid)
        yield process
        yield from process.children(recursive=True)
    except psutil.Error:
        return
