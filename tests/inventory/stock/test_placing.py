"""Units go on show, are set aside, break, and come back to the shelf."""

from datetime import timedelta
from typing import Any

import pytest

from inventory.selling.queries import sellable_units
from inventory.stock.models import StockLevel, StockMovement
from inventory.stock.operations import (
    WAYS,
    AlreadyRecorded,
    NotEnoughStock,
    ObservedTooFarOff,
    Placement,
    QuantityOutOfRange,
    WrongReason,
    WrongWay,
    move_units,
    restock_return,
    sell_stock,
)
from inventory.stock.queries import level
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.limits import limits
from stores.network.models import Store
from stores.people.queries import NotInYourStore, NotYourRole
from tests.clock import NOON
from tests.factories.stores import AssignmentFactory
from tests.inventory.given import allocated, figures, lying, moved, place, stocked, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
LAWS = {"S1", "S2", "S3", "S4", "S6", "S6b"}
ASIDE = ("DISPLAY", "QUARANTINE", "DAMAGED", "CUSTOMER_HOLD")


def clerk(role: str = "CLERK", *, store: str = "msk-1") -> Actor:
    """Somebody who works in the place."""
    employee = AssignmentFactory(store=Store.objects.get(code=store), role=role).employee
    return Actor(ActorKind.STAFF, employee.code, employee.name, "D-1", store)


@pytest.mark.parametrize("bucket", ASIDE)
def test_units_are_set_aside_and_come_back(bucket: str) -> None:
    stocked(5)
    told = moved(2, f"ON_HAND>{bucket}")
    assert lying() == {"ON_HAND": 3, bucket: 2}
    assert told.levels == [level("msk-1", "S-1")]
    assert told.levels[0].holds(bucket) == 2
    moved(2, f"{bucket}>ON_HAND")
    assert lying() == {"ON_HAND": 5}
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize("bucket", ASIDE)
def test_what_is_set_aside_is_not_for_sale(bucket: str) -> None:
    stocked(3)
    moved(2, f"ON_HAND>{bucket}")
    asked: dict[str, Any] = {"store_codes": ["msk-1"], "sku_codes": ["S-1"], "at": NOON}
    assert sellable_units(channel="", **asked) == {("msk-1", "S-1"): 1}
    with pytest.raises(NotEnoughStock):
        allocated(wanted(2))


def test_a_movement_says_cause_reason_actor_and_moment() -> None:
    stocked(3)
    seen = NOON - timedelta(hours=3)
    told = moved(1, "ON_HAND>DAMAGED", reason="SOILED", reference="M-1", observed_at=seen)
    row = StockMovement.objects.get(pk__in=told.movements)
    assert (row.kind, row.reason, row.reference) == ("MOVE", "SOILED", "M-1")
    assert (row.actor_kind, row.actor_key) == ("system", "system")
    assert row.at == seen < row.recorded_at
    assert StockLevel.objects.get().changed_at == NOON


def test_promised_units_stay_on_hand() -> None:
    stocked(5)
    allocated(wanted(4))
    with pytest.raises(NotEnoughStock) as refusal:
        moved(2, "ON_HAND>DAMAGED")
    assert refusal.value.field == "lines/0/quantity"
    assert (refusal.value.facts["wanted"], refusal.value.facts["available"]) == (2, 1)
    moved(1, "ON_HAND>DAMAGED")
    assert figures() == (4, 4)


def test_no_more_comes_back_than_was_set_aside() -> None:
    stocked(5)
    moved(2, "ON_HAND>DISPLAY")
    with pytest.raises(NotEnoughStock) as refusal:
        moved(3, "DISPLAY>ON_HAND")
    assert refusal.value.facts == {
        "sku": "S-1",
        "store": "msk-1",
        "wanted": 3,
        "available": 2,
        "bucket": "DISPLAY",
    }


def test_the_same_move_told_twice_is_made_once() -> None:
    stocked(5)
    first = moved(2, "ON_HAND>DAMAGED", reference="M-1")
    assert moved(2, "ON_HAND>DAMAGED", reference="M-1") == first
    assert lying() == {"ON_HAND": 3, "DAMAGED": 2}
    with pytest.raises(AlreadyRecorded):
        moved(1, "ON_HAND>DAMAGED", reference="M-1")
    with pytest.raises(AlreadyRecorded):
        moved(2, "ON_HAND>DAMAGED", reference="M-1", reason="SOILED")


def test_all_lines_move_or_none() -> None:
    stocked(5)
    stocked(1, sku="S-2")
    lines = [
        Placement("S-1", 1, "ON_HAND", "DAMAGED"),
        Placement("S-2", 2, "ON_HAND", "DAMAGED"),
    ]
    terms: dict[str, Any] = {
        "store_code": "msk-1",
        "reason": "BROKEN",
        "by": SYSTEM,
        "at": NOON,
    }
    with pytest.raises(NotEnoughStock) as refusal:
        move_units(lines=lines, **terms)
    assert refusal.value.field == "lines/1/quantity"
    assert lying() == {"ON_HAND": 5}
    told = move_units(lines=[lines[0], lines[0]], **terms)
    assert len(told.movements) == 1
    assert lying() == {"ON_HAND": 3, "DAMAGED": 2}


@pytest.mark.parametrize(
    ("way", "terms", "refused", "field"),
    [
        ("SUPPLIER>ON_HAND", {}, WrongWay, "lines/0/source"),
        ("IN_TRANSIT>ON_HAND", {}, WrongWay, "lines/0/source"),
        ("ON_HAND>SHRINKAGE", {}, WrongWay, "lines/0/target"),
        ("CUSTOMER_HOLD>SHRINKAGE", {}, WrongWay, "lines/0/target"),
        ("DAMAGED>DAMAGED", {}, WrongWay, "lines/0/target"),
        ("ON_HAND>DAMAGED", {"reason": "ON_SHOW"}, WrongReason, "reason"),
        ("ON_HAND>DAMAGED", {"reason": ""}, WrongReason, "reason"),
        (
            "ON_HAND>DAMAGED",
            {"observed_at": NOON + timedelta(minutes=1)},
            ObservedTooFarOff,
            "observed_at",
        ),
        (
            "ON_HAND>DAMAGED",
            {"observed_at": NOON - limits().observed_within - timedelta(minutes=1)},
            ObservedTooFarOff,
            "observed_at",
        ),
    ],
)
def test_a_move_that_cannot_be_meant_is_refused(
    way: str, terms: dict[str, Any], refused: type[Exception], field: str
) -> None:
    stocked(5)
    with pytest.raises(refused) as refusal:
        moved(1, way, **terms)
    assert getattr(refusal.value, "field") == field  # noqa: B009
    assert lying() == {"ON_HAND": 5}


@pytest.mark.parametrize("units", [0, -1, 10**9])
def test_nobody_moves_that_many(units: int) -> None:
    stocked(5)
    with pytest.raises(QuantityOutOfRange):
        moved(units, "ON_HAND>DAMAGED")


def test_a_clerk_moves_in_the_own_shop_and_writes_nothing_off() -> None:
    stocked(5)
    place("spb-1")
    moved(2, "ON_HAND>DAMAGED", by=clerk())
    with pytest.raises(NotInYourStore):
        moved(1, "ON_HAND>DAMAGED", by=clerk(store="spb-1"))
    with pytest.raises(NotYourRole):
        moved(1, "DAMAGED>SHRINKAGE", by=clerk())
    moved(2, "DAMAGED>SHRINKAGE", by=clerk("STORE_MANAGER"))
    assert lying() == {"ON_HAND": 3}
    assert broken(only=LAWS) == set()


def test_a_device_alone_moves_nothing() -> None:
    stocked(5)
    with pytest.raises(NotYourRole):
        moved(1, "ON_HAND>DAMAGED", by=Actor(ActorKind.DEVICE, "D-1", store="msk-1"))


def test_every_way_has_a_reason_and_every_reason_words() -> None:
    for target, reasons in WAYS.items():
        assert reasons, target
        assert all(reason.label for reason in reasons)


@pytest.mark.parametrize("disposition", ["QUARANTINE", "REFURBISH", "RETURN_TO_VENDOR"])
def test_a_return_set_aside_is_in_the_level(disposition: str) -> None:
    stocked(5)
    sell_stock(store_code="msk-1", lines=[("S-1", 2)], reference="T-1", by=SYSTEM, at=NOON)
    lines = [("S-1", 1, disposition), ("S-1", 1, "WRITE_OFF")]
    restock_return(store_code="msk-1", lines=lines, reference="RT", by=SYSTEM, at=NOON)
    assert lying() == {"ON_HAND": 3, "QUARANTINE": 1}
    assert broken(only=LAWS) == set()
