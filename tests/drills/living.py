"""The whole service in processes of its own, some of which are about to be killed."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import psycopg

from omniretail.kernel.embedded.layout import DATABASE, SUPERUSER
from omniretail.kernel.running.plan import WEB_PROCESSES
from tests.drills.ports import HOST, claim_port

CHECKOUT = Path(__file__).resolve().parents[2]
Seen = dict[str, int]
# Every role there is, and the words by which those of the supervisor are known. The
# worker has the clock with it; the owner has the engines.
WORDS = {
    "web": " granian ",
    "live": " uvicorn ",
    "relay": "manage.py relay",
    "worker": " worker ",
}
ENGINES = ("valkey", "postgres")
ROLES = (*WORDS, "web process", "owner", *ENGINES)
_START_SECONDS, _STOP_SECONDS, _DEATH_SECONDS = 400, 60, 10
_WHOLE_SECONDS = 120


class Service:
    """`manage.py up` with a database of its own, durable as in production."""

    def __init__(self, home: Path) -> None:
        self.home = home / "engines"
        self.log = home / "up.log"
        self._claim = claim_port()  # until it is stopped: also before it listens
        self.port = self._claim.port
        self.url = f"http://{HOST}:{self.port}"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.endswith("_URL")},
            "OMNIRETAIL_EMBEDDED_DIR": str(self.home),
            "PUBLIC_URL": self.url,
            "LOG_LEVEL": "WARNING",
            "DEMO": "1",
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.run_dir = self.home  # where PostgreSQL listens, known once it is started

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as sink:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "manage.py", "up", "--port", str(self.port)],
                cwd=CHECKOUT,
                env=self.environment,
                stdout=sink,
                stderr=sink,
            )
        given_up_at = time.monotonic() + _START_SECONDS
        while not self.answers():
            if time.monotonic() > given_up_at or self.process.poll() is not None:
                raise TimeoutError(self.log.read_text()[-2000:])
            time.sleep(0.5)
        state = json.loads((self.home / "state.json").read_text())
        self.run_dir = Path(state["run_dir"])  # the state is away while an engine is

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(_STOP_SECONDS)
        self._claim.give_back()

    def answers(self) -> bool:
        """Whether the web process can be talked to."""
        try:
            return httpx.get(f"{self.url}/health/live", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a management command beside it; what it prints is kept."""
        return subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "manage.py", *words],
            cwd=CHECKOUT,
            env={**self.environment, "COLUMNS": "140"},
            capture_output=True,
            text=True,
            check=False,
        )

    def process_of(self, role: str) -> psutil.Process | None:
        """The process that plays a role now, if it is running."""
        return next(iter(self.processes_of(role)), None)

    def processes_of(self, role: str) -> list[psutil.Process]:
        """All that play a role now, the oldest first."""
        try:
            if role == "owner" or role in ENGINES:
                return [self._engine(role)]
            found = self._members(WORDS[role]) if role in WORDS else self._web_processes()
            return sorted(found, key=lambda member: (member.create_time(), member.pid))
        except (OSError, KeyError, ValueError, psutil.NoSuchProcess):
            return []

    def kill(self, role: str) -> bool:
        """Kill it so that it cannot say goodbye; answers whether one is gone by that."""
        found = self.process_of(role)
        if found is None:
            return False
        try:
            found.kill()
        except psutil.NoSuchProcess:
            return False
        gone, _alive = psutil.wait_procs([found], timeout=_DEATH_SECONDS)
        return bool(gone)

    def _engine(self, role: str) -> psutil.Process:
        state = json.loads((self.home / "state.json").read_text())
        pid = state["owner_pid"] if role == "owner" else state["engines"][role]
        process = psutil.Process(pid)
        if role not in " ".join(process.cmdline()):  # its number is another's by now
            raise psutil.NoSuchProcess(pid)
        return process

    def _web_processes(self) -> list[psutil.Process]:
        return [
            process for web in self._members(WORDS["web"]) for process in web.children()
        ]

    def _members(self, words: str) -> Iterator[psutil.Process]:
        if self.process is None:
            return
        for member in psutil.Process(self.process.pid).children():
            try:
                if words in " ".join(member.cmdline()):
                    yield member
            except psutil.NoSuchProcess:
                continue


class Killer(threading.Thread):
    """Kills processes of the service at random moments until it has done its rounds."""

    def __init__(self, service: Service, *, rounds: int, seed: int) -> None:
        super().__init__(daemon=True)
        self.service = service
        self.rounds = rounds
        self.chance = random.Random(seed)
        self.killed: Counter[str] = Counter()
        self.is_done = threading.Event()

    def run(self) -> None:
        """Every role in turn, in a random order, so that none is spared."""
        for _round in range(self.rounds):
            roles = list(ROLES)
            self.chance.shuffle(roles)
            for role in roles:
                self.is_done.wait(self.chance.uniform(1.5, 6.0))
                self._kill(role)

    def _kill(self, role: str) -> None:
        """As soon as somebody plays that role again."""
        while not self.is_done.is_set():
            if self.service.kill(role):
                self.killed[role] += 1
                return
            self.is_done.wait(0.1)


class Absence(threading.Thread):
    """Keeps an engine down: kills it as often as it comes back."""

    def __init__(
        self, service: Service, role: str, *, seconds: float, look: Callable[[], Seen]
    ) -> None:
        super().__init__(daemon=True)
        self.service = service
        self.role = role
        self.seconds = seconds
        self.look = look
        self.killed = 0
        self.seen: Seen = {}

    def run(self) -> None:
        """Until the time is up; what has been done by then is looked at before it ends."""
        ends_at = time.monotonic() + self.seconds
        while time.monotonic() < ends_at:
            self.killed += self.service.kill(self.role)
            time.sleep(0.05)
        self.seen = self.look()


@contextmanager
def serving(home: Path) -> Iterator[Service]:
    """A service with the demonstration chain in it."""
    service = Service(home)
    try:
        service.start()
        loaded = service.manage("load_fixtures")
        assert loaded.returncode == 0, loaded.stdout + loaded.stderr
        yield service
    finally:
        service.stop()


def connected(service: Service) -> psycopg.Connection:
    """The service's own database."""
    return psycopg.connect(
        host=str(service.run_dir), user=SUPERUSER, dbname=DATABASE, autocommit=True
    )


def missing(service: Service, *, since: float) -> list[str]:
    """What the service still lacks: a role nobody plays, a web process, or a job that
    the clock asked for and the worker did since that moment (seconds of the epoch)."""
    wanted = dict.fromkeys(ROLES, 1) | {"web process": WEB_PROCESSES}
    lacking = [role for role, n in wanted.items() if len(service.processes_of(role)) != n]
    try:
        answer = httpx.get(f"{service.url}/health/ready", timeout=10)
    except httpx.HTTPError:
        return [*lacking, "answer"]
    lacking += answer.json()["notes"]
    if not answer.is_success:
        return lacking
    with connected(service) as database:
        worked = database.execute(
            "SELECT count(*) FROM kernel_heartbeat"
            " WHERE name = 'worker' AND at > to_timestamp(%s)",
            [since],
        ).fetchone()
    return lacking if worked and worked[0] else [*lacking, "clock"]


def wait_until_whole(service: Service) -> None:
    """Everything that was killed plays its role again, the clock too."""
    since, given_up_at = time.time(), time.monotonic() + _WHOLE_SECONDS
    while lacking := missing(service, since=since):
        assert time.monotonic() < given_up_at, f"still missing: {lacking}"
        time.sleep(1)


def audit(service: Service) -> list[dict[str, object]]:
    """The laws that do not hold, as `manage.py audit` sees them."""
    told = service.manage("audit", "--json")
    verdicts = json.loads(told.stdout.strip().splitlines()[-1])
    return [verdict for verdict in verdicts if not verdict["holds"]]


def tell(text: str) -> None:
    """Say what a drill has seen; `make drill` shows it."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
