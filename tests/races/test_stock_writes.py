"""Levels told from outside while goods are sold. With the judgement under the lock left
out, a sale between the look and the write is forgotten, and a loss is found twice."""

import io
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import OperationalError

from inventory.feeds.operations import FeedReport, FeedTerms, import_csv
from inventory.stock.models import StockMovement, told
from inventory.stock.models.told import Judgement, Telling, ToldLevel
from inventory.stock.operations import StockWrite, WriteMode, WriteResult, sell_stock
from inventory.stock.operations import write_stock as write
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.given import figures, held, stocked, wanted
from tests.lawbook import broken
from tests.races.barrier import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
SEEN = NOON + timedelta(minutes=1)
LATER = NOON + timedelta(minutes=10)
LAWS = {"S1", "S2", "S3", "S4"}
SOLD = 4


def together(calls: list[Callable[[], object]]) -> list[object]:
    """What each caller was answered."""
    return list(run_together(calls))


def sell(till: int) -> None:
    sell_stock(
        store_code="msk-1", lines=[("S-1", 1)], reference=f"T{till}", by=SYSTEM, at=LATER
    )


def tell(units: int, reference: str = "D-1", sku: str = "S-1") -> WriteResult:
    """So many were there a minute past noon."""
    row = StockWrite("1", "msk-1", sku, WriteMode.ABSOLUTE, units, observed_at=SEEN)
    (result,) = write(rows=[row], reference=reference, reason="", by=SYSTEM, at=LATER)
    return result


def told_while_selling() -> tuple[int, int]:
    """Ten on paper, eight seen; four are sold while that is told."""
    stocked(10)
    calls: list[Callable[[], object]] = [partial(sell, till) for till in range(SOLD)]
    answers = together([*calls, partial(tell, 8)])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    return figures()


def test_sales_while_a_figure_lands_leave_what_is_there() -> None:
    assert told_while_selling() == (8 - SOLD, 0)
    assert broken(only=LAWS) == set()


def test_without_judging_under_the_lock_sales_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: what was judged before the lock is written after it."""
    land = told.land

    def land_what_was_seen(rows: list[ToldLevel], telling: Telling) -> list[Judgement]:
        seen = told.look(rows, telling)
        time.sleep(0.3)  # meanwhile others sell
        blind = [
            ToldLevel(one.line, one.store_id, one.sku_id, "SWAP", judged.wanted, None)
            for one, judged in zip(rows, seen, strict=True)
        ]
        return land(blind, telling)

    monkeypatch.setattr(told, "land", land_what_was_seen)
    assert told_while_selling() != (8 - SOLD, 0)


def test_one_figure_told_many_times_is_applied_once() -> None:
    stocked(10)
    answers = together([partial(tell, 8)] * 6)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert figures() == (8, 0)
    assert StockMovement.objects.filter(kind="WRITE").count() == 1
    assert broken(only=LAWS) == set()


def test_changes_of_many_systems_are_all_counted() -> None:
    stocked(10)

    def change(number: int) -> list[WriteResult]:
        row = StockWrite("1", "msk-1", "S-1", WriteMode.DELTA, 1)
        return write(rows=[row], reference=f"D-{number}", reason="", by=SYSTEM, at=LATER)

    together([partial(change, number) for number in range(6)])
    assert figures() == (16, 0)
    assert broken(only=LAWS) == set()


def test_of_many_swaps_one_wins() -> None:
    stocked(10)

    def swap(number: int) -> WriteResult:
        row = StockWrite("1", "msk-1", "S-1", WriteMode.SWAP, 20 + number, expected=10)
        (result,) = write(
            rows=[row], reference=f"D-{number}", reason="", by=SYSTEM, at=LATER
        )
        return result

    answers = run_together([partial(swap, number) for number in range(6)])
    outcomes = [str(one.outcome) for one in answers if isinstance(one, WriteResult)]
    assert outcomes.count("applied") == 1
    assert outcomes.count("refused") == 5
    assert broken(only=LAWS) == set()


def test_a_figure_and_holds_agree_on_what_is_there() -> None:
    stocked(10)
    holds: list[Callable[[], object]] = [
        partial(held, wanted(1), reference=f"cart-{n}") for n in range(6)
    ]
    answers = together([*holds, partial(tell, 3)])
    assert not [one for one in answers if isinstance(one, OperationalError)]
    on_hand, reserved = figures()
    assert reserved <= on_hand
    assert broken(only=LAWS) == set()


def test_requests_and_files_that_name_levels_in_two_orders_do_not_block_each_other() -> (
    None
):
    codes = [f"S-{number}" for number in range(40)]
    for code in codes:
        stocked(10, sku=SkuFactory.create(code=code).code)

    def write_all(units: int, order: int) -> list[WriteResult]:
        rows = [
            StockWrite(code, "msk-1", code, WriteMode.ABSOLUTE, units, observed_at=SEEN)
            for code in codes[::order]
        ]
        return write(rows=rows, reference=f"D-{units}", reason="", by=SYSTEM, at=LATER)

    def feed(units: int) -> FeedReport:
        lines = "".join(f"msk-1,{code},{units}\n" for code in codes[::-1])
        text = f"store_code,sku_code,on_hand\n{lines}"
        return import_csv(
            stream=io.BytesIO(text.encode()), terms=FeedTerms("stock"), by=SYSTEM, at=LATER
        )

    answers = together(
        [
            partial(write_all, 5, 1),
            partial(write_all, 6, -1),
            partial(feed, 7),
            partial(feed, 8),
        ]
    )
    assert not [one for one in answers if isinstance(one, Exception)]
    assert broken(only=LAWS) == set()
