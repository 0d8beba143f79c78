"""The real service in processes of its own, on the bench's engines."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil

from omniretail.kernel.running.plan import service_roles
from tests.bench.figures import Resident

CHECKOUT = Path(__file__).resolve().parents[2]
HOST, PORT = "127.0.0.1", 8790
PATIENCE_SECONDS = 60
SETTLING_SECONDS = 20


@contextmanager
def web_alone() -> Iterator[str]:
    """Only the HTTP process, started as the service starts it."""
    role = service_roles(host=HOST, port=PORT, threads=8, tasks=4)[0]
    with _running(list(role.command), role.environment):
        yield f"http://{HOST}:{PORT}"


def idle_memory() -> list[Resident]:
    """What each process of the whole idle service holds, engines included."""
    command = [sys.executable, "manage.py", "up", "--port", str(PORT)]
    with _running(command, {}):
        time.sleep(SETTLING_SECONDS)
        return sorted(_residents(), key=lambda one: -one.megabytes)


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_answers()
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _wait_until_it_answers() -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://{HOST}:{PORT}/health/live", timeout=2).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise TimeoutError("the service does not answer")


def _residents() -> Iterator[Resident]:
    for process in sorted(_ours(), key=lambda one: one.pid):
        try:
            rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
            words = " ".join(process.cmdline())
        except (OSError, psutil.Error):
            continue
        yield Resident(_short(words), _megabytes(rollup, "Rss"), _megabytes(rollup, "Pss"))


def _ours() -> set[psutil.Process]:
    """What was started on the bench's engines, and the engines, which keep no names."""
    home = os.environ["OMNIRETAIL_EMBEDDED_DIR"]
    found: set[psutil.Process] = set()
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("OMNIRETAIL_EMBEDDED_DIR") == home:
                found |= {process, *process.children(recursive=True)}
    return found - {psutil.Process()}


def _megabytes(rollup: str, name: str) -> float:
    return int(rollup.split(f"{name}:")[1].split()[0]) / 1024


def _short(command: str) -> str:
    known = ("granian", "uvicorn", "relay", "worker", "valkey", "postgres", "up")
    return next((f"{name}" for name in known if name in command), command[:40])
