"""Somebody reads the snapshot and follows the changes while everybody writes: in the end
they know what the levels say, and never went back on the way.

The controls read as one would without the order of commits, and miss a late one.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models import F

from inventory.promises.operations import expire_holds
from inventory.stock.models import LevelChange, StockLevel
from inventory.stock.operations import adjust_stock, sell_stock
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.availability.following import (
    Follower,
    changes,
    transaction_number,
    truth,
)
from tests.inventory.given import SOON, held, stocked, wanted
from tests.lawbook import broken
from tests.races.barrier import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
PLACES, SKUS = ("msk-1", "msk-2"), ("S-1", "S-2", "S-3")
WRITERS, TRIES = 5, 15


def deeds(number: int, dice: random.Random) -> list[Callable[[], object]]:
    """What people do to levels all day."""
    store, sku = dice.choice(PLACES), dice.choice(SKUS)
    demand = wanted(1, store=store, sku=sku)
    at: dict[str, object] = {"by": SYSTEM, "at": NOON}
    terms = {"store_code": store, "sku_code": sku, "reason": "", **at}
    sold = {"store_code": store, "lines": [(sku, 1)], "reference": f"T-{number}", **at}
    return [
        partial(held, demand, reference=f"cart-{number}", owner=f"cart:{number}"),
        partial(expire_holds, at=SOON),
        partial(stocked, dice.randint(1, 5), store=store, sku=sku),
        partial(adjust_stock, **terms, delta=dice.choice([-1, 1])),  # type: ignore[arg-type]
        partial(adjust_stock, **terms, safety_stock=dice.randint(0, 3)),  # type: ignore[arg-type]
        partial(sell_stock, **sold, as_fact=True),  # type: ignore[arg-type]
    ]


def write(seed: int, busy: list[threading.Semaphore]) -> int:
    """Change levels in transactions that begin early and end late; some take back what
    they did. Answers how many stand."""
    dice, done = random.Random(seed), 0
    for _try in range(TRIES):
        number = seed * 1_000_000 + dice.randrange(1_000_000)
        try:
            with transaction.atomic():
                transaction_number()
                time.sleep(dice.random() / 50)
                for deed in dice.sample(deeds(number, dice), 2):
                    with transaction.atomic():
                        deed()
                time.sleep(dice.random() / 50)
                if dice.random() < 0.2:
                    transaction.set_rollback(True)
            done += 1
        except Exception:  # noqa: BLE001, S112 - a refusal writes nothing
            continue
    for follower in busy:
        follower.release()
    return done


def follow(late: float, busy: threading.Semaphore) -> Follower:
    """Take the snapshot in the middle of it all, then follow until nobody writes."""
    time.sleep(late)
    follower = Follower()
    follower.begin()
    for _writer in range(WRITERS):
        while not busy.acquire(timeout=0.01):
            follower.follow(in_the_end=False)
    return follower


def test_a_snapshot_and_its_changes_are_the_truth_whatever_is_written_meanwhile() -> None:
    for store in PLACES:
        for sku in SKUS:
            stocked(20, store=store, sku=sku)
    followers = (0.0, 0.5)
    busy = [threading.Semaphore(0) for _late in followers]
    calls: list[Callable[[], object]] = [
        *(partial(write, seed, busy) for seed in range(WRITERS)),
        *(partial(follow, *one) for one in zip(followers, busy, strict=True)),
    ]

    answers: list[object] = list(run_together(calls))

    assert sum(done for done in answers if isinstance(done, int)) > WRITERS, answers
    for follower in answers[WRITERS:]:
        assert isinstance(follower, Follower), follower
        follower.follow()
        assert follower.figures() == truth()
        assert_in_order(follower)
    newcomer = Follower()
    newcomer.follow(limit=7)
    assert len(newcomer.heard) > WRITERS
    assert newcomer.figures() == truth()
    assert_in_order(newcomer)
    assert broken(only={"S1", "S2", "S3", "S7"}) == set()


def assert_in_order(follower: Follower) -> None:
    """Of each level, what was told later happened later; nothing was told twice."""
    last: dict[tuple[str, str], int] = {}
    for row in follower.heard:
        pair = row["store"], row["sku"]
        assert row["version"] > last.get(pair, 0)
        last[pair] = row["version"]


@contextmanager
def slowly(deed: Callable[[], object]) -> Iterator[None]:
    """Meanwhile somebody else has done it, but not yet committed."""
    begun, done = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                deed()
                begun.set()
                done.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join()


def added(sku: str) -> object:
    return StockLevel.objects.filter(sku__code=sku).update(on_hand=F("on_hand") + 1)


def test_a_late_commit_is_not_skipped() -> None:
    stocked(5)
    stocked(5, sku="S-2")
    follower = Follower()
    follower.begin()
    with slowly(partial(added, "S-1")):
        added("S-2")
        follower.follow(in_the_end=False)
        assert follower.heard == []
    follower.follow()
    assert follower.figures() == truth()


@pytest.mark.parametrize("order", ["id", "recorded_at"])
def test_read_by_number_or_by_time_a_late_commit_is_skipped(order: str) -> None:
    """The control: the last one seen, then what is higher."""
    stocked(5)
    stocked(5, sku="S-2")

    def seen() -> object:
        last = LevelChange.objects.order_by(f"-{order}").first()
        return getattr(last, order)

    with slowly(partial(added, "S-1")):
        added("S-2")
        cursor = seen()
    behind = LevelChange.objects.filter(**{f"{order}__gt": cursor})
    assert not behind.filter(on_hand=6, sku__code="S-1").exists()
    assert LevelChange.objects.filter(on_hand=6, sku__code="S-1").exists()


def an_old_transaction_changes_last() -> list[int]:
    """One begins first, another changes the level, then the first does; what the level
    said, in the order told."""
    stocked(5)
    with transaction.atomic():
        transaction_number()
        assert run_together([partial(added, "S-1")]) == [1]
        added("S-1")
    return [row["on_hand"] for row in changes()["items"]]


def test_changes_of_one_level_are_told_in_their_true_order() -> None:
    assert an_old_transaction_changes_last() == [5, 6, 7]


def test_by_the_numbers_of_their_transactions_they_are_told_the_wrong_way_round() -> None:
    """The control: each change under the number of its own transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(tgfoid) FROM pg_trigger"
            " WHERE tgname LIKE 'pgtrigger_change_is_numbered_%'"
        )
        (right,) = cursor.fetchone()
        wrong = right.replace("GREATEST(before, pg_current", "GREATEST(0, pg_current")
        assert wrong != right
        cursor.execute(wrong)
        try:
            assert an_old_transaction_changes_last() == [5, 7, 6]
        finally:
            cursor.execute(right)
    assert broken(only={"S7"}) == {"S7"}
