"""Lots under contention: no unit is of two lots, and what expires is not sold as well."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from inventory.catalogue.models import Sku
from inventory.lots.models import LotPick
from inventory.lots.models.lots import LotPickQuerySet
from inventory.lots.operations import LotNotHere, expiring, pick_lot, quarantine_expired
from inventory.promises.models import Promise
from inventory.promises.operations import NotEnoughStock, Room
from inventory.stock.models import StockLevelQuerySet, StockMovement
from inventory.stock.operations import receive_stock, sell_stock
from inventory.supply.operations import Wanted, approve_transfer, request_transfer
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.given import allocated, figures, place, stocked, wanted
from tests.inventory.lots.given import LAWS, lots, lotted
from tests.lawbook import broken
from tests.races.barrier import PATIENCE_SECONDS, run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
TIMES = 8
TOMORROW = NOON + timedelta(days=1)
PAUSE = 0.3


def sale(number: int) -> None:
    sell_stock(
        store_code="msk-1",
        lines=[("S-1", 1)],
        reference=f"C-{number}",
        by=SYSTEM,
        at=NOON,
    )


def keep(number: int) -> object:
    return allocated(wanted(1), reference=f"R-{number}")


def expire() -> Room:
    return quarantine_expired(store_code="msk-1", sku_code="S-1", by=SYSTEM, at=TOMORROW)


def refused(answers: list[Any]) -> list[type[Exception]]:
    return [type(one) for one in answers if isinstance(one, Exception)]


def test_the_last_units_of_two_lots_are_sold_once_each() -> None:
    lotted(TIMES // 2, "SOON", 10)
    lotted(TIMES // 2, "LATE", 90)
    answers = run_together([partial(sale, one) for one in range(TIMES + 2)])
    assert refused(answers) == [NotEnoughStock] * 2
    assert lots() == {}
    assert broken(only=LAWS) == set()


def test_the_control_without_the_lock_of_the_level_takes_the_same_unit_twice() -> None:
    """Movements whose level nobody locked: both are split over the one unit of the first
    lot, and one of them is refused although the other lot has a unit for it."""
    lotted(1, "SOON", 10)
    lotted(1, "LATE", 90)
    level = StockMovement.objects.values("store_id", "sku_id")[0]

    def bare(number: int) -> None:
        with transaction.atomic():
            StockMovement.objects.create(
                **level,
                quantity=1,
                source="ON_HAND",
                target="CUSTOMER",
                kind="SALE",
                reference=f"C-{number}",
                actor_kind="SYSTEM",
                actor_key="system",
                at=NOON,
            )
            time.sleep(PAUSE)

    assert refused(run_together([partial(bare, one) for one in (1, 2)])) == [IntegrityError]


def test_what_expires_is_neither_sold_nor_promised_as_well() -> None:
    lotted(TIMES, "SOON", 0)
    lotted(TIMES, "LATE", 90)
    calls: list[Callable[[], Any]] = [expire]
    for number in range(TIMES):
        calls += [partial(sale, number), partial(keep, number)]
    answers: list[Any] = run_together(calls)
    assert set(refused(answers)) <= {NotEnoughStock}
    assert "LATE" not in lots(bucket="QUARANTINE")
    lacking = sum(Promise.objects.live().values_list("uncovered", flat=True))
    assert lacking == sum(one.units for one in answers[0].uncovered)
    on_hand, reserved = figures()
    assert reserved <= on_hand
    assert broken(only=LAWS) == set()


def test_the_control_that_looks_before_it_locks_sets_good_units_aside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lotted(1, "SOON", 0)
    lotted(1, "LATE", 90)

    def look_first(*, gone: Callable[[], int], **_terms: object) -> Room:
        gone()
        time.sleep(PAUSE)
        return Room()

    monkeypatch.setattr(expiring, "yield_units", look_first)
    calls: list[Callable[[], Any]] = [expire, partial(sale, 1)]
    assert refused(run_together(calls)) == []
    assert lots(bucket="QUARANTINE") == {"LATE": 1}


def picked(number: int) -> None:
    pick_lot(
        store_code="msk-1",
        sku_code="S-1",
        reference=f"R-{number}",
        line="1",
        quantity=1,
        lot="SOON",
        by=SYSTEM,
        at=NOON,
    )


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody locks the level, and time passes between looking and writing."""
    put = LotPickQuerySet.put

    def slowly(picks: LotPickQuerySet, **terms: Any) -> None:
        time.sleep(PAUSE)
        put(picks, **terms)

    monkeypatch.setattr(StockLevelQuerySet, "locked", lambda rows: rows)
    monkeypatch.setattr(LotPickQuerySet, "put", slowly)


def pick_together() -> list[Any]:
    lotted(1, "SOON", 10)
    lotted(2, "LATE", 90)
    for number in (1, 2):
        keep(number)
    return run_together([partial(picked, number) for number in (1, 2)])


def test_the_last_unit_of_a_lot_goes_into_one_bag() -> None:
    assert refused(pick_together()) == [LotNotHere]
    assert LotPick.objects.live().count() == 1


def test_the_control_without_the_lock_puts_it_into_two(unlocked: None) -> None:
    assert refused(pick_together()) == []
    assert LotPick.objects.live().count() == 2


def pick_and_send() -> list[Any]:
    """A bag and a transfer want the last unit of a lot."""
    lotted(1, "SOON", 10)
    lotted(2, "LATE", 90)
    keep(1)
    place("spb-1")
    number = request_transfer(
        source_code="msk-1",
        target_code="spb-1",
        lines=[Wanted("S-1", 1, "SOON")],
        by=SYSTEM,
        at=NOON,
    )
    approve = partial(approve_transfer, number=number, by=SYSTEM, at=NOON)
    return run_together([partial(picked, 1), approve])


def test_the_last_unit_of_a_lot_is_picked_or_sent() -> None:
    assert refused(pick_and_send()) == [LotNotHere]
    assert LotPick.objects.live().count() == 1


def test_the_control_without_the_lock_picks_and_sends_it(unlocked: None) -> None:
    assert refused(pick_and_send()) == []
    assert LotPick.objects.live().count() == 2


def begin_lots() -> None:
    Sku.objects.filter(code="S-1").update(keeps_lots=True)


def test_lots_begin_while_goods_are_sold_and_come() -> None:
    stocked(TIMES)
    for number in range(3):
        place(f"new-{number}")

    def come(number: int) -> None:
        receive_stock(
            store_code=f"new-{number}",
            lines=[("S-1", 1)],
            reference=f"T-{number}",
            by=SYSTEM,
            at=NOON,
        )

    calls: list[Callable[[], Any]] = [begin_lots]
    calls += [partial(sale, number) for number in range(TIMES)]
    calls += [partial(come, number) for number in range(3)]
    assert refused(run_together(calls)) == []
    assert broken(only=LAWS) == set()


def new_goods() -> None:
    receive_stock(
        store_code="msk-2", lines=[("S-1", 1)], reference="T-1", by=SYSTEM, at=NOON
    )


def begin_beside_a_level_that_is_being_opened() -> list[Any]:
    """Goods have come to a new place, and nobody has heard of it yet, when lots begin."""
    stocked(1)
    place("msk-2")
    came, begun = threading.Event(), threading.Event()

    def come() -> None:
        with transaction.atomic():
            new_goods()
            came.set()
            begun.wait(PAUSE)

    def begin() -> None:
        assert came.wait(PATIENCE_SECONDS)
        begin_lots()
        begun.set()

    return run_together([come, begin])


def test_lots_begin_once_those_know_who_open_a_level() -> None:
    assert refused(begin_beside_a_level_that_is_being_opened()) == []
    assert lots("msk-2") == {"": 1}
    assert broken(only=LAWS) == set()


@contextmanager
def nobody_is_waited_for() -> Iterator[None]:
    """The database lets lots begin without a lock of the movements."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(tgfoid) FROM pg_trigger"
            " WHERE tgname LIKE 'pgtrigger_lots_begin_to_be_kept_%'"
        )
        (guarded,) = cursor.fetchone()
        bare, locks = re.subn("LOCK TABLE [^;]+;", "", guarded)
        assert locks == 1
        cursor.execute(bare)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(guarded)


def test_the_control_without_the_lock_of_movements_overlooks_what_came() -> None:
    with nobody_is_waited_for():
        assert refused(begin_beside_a_level_that_is_being_opened()) == []
    assert lots("msk-2") == {}
    assert "S11" in broken(only=LAWS)
