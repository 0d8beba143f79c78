"""Each rule of serial numbers and of what is remembered of levels is broken once, and the
database refuses it by its name."""

import pytest

from inventory.stock.models import LevelChange, SafetyStockChange, Serial, SerialStep
from tests.clock import NOON
from tests.inventory.serials.given import come
from tests.rulebook import Breach, Usual, assert_refused_for_this_alone

pytestmark = pytest.mark.django_db

USUAL: Usual = {
    LevelChange: {
        "position": 1_000_000,
        "store": "msk-1",
        "sku": "S-1",
        "on_hand": 2,
        "reserved": 0,
        "safety_stock": 0,
    },
    SafetyStockChange: {"level": 0, "before": 0, "units": 1, "at": NOON},
    Serial: {"sku": "S-1", "number": "A3", "bucket": "SHRINKAGE", "seen_at": NOON},
    SerialStep: {
        "serial": "A1",
        "kind": "MISSING",
        "store": "msk-1",
        "source": "ON_HAND",
        "target": "SHRINKAGE",
        "reference": "x",
        "actor_kind": "system",
        "actor_key": "x",
        "at": NOON,
    },
}
SEEN = {"kind": "SEEN", "target": "ON_HAND"}
BREACHES = [
    Breach("level_change_has_a_position", LevelChange, {"position": 0}),
    Breach("safety_stock_change_changes_it", SafetyStockChange, {"units": 0}),
    Breach("serial_stands_for_one_unit_of_a_sku", Serial, {"number": "A1"}),
    Breach("serial_is_plain_and_in_capitals", Serial, {"number": "a3"}),
    Breach("serial_is_plain_and_in_capitals", Serial, {"number": "А3"}),
    Breach("serial_is_plain_and_in_capitals", Serial, {"number": "A3 "}),
    Breach("serial_is_in_one_place", Serial, {"bucket": "ON_HAND"}),
    Breach("serial_is_in_one_place", Serial, {"store": "msk-1"}),
    Breach("serial_is_in_one_place", Serial, {"bucket": "NOWHERE"}),
    Breach("step_says_how_the_serial_moved", SerialStep, {"target": "CUSTOMER"}),
    Breach("step_says_how_the_serial_moved", SerialStep, {"movement": 1}, SEEN),
    Breach("step_says_how_the_serial_moved", SerialStep, {"kind": "MOVED"}, SEEN),
    Breach(
        "step_says_how_the_serial_moved",
        SerialStep,
        {"source": "DISPLAY"},
        {"kind": "TURNED_UP", "target": "ON_HAND"},
    ),
    Breach(
        "serial_moves_once_with_a_movement",
        SerialStep,
        {"movement": 0},
        {"movement": 1, "kind": "MOVED", "target": "CUSTOMER"},
    ),
]


@pytest.fixture(autouse=True)
def named_units() -> None:
    come("A1")
    come("A2")


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_the_database_refuses_by_its_name(breach: Breach) -> None:
    assert_refused_for_this_alone(breach, USUAL)
