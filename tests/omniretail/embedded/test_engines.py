"""The engines are shared, survive what is killed, and leave when nobody is left."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from omniretail.kernel import embedded
from omniretail.kernel.embedded.layout import CHECKOUT

CLIENT = (
    "import sys; from omniretail.kernel import embedded;"
    " print(embedded.database_url(), flush=True); sys.stdin.read()"
)


class Client:
    """A process of its own that uses the engines of one folder."""

    def __init__(self, home: Path, grace: str = "0.3") -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own words only
            [sys.executable, "-c", CLIENT],
            cwd=CHECKOUT,
            env={
                **os.environ,
                "OMNIRETAIL_EMBEDDED_DIR": str(home),
                "OMNIRETAIL_EMBEDDED_GRACE": grace,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()

    def kill(self) -> None:
        """Nothing of its own accord may be needed from a client."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One throw-away folder, its cluster made once for all these tests."""
    folder = tmp_path_factory.mktemp("engines") / "test"
    for parent in folder.parents[:3]:
        parent.chmod(0o755)
    yield folder
    embedded.stop(embedded.Layout(folder))


@pytest.fixture
def client(home: Path) -> Iterator[Client]:
    """Somebody who uses the engines."""
    client = Client(home)
    yield client
    client.kill()


def state_of(home: Path) -> dict[str, int]:
    """The process ids the owner told last."""
    told = json.loads((home / "state.json").read_text())
    return {"owner": told["owner_pid"], **told["engines"]}


def is_back(home: Path, before: dict[str, int]) -> bool:
    """Whether the engines run again, as others than before; meanwhile there is no state."""
    try:
        return state_of(home) != before
    except FileNotFoundError:
        return False


def answer(url: str) -> bool:
    """Whether the database answers and understands Cyrillic letters."""
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute("select lower('МОЛОКО') = 'молоко'").fetchone()
    except psycopg.OperationalError:
        return False
    return row == (True,)


def soon(question: Callable[[], bool], patience_s: float = 10) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.02)
    return False


def test_two_processes_share_one_server(home: Path, client: Client) -> None:
    before = state_of(home)
    other = Client(home)
    assert other.url == client.url
    assert answer(other.url)
    assert state_of(home) == before
    other.kill()
    assert answer(client.url)


def test_a_killed_database_comes_back(home: Path, client: Client) -> None:
    before = state_of(home)
    os.kill(before["postgres"], signal.SIGKILL)
    assert soon(lambda: is_back(home, before))
    assert answer(client.url)
    assert state_of(home)["owner"] == before["owner"]


def test_a_killed_valkey_comes_back(home: Path, client: Client) -> None:
    assert client.url
    before = state_of(home)
    os.kill(before["valkey"], signal.SIGKILL)
    assert soon(lambda: is_back(home, before))
    address = f"unix://{embedded.Layout(home).settle_run_dir()}/valkey.sock"
    assert redis.Redis.from_url(address).ping()


def test_a_killed_owner_is_replaced_by_whoever_comes_next(
    home: Path, client: Client
) -> None:
    before = state_of(home)
    os.kill(before["owner"], signal.SIGKILL)
    other = Client(home)
    after = state_of(home)
    assert answer(other.url)
    assert not set(before.values()) & set(after.values())
    assert soon(lambda: not any(map(psutil.pid_exists, before.values())))
    other.kill()


def test_everything_killed_at_once_leaves_usable_data(home: Path, client: Client) -> None:
    with psycopg.connect(client.url, autocommit=True) as connection:
        connection.execute("set synchronous_commit = on")
        connection.execute("create table if not exists kept as select 1 as one")
    client.kill()
    for pid in state_of(home).values():
        os.kill(pid, signal.SIGKILL)
    other = Client(home)
    with psycopg.connect(other.url) as connection:
        assert connection.execute("select one from kept").fetchone() == (1,)
    other.kill()


def test_the_engines_leave_with_the_last_client(home: Path) -> None:
    first, second = Client(home), Client(home)
    running = state_of(home)
    first.kill()
    time.sleep(0.8)
    assert answer(second.url)
    second.kill()
    assert soon(lambda: not any(map(psutil.pid_exists, running.values())))
    assert not (home / "state.json").exists()


def test_stale_pid_files_do_not_matter(home: Path) -> None:
    client = Client(home)
    client.kill()
    embedded.stop(embedded.Layout(home))
    (home / "postgres/postmaster.pid").write_text(f"{os.getpid()}\n{home}/postgres\n")
    (home / "state.json").write_text('{"owner_pid": 1, "run_dir": "/", "engines": {}}')
    client = Client(home)
    assert answer(client.url)
    client.kill()


def test_data_of_another_version_are_refused_in_one_line(tmp_path: Path) -> None:
    for parent in tmp_path.parents[:3]:
        parent.chmod(0o755)
    layout = embedded.Layout(tmp_path / "test")
    layout.postgres_data.mkdir(parents=True)
    (layout.postgres_data / "PG_VERSION").write_text("17\n")
    with pytest.raises(embedded.EmbeddedUnavailable, match="made by PostgreSQL 17"):
        embedded.ensure_running(layout)


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    layout = embedded.Layout(tmp_path / ("deep" * 25) / "test")
    layout.home.mkdir(parents=True)
    run_dir = layout.settle_run_dir()
    assert len(str(run_dir)) < 60
    assert layout.settle_run_dir() == run_dir
    run_dir.rmdir()


def test_addresses_keep_the_three_rooms_apart() -> None:
    rooms = embedded.valkey_addresses("redis://:secret@cache.example:6379")
    assert rooms.broker == "redis://:secret@cache.example:6379/0"
    assert rooms.cache == "redis://:secret@cache.example:6379/1"
    rooms = embedded.valkey_addresses("unix:///run/valkey.sock")
    assert rooms.broker == "redis+socket:///run/valkey.sock?virtual_host=0"
    assert rooms.channels == "unix:///run/valkey.sock?db=2"


def test_a_folder_nobody_can_write_to_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(embedded.EmbeddedUnavailable, match="cannot write to"):
        embedded.ensure_running(embedded.Layout(tmp_path / "file" / "test"))
