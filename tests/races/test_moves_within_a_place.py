"""A unit is promised, or it is set aside; a movement is taken back once; a rebuild undoes
nothing that happens meanwhile. With the guards off, all of that goes wrong."""

from collections.abc import Callable
from functools import partial

import pytest

from inventory.promises.operations import (
    NotEnoughStock,
    Rebuilt,
    rebuild_levels,
    rebuilding,
)
from inventory.promises.queries import LevelDifference, level_differences
from inventory.stock.models import StockLevel
from inventory.stock.operations import AlreadyReversed, reverse_movement, sell_stock
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.given import figures, held, lying, moved, stocked, wanted
from tests.lawbook import broken
from tests.races.barrier import run_together
from tests.races.test_last_unit import guard_off

__all__ = ["guard_off"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
TIMES = 6
LAWS = {"S1", "S2", "S3", "S4", "S6b"}


def buyers_and_clerks() -> list[Callable[[], object]]:
    calls: list[Callable[[], object]] = []
    for number in range(TIMES):
        calls.append(partial(held, wanted(1), reference=f"cart-{number}"))
        calls.append(partial(moved, 1, "ON_HAND>DAMAGED", reference=f"M-{number}"))
    return calls


def granted(answers: list[object]) -> int:
    return sum(not isinstance(answer, Exception) for answer in answers)


def test_the_last_unit_is_either_promised_or_damaged() -> None:
    stocked(1)
    answers: list[object] = list(run_together(buyers_and_clerks()))
    assert granted(answers) == 1
    refusals = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(refusal, NotEnoughStock) for refusal in refusals)
    assert broken(only=LAWS) == set()


@pytest.mark.usefixtures("guard_off")
def test_with_the_guard_off_it_is_both() -> None:
    stocked(1)
    answers: list[object] = list(run_together(buyers_and_clerks()))
    assert granted(answers) > 1


def test_one_move_told_by_many_is_made_once() -> None:
    stocked(9)
    tell = partial(moved, 1, "ON_HAND>DISPLAY", reference="M-1")
    answers = run_together([tell] * TIMES)
    assert len({str(answer) for answer in answers}) == 1
    assert lying() == {"ON_HAND": 8, "DISPLAY": 1}


def test_a_movement_is_taken_back_by_one_of_many() -> None:
    stocked(9)
    (wrong,) = moved(3, "ON_HAND>DAMAGED").movements
    back = partial(reverse_movement, movement=wrong, reason="", by=SYSTEM, at=NOON)
    answers: list[object] = list(run_together([back] * TIMES))
    assert granted(answers) == 1
    assert sum(isinstance(answer, AlreadyReversed) for answer in answers) == TIMES - 1
    assert lying() == {"ON_HAND": 9}
    assert broken(only=LAWS) == set()


def sell(number: int) -> None:
    sell_stock(
        store_code="msk-1",
        lines=[("S-1", 1)],
        reference=f"T-{number}",
        by=SYSTEM,
        at=NOON,
    )


def test_a_rebuild_in_mid_traffic_finds_only_what_is_wrong() -> None:
    stocked(50)
    stocked(5, sku="S-2")
    StockLevel.objects.filter(sku__code="S-2").update(damaged=3)
    rebuild = partial(rebuild_levels, by=SYSTEM, at=NOON, is_dry_run=False)
    trade = buyers_and_clerks() + [partial(sell, number) for number in range(TIMES)]
    calls: list[Callable[[], object]] = [*trade, rebuild, rebuild]
    *answers, one, other = run_together(calls)
    for told in (one, other):
        assert isinstance(told, Rebuilt), told
        assert {found.sku_code for found in told.found} <= {"S-2"}
    assert granted(list(answers)) == len(answers)
    assert (lying(sku="S-2"), figures()) == ({"ON_HAND": 5}, (50 - 2 * TIMES, TIMES))
    assert broken(only=LAWS) == set()


def sale_between_look_and_mending(
    monkeypatch: pytest.MonkeyPatch, *, looks_again: bool
) -> None:
    """A unit is sold right after the rebuild has looked for the first time."""
    stocked(5)
    StockLevel.objects.update(on_hand=9)
    seen: list[list[LevelDifference]] = []

    def look(**chosen: list[int]) -> list[LevelDifference]:
        if seen and not looks_again:
            return seen[0]
        seen.append(level_differences(**chosen))
        if len(seen) == 1:
            run_together([partial(sell, 1)])
        return seen[-1]

    monkeypatch.setattr(rebuilding, "level_differences", look)
    rebuild_levels(by=SYSTEM, at=NOON, is_dry_run=False)


def test_a_rebuild_looks_again_under_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    sale_between_look_and_mending(monkeypatch, looks_again=True)
    assert figures() == (4, 0)
    assert broken(only=LAWS) == set()


def test_without_looking_again_a_rebuild_undoes_a_sale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sale_between_look_and_mending(monkeypatch, looks_again=False)
    assert broken(only=LAWS) == {"S1"}
