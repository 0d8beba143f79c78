"""Many buyers, one unit: one has it. With the guard off, several do."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

import pytest
from django.db import OperationalError

from inventory.promises.operations import NotEnoughStock, PromiseSlip, making, writing_down
from inventory.selling.models import Kept, promise_levels
from inventory.stock.models import Shift, StockLevel
from inventory.stock.operations import sell_stock
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.given import allocated, figures, held, stocked, wanted
from tests.lawbook import broken
from tests.races.barrier import run_together
from tests.races.unguarded import in_two_steps, nothing_notices, written_after

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
BUYERS = 12


def buy(number: int, *, units: int = 1) -> list[PromiseSlip]:
    return held(wanted(units), reference=f"cart-{number}", owner=f"cart:{number}")


def rush(calls: Sequence[Callable[[], object]]) -> tuple[int, list[object]]:
    """How many callers got what they wanted, and what the others were told."""
    answers = run_together(calls)
    refusals = [answer for answer in answers if isinstance(answer, Exception)]
    return len(answers) - len(refusals), list(refusals)


def test_one_of_many_buyers_gets_the_last_unit() -> None:
    stocked(1)
    granted, refusals = rush([partial(buy, number) for number in range(BUYERS)])
    assert granted == 1
    assert all(isinstance(refusal, NotEnoughStock) for refusal in refusals)
    assert figures() == (1, 1)
    assert broken(only={"S1", "S2", "S3"}) == set()


def test_every_unit_is_granted_and_none_twice() -> None:
    stocked(10)
    granted, refusals = rush([partial(buy, number) for number in range(BUYERS)])
    assert (granted, len(refusals)) == (10, BUYERS - 10)
    assert figures() == (10, 10)


def test_a_till_and_a_hold_do_not_both_have_the_last_unit() -> None:
    stocked(1)

    def ring_up(number: int) -> None:
        lines = [("S-1", 1)]
        sell_stock(
            store_code="msk-1", lines=lines, reference=f"T-{number}", by=SYSTEM, at=NOON
        )

    calls: list[Callable[[], object]] = []
    for number in range(BUYERS // 2):
        calls += [partial(buy, number), partial(ring_up, number)]
    granted, refusals = rush(calls)
    assert granted == 1
    assert all(isinstance(refusal, NotEnoughStock) for refusal in refusals)
    assert broken(only={"S1", "S2", "S3"}) == set()


def naive_promise(
    shifts: Sequence[Shift], *, channel: str | None, at: datetime
) -> dict[int, Kept]:
    """Read, decide, write: what the guard is there to prevent."""
    kept = {}
    for shift in shifts:
        level = StockLevel.objects.get(pk=shift.level)
        time.sleep(0.05)
        if level.available_to_promise >= shift.reserved:
            reserved = level.reserved + shift.reserved
            StockLevel.objects.filter(pk=shift.level).update(reserved=reserved)
            kept[shift.level] = Kept(level.on_hand, reserved, 0, 0)
    return kept


@pytest.fixture
def guard_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Promised by reading first and writing later, and nothing that would notice."""
    monkeypatch.setattr(making, "first_hold", in_two_steps)
    monkeypatch.setattr(writing_down, "keep_units", written_after(naive_promise))
    with nothing_notices():
        yield


@pytest.mark.usefixtures("guard_off")
def test_with_the_guard_off_several_buyers_get_the_last_unit() -> None:
    stocked(1)
    granted, _refusals = rush([partial(buy, number) for number in range(BUYERS)])
    assert granted > 1
    assert "S3" in broken(only={"S3"})


def buy_both(number: int) -> list[PromiseSlip]:
    """One unit of each of two SKUs; every other buyer names them the other way round."""
    demands = [wanted(1), wanted(1, sku="S-2", line="2")]
    if number % 2:
        demands.reverse()
    return allocated(*demands, reference=f"R-{number}")


def test_two_skus_in_opposite_orders_do_not_block_each_other() -> None:
    stocked(BUYERS)
    stocked(BUYERS, sku="S-2")
    granted, refusals = rush([partial(buy_both, number) for number in range(BUYERS)])
    assert (granted, refusals) == (BUYERS, [])
    assert (figures(), figures(sku="S-2")) == ((BUYERS, BUYERS), (BUYERS, BUYERS))


def test_in_the_order_they_are_named_two_skus_block_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: a level after the other as the buyer named them, not in key order."""

    def one_by_one(
        shifts: Sequence[Shift], *, channel: str | None, at: datetime
    ) -> dict[int, Kept]:
        kept: dict[int, Kept] = {}
        for shift in shifts:
            kept |= promise_levels([shift], channel=channel, at=at)
            time.sleep(0.2)
        return kept

    stocked(BUYERS)
    stocked(BUYERS, sku="S-2")
    monkeypatch.setattr(writing_down, "keep_units", written_after(one_by_one))
    granted, refusals = rush([partial(buy_both, number) for number in range(2)])
    assert granted == 1
    assert isinstance(refusals[0], OperationalError)
    assert "deadlock" in str(refusals[0])
