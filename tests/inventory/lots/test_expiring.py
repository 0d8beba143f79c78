"""What may not be sold any more leaves the shelf at the place's own midnight."""

from datetime import timedelta

import pytest

from inventory.lots.operations import quarantine_expired
from inventory.lots.queries import due_for_quarantine
from inventory.promises.operations import (
    RankedDemand,
    Room,
    hold_ranked,
    pick_promises,
)
from inventory.promises.queries import live_promises
from inventory.stock.models import StockMovement
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.given import allocated, figures, lying, moved, place, stocked, wanted
from tests.inventory.lots.given import LAWS, lot_sku, lots, lotted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
MORNING = NOON + timedelta(days=3)
"""Of the day after the lot's last."""


def expired(store: str = "msk-1", *, sku: str = "S-1") -> Room:
    return quarantine_expired(store_code=store, sku_code=sku, by=SYSTEM, at=MORNING)


def test_units_are_for_sale_until_their_last_day_ends_where_they_lie() -> None:
    place("vvo-1", time_zone="Asia/Vladivostok")
    for store in ("msk-1", "vvo-1"):
        lotted(1, "SOON", 2, store=store)
    midnight = NOON.replace(hour=0) + timedelta(days=3)
    far = midnight - timedelta(hours=10)
    assert due_for_quarantine(at=far - timedelta(minutes=1), limit=9) == []
    assert due_for_quarantine(at=far, limit=9) == [("vvo-1", "S-1")]
    near = midnight - timedelta(hours=3)
    assert due_for_quarantine(at=near - timedelta(minutes=1), limit=9) == [("vvo-1", "S-1")]
    assert len(due_for_quarantine(at=near, limit=9)) == 2


def test_days_that_must_be_left_count() -> None:
    lot_sku(left=30)
    lotted(1, "SOON", 32)
    assert due_for_quarantine(at=MORNING - timedelta(days=1), limit=9) == []
    assert due_for_quarantine(at=MORNING, limit=9) == [("msk-1", "S-1")]


def test_expired_units_go_to_quarantine_once() -> None:
    lotted(2, "SOON", 2)
    lotted(3, "LATE", 90)
    for _turn in (1, 2):
        expired()
        assert lots() == {"LATE": 3}
        assert lots(bucket="QUARANTINE") == {"SOON": 2}
    (row,) = StockMovement.objects.filter(kind="MOVE")
    assert (row.reason, row.reference) == ("expired", "EXPIRED-2026-11-23-1")
    assert broken(only=LAWS) == set()


def test_what_comes_back_on_the_same_day_goes_again() -> None:
    lotted(2, "SOON", 2)
    allocated(wanted(2))
    expired()
    moved(1, "QUARANTINE>ON_HAND", at=MORNING)
    expired()
    assert lots(bucket="QUARANTINE") == {"SOON": 2}
    assert broken(only=LAWS) == set()


def test_a_promise_moves_to_another_place_when_its_units_expire() -> None:
    lotted(2, "SOON", 2)
    lotted(2, "LATE", 90, store="spb-1")
    hold_ranked(
        demands=[RankedDemand("S-1", 2, "1", ("msk-1", "spb-1"))],
        owner="cart:1",
        reference="R-1",
        ends_at=MORNING + timedelta(hours=1),
        by=SYSTEM,
        at=NOON,
    )
    room = expired()
    assert [one.target_code for one in room.moved] == ["spb-1"]
    assert figures("msk-1") == (0, 0)
    assert figures("spb-1") == (2, 2)
    assert broken(only=LAWS) == set()


def test_a_promise_that_cannot_move_says_what_it_lacks() -> None:
    lotted(2, "SOON", 2)
    stocked(1)
    allocated(wanted(2))
    room = expired()
    (lacking,) = room.uncovered
    assert (lacking.reference, lacking.units) == ("R-1", 1)
    assert [slip.uncovered for slip in live_promises("R-1")] == [1]
    assert lying() == {"ON_HAND": 2, "QUARANTINE": 2}
    assert broken(only=LAWS) == set()


def test_nothing_is_done_where_nothing_expired() -> None:
    lotted(2, "LATE", 90)
    allocated(wanted(2))
    pick_promises(reference="R-1", lines=["1"], by=SYSTEM, at=NOON)
    assert expired() == Room()
    assert lots() == {"LATE": 2}
