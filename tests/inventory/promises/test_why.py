"""Each unit of a place is in one hand: a bucket, a promise, the safety stock, or free."""

from datetime import timedelta
from typing import Any

import pytest

from inventory.promises.operations import (
    confirm_holds,
    consume_promises,
    expire_holds,
    release_promises,
)
from inventory.promises.queries import Why, why
from inventory.selling.operations import set_network
from inventory.selling.queries import sellable_units
from inventory.stock.operations import adjust_stock
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Store
from tests.clock import NOON
from tests.inventory.given import SOON, allocated, held, moved, stocked, wanted
from tests.inventory.selling.given import network

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def keep_back(units: int, *, minute: int = 0) -> None:
    adjust_stock(
        store_code="msk-1",
        sku_code="S-1",
        reason="plan",
        safety_stock=units,
        by=SYSTEM,
        at=NOON + minute * MINUTE,
    )


def parts(told: Why) -> list[tuple[str, int, str]]:
    assert sum(part.units for part in told.parts) == told.balance.total
    return [(part.taken_by, part.units, part.reference) for part in told.parts]


def test_every_unit_is_accounted_for_once() -> None:
    stocked(10)
    moved(1, "ON_HAND>DISPLAY")
    moved(2, "ON_HAND>DAMAGED")
    held(wanted(1))
    allocated(wanted(2), reference="R-1")
    keep_back(3)
    told = why("msk-1", "S-1")
    assert parts(told) == [
        ("DISPLAY", 1, ""),
        ("DAMAGED", 2, ""),
        ("HOLD", 1, "cart-1"),
        ("ALLOCATION", 2, "R-1"),
        ("SAFETY_STOCK", 3, ""),
        ("FREE", 1, ""),
    ]
    assert (told.reserved, told.available) == (3, 1)


def test_safety_stock_takes_only_what_nobody_has() -> None:
    stocked(3)
    allocated(wanted(2))
    keep_back(5)
    told = why("msk-1", "S-1")
    assert parts(told) == [("ALLOCATION", 2, "R-1"), ("SAFETY_STOCK", 1, "")]
    assert (told.safety_stock, told.available) == (5, 0)


def test_a_place_that_never_had_it_has_nothing_to_explain() -> None:
    stocked(1)
    assert why("msk-1", "none").parts == []


def test_a_place_out_of_business_sells_nothing_and_says_so() -> None:
    """As of when it was open, it sold; what it may sell is told alike everywhere."""
    stocked(5)
    Store.objects.update(closed_on=NOON.date())
    told = why("msk-1", "S-1", channel="SITE", at=NOON)
    assert (told.available, parts(told)) == (0, [("CLOSED", 5, "")])
    yesterday = NOON - timedelta(days=1)
    Store.objects.update(closed_on=None, opened_on=NOON.date())
    assert why("msk-1", "S-1", at=NOON).available == 5
    asked: dict[str, Any] = {"store_codes": ["msk-1"], "sku_codes": ["S-1"]}
    asked["channel"] = "SITE"
    assert sellable_units(**asked, at=NOON) == {("msk-1", "S-1"): 5}
    assert sellable_units(**asked, at=yesterday) == {}
    assert sellable_units(**(asked | {"channel": None}), at=yesterday) != {}


def test_a_past_moment_is_explained_as_it_was() -> None:
    stocked(10)
    held(wanted(2))
    keep_back(1, minute=2)
    confirm_holds(reference="cart-1", by=SYSTEM, at=NOON + 4 * MINUTE)
    lines = {"1": 1}
    consume_promises(reference="cart-1", lines=lines, by=SYSTEM, at=NOON + 6 * MINUTE)
    moved(3, "ON_HAND>QUARANTINE", at=NOON + 8 * MINUTE)
    release_promises(reference="cart-1", by=SYSTEM, at=NOON + 9 * MINUTE)
    story = {
        -1: [],
        1: [("HOLD", 2), ("FREE", 8)],
        3: [("HOLD", 2), ("SAFETY_STOCK", 1), ("FREE", 7)],
        5: [("ALLOCATION", 2), ("SAFETY_STOCK", 1), ("FREE", 7)],
        7: [("ALLOCATION", 1), ("SAFETY_STOCK", 1), ("FREE", 7)],
        8: [("QUARANTINE", 3), ("ALLOCATION", 1), ("SAFETY_STOCK", 1), ("FREE", 4)],
        9: [("QUARANTINE", 3), ("SAFETY_STOCK", 1), ("FREE", 5)],
    }
    for minute, expected in story.items():
        units: dict[str, int] = {}
        for taken_by, number, _reference in parts(
            why("msk-1", "S-1", at=NOON + minute * MINUTE)
        ):
            units[taken_by] = units.get(taken_by, 0) + number
        assert list(units.items()) == expected, minute
    assert parts(why("msk-1", "S-1")) == parts(why("msk-1", "S-1", at=NOON + 60 * MINUTE))


def test_a_hold_explains_until_it_ends() -> None:
    stocked(2)
    held(wanted(2))
    expire_holds(at=SOON)
    (then,) = why("msk-1", "S-1", at=SOON - MINUTE).parts
    assert (then.taken_by, then.since, then.ends_at) == ("HOLD", NOON, SOON)
    assert parts(why("msk-1", "S-1", at=SOON)) == [("FREE", 2, "")]


@pytest.mark.parametrize("places", [["spb-1"], []])
def test_a_network_given_up_since_is_remembered(places: list[str]) -> None:
    """A channel sold from its own places, from every place, and from its own again."""
    stocked(5)
    stocked(5, store="spb-1")
    network("SITE", *places)
    set_network(channel="SITE", places=None, by=SYSTEM, at=NOON + 2 * MINUTE)
    network("SITE", *places, at=NOON + 4 * MINUTE)
    set_network(channel="SITE", places=None, by=SYSTEM, at=NOON + 6 * MINUTE)
    free, kept = [("FREE", 5, "")], [("NETWORK", 5, "SITE")]
    asked: dict[str, Any] = {"store_codes": ["msk-1"], "sku_codes": ["S-1"]}
    story = [kept, kept, free, free, kept, kept, free]
    for minute, expected in enumerate(story):
        then = NOON + minute * MINUTE
        assert parts(why("msk-1", "S-1", channel="SITE", at=then)) == expected, minute
        told = sellable_units(channel="SITE", **asked, at=then)
        assert told.get(("msk-1", "S-1"), 0) == (5 if expected == free else 0)
