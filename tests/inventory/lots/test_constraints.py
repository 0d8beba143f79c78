"""Each rule of lots is broken once, and the database refuses it by its name."""

import pytest

from inventory.lots.models import Lot, LotLevel, LotPick, LotStep
from tests.clock import NOON
from tests.inventory.given import stocked
from tests.inventory.lots.given import in_days, lotted
from tests.rulebook import Breach, Usual, assert_refused_for_this_alone

pytestmark = pytest.mark.django_db

USUAL: Usual = {
    Lot: {"sku": "S-1", "code": "L-2", "expires_on": in_days(9)},
    LotLevel: {"lot": "L-1", "store": "msk-1", "bucket": "DISPLAY", "units": 0},
    LotStep: {"movement": 1, "lot": "L-1", "quantity": 1},
    LotPick: {
        "store": "msk-1",
        "lot": "L-1",
        "reference": "R-1",
        "line": "1",
        "units": 1,
        "at": NOON,
    },
}
BREACHES = [
    Breach("one_lot_per_sku_and_code", Lot, {"code": "L-1"}),
    Breach("lot_with_a_name_has_a_date", Lot, {"expires_on": None}),
    Breach("lot_with_a_name_has_a_date", Lot, {"code": ""}, {"sku": "S-2"}),
    Breach("one_row_per_lot_place_and_bucket", LotLevel, {"bucket": "ON_HAND"}),
    Breach("lot_owes_no_units", LotLevel, {"units": -1}),
    Breach("lot_lies_in_a_place", LotLevel, {"bucket": "CUSTOMER"}),
    Breach("one_step_per_movement_and_lot", LotStep, {"movement": 0}),
    Breach("lot_step_moves_something", LotStep, {"quantity": 0}),
    Breach(
        "one_pick_per_promise_and_lot", LotPick, {"line": "1"}, {"line": "2"}, beside={}
    ),
    Breach("lot_pick_has_units", LotPick, {"units": 0}),
]


@pytest.fixture(autouse=True)
def a_lot() -> None:
    lotted(3, "L-1", 9)
    stocked(1, sku="S-2")


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_the_database_refuses_by_its_name(breach: Breach) -> None:
    assert_refused_for_this_alone(breach, USUAL)
