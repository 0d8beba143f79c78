"""Kits that share a part meet its last unit; a kit is made up while it is stocked."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError, connection

from inventory.catalogue.models import KitPart
from inventory.catalogue.operations import make_up_kit
from inventory.promises.operations import (
    NotEnoughStock,
    RankedDemand,
    Wish,
    assembling,
    hold_first_come,
    hold_ranked,
)
from inventory.stock.models import StockLevel
from inventory.stock.operations import receive_stock, sell_stock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError
from tests.clock import NOON
from tests.factories.inventory import sku
from tests.inventory.given import SOON, allocated, figures, kit, place, stocked, wanted
from tests.lawbook import broken
from tests.races.barrier import run_together
from tests.races.test_last_unit import BUYERS, guard_off, naive_promise, rush

__all__ = ["guard_off"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
LAWS = {"S1", "S2", "S3", "S8"}


def two_kits_with_one_shared_part() -> None:
    """K-1 and K-2 both take the S-1, of which there is one."""
    stocked(1)
    stocked(BUYERS, sku="S-2")
    stocked(BUYERS, sku="S-3")
    kit("K-1", {"S-1": 1, "S-2": 1})
    kit("K-2", {"S-3": 1, "S-1": 1})


def buy(number: int) -> object:
    return allocated(wanted(1, sku=f"K-{number % 2 + 1}"), reference=f"R-{number}")


def test_one_of_two_kits_gets_the_last_shared_part() -> None:
    two_kits_with_one_shared_part()
    granted, refusals = rush([partial(buy, number) for number in range(BUYERS)])
    assert granted == 1
    assert all(isinstance(refusal, NotEnoughStock) for refusal in refusals)
    assert figures() == (1, 1)
    assert figures(sku="S-2")[1] + figures(sku="S-3")[1] == 1
    assert broken(only=LAWS) == set()


def test_a_kit_a_part_and_a_till_do_not_share_the_last_part() -> None:
    two_kits_with_one_shared_part()

    def ring_up(number: int) -> object:
        terms = {"reference": f"T-{number}", "by": SYSTEM, "at": NOON}
        sell_stock(store_code="msk-1", lines=[("K-2", 1)], **terms)  # type: ignore[arg-type]
        return None

    def flash(number: int) -> object:
        wish = Wish(f"F-{number}", f"shopper:{number}", "msk-1", "K-1", 1)
        (answer,) = hold_first_come(wishes=[wish], ends_at=SOON, by=SYSTEM, at=NOON)
        if answer.refusal:
            raise answer.refusal
        return None

    calls: list[Callable[[], object]] = []
    for number in range(BUYERS // 3):
        part = partial(allocated, wanted(1), reference=f"P-{number}")
        calls += [partial(ring_up, number), partial(flash, number), part]
    granted, refusals = rush(calls)
    assert granted == 1
    assert all(isinstance(refusal, NotEnoughStock) for refusal in refusals)
    assert broken(only=LAWS) == set()


@pytest.mark.usefixtures("guard_off")
def test_with_the_guard_off_both_kits_get_the_last_shared_part() -> None:
    two_kits_with_one_shared_part()
    granted, _refusals = rush([partial(buy, number) for number in range(BUYERS)])
    assert granted > 1
    assert "S3" in broken(only={"S3"})


def make_up(code: str, part: str) -> None:
    make_up_kit(sku_code=code, parts={part: 1}, by=SYSTEM, at=NOON)


def of_two_places(number: int) -> object:
    owner = f"cart-{number}"
    return hold_ranked(
        demands=[RankedDemand(f"K-{number % 2 + 1}", 1, "1", ("msk-1", "spb-1"))],
        owner=owner,
        reference=owner,
        ends_at=SOON,
        by=SYSTEM,
        at=NOON,
    )


def a_shared_part_at_each_of_two_places() -> None:
    two_kits_with_one_shared_part()
    place("spb-1")
    stocked(1, store="spb-1")
    stocked(BUYERS, store="spb-1", sku="S-2")
    stocked(BUYERS, store="spb-1", sku="S-3")


def test_whoever_is_outrun_at_a_shared_part_gets_the_kit_of_the_next_place() -> None:
    a_shared_part_at_each_of_two_places()
    granted, refusals = rush([partial(of_two_places, number) for number in range(BUYERS)])
    assert granted == 2
    assert all(isinstance(refusal, NotEnoughStock) for refusal in refusals)
    assert (figures(), figures("spb-1")) == ((1, 1), (1, 1))
    assert broken(only=LAWS | {"S9"}) == set()


@pytest.mark.usefixtures("guard_off")
def test_with_the_guard_off_both_kits_get_it_out_of_a_ranked_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(assembling, "lock_levels", lambda _keys: None)
    monkeypatch.setattr(assembling, "promise_levels", naive_promise)
    a_shared_part_at_each_of_two_places()
    granted, _refusals = rush([partial(of_two_places, number) for number in range(BUYERS)])
    assert granted > 2


def meet(times: int = 6) -> list[tuple[bool, bool]]:
    """A SKU is stocked while it becomes a kit, several times: who had their way."""
    place()
    sku("S-1")
    outcomes = []
    for number in range(times):
        code = sku(f"K-{number}").code
        receive = partial(
            receive_stock,
            store_code="msk-1",
            lines=[(code, 1)],
            reference=f"D-{number}",
            by=SYSTEM,
            at=NOON,
        )
        answers = run_together([partial(make_up, code, "S-1"), receive])
        refusals = [one for one in answers if isinstance(one, Exception)]
        assert all(isinstance(one, DomainError | IntegrityError) for one in refusals)
        outcomes.append(
            (
                KitPart.objects.filter(kit__code=code).exists(),
                StockLevel.objects.filter(sku__code=code).exists(),
            )
        )
    return outcomes


def test_what_is_stocked_does_not_become_a_kit_meanwhile() -> None:
    assert (True, True) not in meet()
    assert broken(only=LAWS) == set()


def test_two_skus_do_not_become_parts_of_each_other() -> None:
    for code in ("S-1", "S-2"):
        sku(code)
    answers = run_together([partial(make_up, "S-1", "S-2"), partial(make_up, "S-2", "S-1")])
    refusals = [one for one in answers if isinstance(one, Exception)]
    assert len(refusals) == 1
    assert isinstance(refusals[0], DomainError | IntegrityError)
    assert broken(only={"S8"}) == set()


@pytest.fixture
def level_guard_off() -> object:
    """Levels and kits without the triggers that keep them apart."""
    tables = ("inventory_stocklevel", "inventory_kitpart")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.usefixtures("level_guard_off")
def test_with_the_guard_off_a_kit_comes_to_have_stock_of_its_own() -> None:
    assert (True, True) in meet()
    assert "S8" in broken(only={"S8"})
