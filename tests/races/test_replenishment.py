"""Goods come from several sides at once to somebody who waits. With the rows unlocked and
the states unguarded, the same wait is told twice."""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from inventory.models import Product, Proposal, Run, Sku, StockWait
from inventory.replenishment.operations import (
    AlreadyWaiting,
    Change,
    accept_proposals,
    follow_categories,
    propose_for,
    serve_waits,
    serving,
    watch_levels,
)
from inventory.replenishment.queries.offers import offers
from inventory.supply.models import PurchaseOrder
from omniretail.kernel.errors import from_integrity
from omniretail.kernel.states import IllegalTransition
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.inventory import CategoryFactory, ProductFactory, SkuFactory
from tests.inventory.given import kit, place
from tests.inventory.replenishment.given import (
    BOSS,
    LAWS,
    came,
    measured,
    numbers,
    policy,
    selling,
    sold,
    supplier,
    told,
    waits,
    watched,
)
from tests.inventory.selling.given import buffer
from tests.lawbook import broken
from tests.races.barrier import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
CALLERS = 6


def together(calls: Sequence[Callable[[], object]]) -> list[object]:
    """What each caller was answered."""
    return list(run_together(calls))


def two_arrivals(sku_code: str) -> list[object]:
    """One waits, for a SKU or for a kit; units come from two sides, and both are looked at
    at once."""
    place("msk-1")
    kit("K-1", {"S-1": 1, "S-2": 1})
    waits(sku_code=sku_code)
    came(2, at=NOON)
    came(2, at=NOON, sku="S-2")
    store, skus = Store.objects.get().pk, dict(Sku.objects.values_list("code", "pk"))
    other = "S-2" if sku_code == "K-1" else "S-1"
    changes = [Change(store, skus[code]) for code in ("S-1", other)]
    return together([partial(serve_waits, [one], at=NOON) for one in changes])


@pytest.mark.parametrize("sku", ["S-1", "K-1"])
def test_two_arrivals_tell_one_who_waits_once(sku: str) -> None:
    assert sorted(two_arrivals(sku), key=str) == [0, 1]
    assert len(told("wait_served")) == 1
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize("sku", ["S-1", "K-1"])
def test_without_the_lock_one_who_waits_is_told_twice(
    monkeypatch: pytest.MonkeyPatch, sku: str
) -> None:
    """The control: both read the wait before either has told it."""
    line = serving._line

    def read_and_dawdle(*terms: object) -> list[StockWait]:
        found = line(*terms)  # type: ignore[arg-type]
        time.sleep(0.3)
        return found

    monkeypatch.setattr(serving, "_line", read_and_dawdle)
    monkeypatch.setattr(serving, "_take_turn", lambda: None)
    monkeypatch.setattr(
        type(StockWait.objects.all()), "locked", lambda rows: rows.order_by("pk")
    )
    two_arrivals(sku)
    assert len(told("wait_served")) == 2
    assert broken(only=LAWS) == {"R2"}


def one_unit_two_in_line() -> list[object]:
    """A unit is there for one of two who wait; two look at it at once."""
    place("msk-1")
    SkuFactory.create(code="S-1")
    waits("+79160000001")
    waits("+79160000002")
    came(1, at=NOON)
    change = Change(Store.objects.get().pk, Sku.objects.get().pk)
    return together([partial(serve_waits, [change], at=NOON)] * 2)


def test_two_looks_at_one_unit_tell_one_of_it() -> None:
    assert sorted(one_unit_two_in_line(), key=str) == [0, 1]
    assert len(told("wait_served")) == 1


def test_without_its_turn_each_look_tells_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: each sees the unit free before either has told of it."""

    def look_and_dawdle(*terms: Any, **known: Any) -> list[Any]:
        found = list(offers(*terms, **known))
        time.sleep(0.3)
        return found

    monkeypatch.setattr(serving, "offers", look_and_dawdle)
    monkeypatch.setattr(serving, "_take_turn", lambda: None)
    one_unit_two_in_line()
    assert len(told("wait_served")) == 2


def test_many_watchers_see_each_change_once() -> None:
    place("msk-1")
    SkuFactory.create(code="S-1")
    watched()
    line = [waits(f"+7916000{n:04}") for n in range(9)]
    calls: list[Callable[[], object]] = [partial(came, 1, at=NOON) for _n in range(4)]
    together([*calls, *[partial(watch_levels, at=NOON)] * 4])
    watched()
    assert [fact["wait_number"] for fact in told("wait_served")] == line[:4]
    assert broken(only=LAWS) == set()


def test_a_shelf_that_runs_empty_under_many_eyes_is_told_once() -> None:
    place("msk-1")
    SkuFactory.create(code="S-1")
    came(CALLERS, at=NOON)
    watched()
    calls: list[Callable[[], object]] = [partial(sold, 1, at=NOON) for _n in range(CALLERS)]
    together([*calls, *[partial(watch_levels, at=NOON)] * 3])
    together([partial(watch_levels, at=NOON)] * CALLERS)
    assert len(told("stock_out")) == 1
    assert broken(only=LAWS) == set()


def test_one_contact_asking_many_times_at_once_waits_once() -> None:
    place("msk-1")
    SkuFactory.create(code="S-1")
    answers = together([waits] * CALLERS)
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert all(
        isinstance(answer, str | AlreadyWaiting)
        or isinstance(from_integrity(answer), AlreadyWaiting)  # type: ignore[arg-type]
        for answer in answers
    )
    assert StockWait.objects.count() == 1


def test_a_proposal_is_made_once_and_accepted_once() -> None:
    policy(supplier_code=supplier())
    selling(2, 4, days=5)
    measured()
    together([partial(propose_for, sku_codes=["S-1"], at=NOON)] * CALLERS)
    assert Proposal.objects.count() == 1
    accept = partial(accept_proposals, numbers=numbers(), by=BOSS, at=NOON)
    answers = together([accept] * CALLERS)
    assert sum(isinstance(answer, list) for answer in answers) == 1
    assert all(isinstance(answer, list | IllegalTransition) for answer in answers)
    assert PurchaseOrder.objects.count() == 1
    assert broken(only=LAWS) == set()


def test_the_database_takes_one_open_proposal_a_way() -> None:
    policy(supplier_code=supplier())
    selling(2, 4, days=5)
    measured()
    propose_for(sku_codes=["S-1"], at=NOON)
    row = Proposal.objects.get()
    row.pk, row.number = None, "N-2"
    with pytest.raises(IntegrityError, match="one_open_proposal_per_sku_and_way"):
        row.save()
    assert Sku.objects.count() == 1


def test_goods_that_went_elsewhere_in_a_long_transaction_are_not_passed_over() -> None:
    """One that began earlier is committed after a later one was seen."""
    place("msk-1")
    category = CategoryFactory.create(code="elsewhere")
    for code in ("P-1", "P-2"):
        ProductFactory.create(code=code)
    buffer(1, category=category.code)
    follow_categories(at=NOON)
    begun, may_end = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            Product.objects.filter(code="P-1").update(category=category)
            begun.set()
            may_end.wait(20)

    def meanwhile() -> None:
        begun.wait(20)
        Product.objects.filter(code="P-2").update(category=category)
        follow_categories(at=NOON)
        assert Run.objects.filter(name="terms:SITE").update(is_done=True) == 1
        follow_categories(at=NOON)
        assert Run.objects.get(name="terms:SITE").is_done
        may_end.set()

    assert together([slowly, meanwhile]) == [None, None]
    follow_categories(at=NOON)
    assert not Run.objects.get(name="terms:SITE").is_done
