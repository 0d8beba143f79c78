"""The supervisor keeps its processes alive, and nothing outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from omniretail.kernel.embedded.layout import CHECKOUT
from omniretail.kernel.running.journal import Journal, Lines
from omniretail.kernel.running.launch import choose_port, is_free
from omniretail.kernel.running.plan import Plan, Role, service_roles

PARENT = (
    "import subprocess, sys, time;"
    " helper = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    " print('helper', helper.pid, flush=True); time.sleep(600)"
)
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    " print('deaf', flush=True); time.sleep(600)"
)


def words(code: str) -> tuple[str, ...]:
    """A process that runs a little Python."""
    return (sys.executable, "-c", code)


class Running:
    """A supervisor at work, and what it has written."""

    def __init__(self, folder: Path, *roles: Role) -> None:
        plan = folder / "plan.json"
        Plan(roles, "127.0.0.1", embedded=False, greeting="all is up").save(plan)
        self.log = folder / "up.log"
        with self.log.open("wb") as sink:
            self.process = subprocess.Popen(  # noqa: S603 - our own words only
                [sys.executable, "-m", "omniretail.kernel.running.supervisor", str(plan)],
                cwd=CHECKOUT,
                stdout=sink,
                stderr=sink,
            )

    def said(self, text: str, times: int = 1) -> bool:
        """Whether the log holds a text, soon."""
        return soon(lambda: self.log.read_text().count(text) >= times)

    def helpers(self) -> list[int]:
        """The processes that a parent role told of."""
        lines = self.log.read_text().splitlines()
        return [int(line.split()[-1]) for line in lines if "| helper" in line]

    def members(self) -> list[psutil.Process]:
        """Everything below the supervisor."""
        return list(psutil.Process(self.process.pid).children(recursive=True))


def soon(question: Callable[[], bool], patience_s: float = 10) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Running]:
    """A supervisor with one process that has a helper of its own."""
    running = Running(tmp_path, Role("parent", words(PARENT)))
    assert running.said("| helper")
    yield running
    running.process.terminate()  # politely: it ends its process's helper, too
    running.process.wait(10)


def test_a_killed_process_starts_again_and_its_helper_is_gone(parent: Running) -> None:
    first = parent.helpers()[0]
    os.kill(psutil.Process(first).ppid(), signal.SIGKILL)
    assert parent.said("| helper", times=2)
    assert soon(lambda: not psutil.pid_exists(first))
    assert "ended (-9), again in" in parent.log.read_text()


def test_a_polite_end_leaves_nothing(parent: Running) -> None:
    members = parent.members()
    parent.process.send_signal(signal.SIGINT)
    assert parent.process.wait(5) == 0
    assert soon(lambda: not any(member.is_running() for member in members))


def test_a_deaf_process_is_ended_on_the_second_ctrl_c(tmp_path: Path) -> None:
    running = Running(tmp_path, Role("deaf", words(DEAF)))
    assert running.said("| deaf")
    members = running.members()
    running.process.send_signal(signal.SIGINT)
    assert running.said("stopping")
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(5) == 0
    assert soon(lambda: not any(member.is_running() for member in members))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a death")
def test_children_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    running = Running(tmp_path, Role("sleeper", words("import time; time.sleep(600)")))
    assert soon(lambda: bool(running.members()))
    members = running.members()
    running.process.kill()
    running.process.wait()
    assert soon(lambda: not any(member.is_running() for member in members))


def test_single_runs_come_one_after_the_other_and_are_not_repeated(tmp_path: Path) -> None:
    running = Running(
        tmp_path,
        Role("web", words("import time; print('here', flush=True); time.sleep(600)")),
        Role("fails", words("print('tried'); exit(3)"), once=True),
        Role("never", words("print('nev' + 'er')"), once=True, after="fails"),
        Role("second", words("print('danced')"), once=True, after="first", plain=True),
        Role("first", words("print('played')"), once=True),
    )
    assert running.said("all is up")
    assert running.said("\ndanced\n")
    assert running.said("| tried")
    assert running.said("| ended (3)\n")
    time.sleep(0.6)
    log = running.log.read_text()
    assert log.index("played") < log.index("danced")
    assert log.count("played") == log.count("danced") == log.count("tried") == 1
    assert "never |" not in log
    running.process.terminate()
    assert running.process.wait(5) == 0


def test_last_words_are_heard(tmp_path: Path) -> None:
    shout = "print('word ' * 20000); raise ValueError('the reason')"
    running = Running(tmp_path, Role("brief", words(shout)))
    assert running.said("ValueError: the reason")
    running.process.terminate()
    assert running.process.wait(5) == 0


def test_a_plan_survives_its_file(tmp_path: Path) -> None:
    roles = service_roles(host="0.0.0.0", port=8000, threads=8, tasks=2)  # noqa: S104
    plan = Plan(roles, "0.0.0.0", embedded=True, greeting="up")  # noqa: S104
    plan.save(tmp_path / "plan.json")
    assert Plan.load(tmp_path / "plan.json") == plan
    assert [role.name for role in roles] == ["web", "live", "relay", "worker"]


def test_a_port_in_use_is_not_chosen() -> None:
    port = choose_port("127.0.0.1", None)
    assert is_free("127.0.0.1", port)


def test_lines_are_put_together_from_pieces() -> None:
    lines = Lines()
    assert lines.feed("мо".encode()[:3]) == []
    assert lines.feed("мо".encode()[3:] + b"\nrest") == ["мо"]
    assert lines.end() == ["rest"]


def test_a_line_says_once_when_it_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    journal = Journal(["web", "worker"])
    journal.write("web", "2026-11-21T22:50:27.663713Z [info     ] answered")
    said = capsys.readouterr().out
    assert said[8:] == " web    | [info     ] answered\n"
