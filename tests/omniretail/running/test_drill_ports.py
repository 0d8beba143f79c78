"""Two services that start at the same time are given ports of their own."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from omniretail.kernel.running.launch import choose_port, is_free
from tests.drills import ports
from tests.drills.living import CHECKOUT, Service
from tests.drills.ports import HOST, Claim, claim_port


@pytest.fixture
def wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Two pairs of ports where nobody listens, and no claims of other drills."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 28_000 + 100 * worker  # tests that run beside this one have their own
    free = (port for port in range(first, first + 100, 10) if is_free(HOST, port))
    return [port for port, _two in zip(free, range(2), strict=False)]


def test_who_chooses_before_the_other_listens_takes_another_pair(wanted: list[int]) -> None:
    first, second = claim_port(wanted), claim_port(wanted)
    assert [first.port, second.port] == wanted
    with pytest.raises(LookupError):
        claim_port(wanted)
    first.give_back()
    first.give_back()
    third = claim_port(wanted)
    assert third.port == wanted[0]
    for claim in (second, third):
        claim.give_back()


def test_control_without_a_claim_both_take_the_same(wanted: list[int]) -> None:
    assert [choose_port(HOST, wanted[0]) for _drill in range(2)] == [wanted[0]] * 2


@pytest.mark.parametrize("above", [0, 1])
def test_where_somebody_listens_nobody_starts(wanted: list[int], above: int) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, wanted[0] + above))
        taken.listen()
        claim = claim_port(wanted)
    assert claim.port == wanted[1]
    claim.give_back()


def test_another_process_sees_the_claim_until_its_holder_is_gone(
    wanted: list[int], tmp_path: Path
) -> None:
    mine = claim_port(wanted)
    assert _chosen_elsewhere(wanted, tmp_path) == wanted[1]
    mine.give_back()
    assert _chosen_elsewhere(wanted, tmp_path) == wanted[0]  # the other process has ended
    assert _chosen_elsewhere(wanted, tmp_path) == wanted[0]


def _chosen_elsewhere(wanted: list[int], folder: Path) -> int:
    code = f"from tests.drills.ports import claim_port; print(claim_port({wanted}).port)"
    told = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(told.stdout)


def test_a_service_keeps_its_ports_until_it_is_stopped(
    wanted: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports.claim_port, "__defaults__", (wanted,))
    one, two = Service(tmp_path / "one"), Service(tmp_path / "two")
    assert [one.port, two.port] == wanted
    one.stop()
    third: Claim = claim_port()
    assert third.port == wanted[0]
    two.stop()
    third.give_back()
