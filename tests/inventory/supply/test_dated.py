"""What is still to come is promised by date, never more than comes, and kept in the
order of asking."""

from datetime import timedelta
from typing import Any

import pytest

from inventory.promises.operations import Demand, release_promises
from inventory.promises.queries import live_promises
from inventory.stock.operations import adjust_stock
from inventory.supply.operations import (
    Condition,
    Counted,
    LineDatedTwice,
    NotEnoughComing,
    cancel_dated,
    cancel_purchase_order,
    close_purchase_order,
    promise_incoming,
    write_off_transfer,
)
from inventory.supply.promising import Share, Waiting, shared_out
from inventory.supply.queries import dated_slips, incoming
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models.outbox import OutboxFact
from stores.network.models import Store
from tests.clock import NOON
from tests.inventory.given import figures
from tests.inventory.supply.given import (
    LAWS,
    announced,
    come,
    dated,
    ordered,
    sent,
    take_in,
    two_places,
    waits,
)
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


def told(name: str) -> list[dict[str, object]]:
    facts = OutboxFact.objects.filter(name=f"inventory.{name}").order_by("pk")
    return [fact.payload for fact in facts]


def test_no_more_is_promised_than_is_to_come() -> None:
    ordered(5)
    (slip,) = dated(4)
    assert (slip.quantity, (slip.promised_for - NOON).days) == (4, 7)
    with pytest.raises(NotEnoughComing) as refusal:
        dated(2, "R-2")
    assert refusal.value.facts["available"] == 1
    assert [one.free for one in incoming(["S-1"], ["msk-1"], at=NOON)] == [1]
    assert broken(only=LAWS) == set()


def test_what_comes_first_is_promised_first_and_each_part_has_its_date() -> None:
    first, second = ordered(2, lead_time_days=9), ordered(5, lead_time_days=3)
    slips = dated(6)
    assert [(s.document, s.quantity, (s.promised_for - NOON).days) for s in slips] == [
        (second, 5, 3),
        (first, 1, 9),
    ]


def test_what_is_overdue_is_promised_to_nobody_until_it_has_a_date_again() -> None:
    """A supplier is late: the day that the order says has passed."""
    late = NOON + timedelta(days=8)
    number = ordered(5)
    demands = [Demand("msk-1", "S-1", 2, "1")]
    terms: dict[str, Any] = {"owner": "order:R-1", "reference": "R-1", "by": SYSTEM}
    with pytest.raises(NotEnoughComing) as refusal:
        promise_incoming(demands=demands, at=late, **terms)
    assert refusal.value.facts["available"] == 0
    assert [one.free for one in incoming(["S-1"], ["msk-1"], at=late)] == [0]
    announced(number, 5, days=9)
    assert [one.free for one in incoming(["S-1"], ["msk-1"], at=late)] == [5]
    (slip,) = promise_incoming(demands=demands, at=late, **terms)
    assert slip.promised_for == NOON + timedelta(days=9)
    assert broken(only=LAWS) == set()


def test_a_demand_is_served_whole_or_not_at_all() -> None:
    two_places(0, sku="S-2")
    ordered(5)
    demands = [Demand("msk-1", "S-1", 1, "1"), Demand("msk-1", "S-2", 1, "2")]
    with pytest.raises(NotEnoughComing) as refusal:
        promise_incoming(
            demands=demands, owner="order:R-1", reference="R-1", by=SYSTEM, at=NOON
        )
    assert refusal.value.field == "lines/1/sku"
    assert waits() == {}
    assert broken(only=LAWS) == set()


def test_a_line_is_promised_once() -> None:
    ordered(5)
    dated(1)
    with pytest.raises(LineDatedTwice):
        dated(1)


def test_goods_that_come_are_kept_for_those_who_asked_first() -> None:
    number = ordered(5)
    dated(2, "R-1")
    dated(3, "R-2")
    come(number, Counted("S-1", 3))
    assert (waits("R-1"), waits("R-2")) == (
        {"ALLOCATED": 2},
        {"ALLOCATED": 1, "WAITING": 2},
    )
    assert figures() == (3, 3)
    (slip,) = live_promises("R-2")
    assert (slip.owner, slip.quantity) == ("order:R-2", 1)
    come(number, Counted("S-1", 2))
    assert waits("R-2") == {"ALLOCATED": 3}
    assert figures() == (5, 5)
    assert [fact["quantity"] for fact in told("dated_promise_kept")] == [2, 1, 2]
    assert broken(only=LAWS) == set()


def test_who_was_served_in_part_stays_first_in_line() -> None:
    """Both asked at the same moment; the first had some, and has the rest before the
    second has any."""
    number = ordered(10)
    dated(5, "R-1")
    dated(5, "R-2")
    for units in (3, 1, 1):
        come(number, Counted("S-1", units))
    assert (waits("R-1"), waits("R-2")) == ({"ALLOCATED": 5}, {"WAITING": 5})
    come(number, Counted("S-1", 1))
    come(number, Counted("S-1", 3, Condition.DAMAGED))
    assert waits("R-2") == {"ALLOCATED": 1, "WAITING": 1, "BROKEN": 3}
    assert broken(only=LAWS) == set()


def test_a_promise_comes_before_the_safety_stock() -> None:
    number = ordered(2)
    adjust_stock(
        store_code="msk-1", sku_code="S-1", safety_stock=5, reason="x", by=SYSTEM, at=NOON
    )
    dated(2)
    come(number, Counted("S-1", 2))
    assert figures() == (2, 2)


def test_damaged_goods_break_the_last_promise() -> None:
    number = ordered(5)
    dated(3, "R-1")
    dated(2, "R-2")
    come(number, Counted("S-1", 1), Counted("S-1", 1, Condition.DAMAGED))
    assert waits("R-1") == {"ALLOCATED": 1, "WAITING": 2}
    assert waits("R-2") == {"BROKEN": 1, "WAITING": 1}
    (fact,) = told("dated_promise_broken")
    assert (fact["reference"], fact["quantity"], fact["reason"]) == ("R-2", 1, "damaged")
    assert broken(only=LAWS) == set()


def test_what_an_order_closed_short_does_not_bring_is_told() -> None:
    number = ordered(5)
    dated(4)
    come(number, Counted("S-1", 1))
    close_purchase_order(number=number, reason="No more", by=SYSTEM, at=NOON)
    assert waits() == {"ALLOCATED": 1, "BROKEN": 3}
    (fact,) = told("dated_promise_broken")
    assert (fact["quantity"], fact["reason"]) == (3, "closed_short")
    assert broken(only=LAWS) == set()


def test_a_cancelled_order_breaks_its_promises() -> None:
    number = ordered(5)
    dated(4)
    cancel_purchase_order(number=number, reason="Wrong", by=SYSTEM, at=NOON)
    assert waits() == {"BROKEN": 4}


def test_goods_of_a_transfer_are_promised_where_they_go() -> None:
    two_places()
    number = sent(4)
    dated(3, store="spb-1")
    take_in(number, Counted("S-1", 1))
    write_off_transfer(number=number, reason="Lost", by=SYSTEM, at=NOON)
    assert waits() == {"ALLOCATED": 1, "BROKEN": 2}
    assert figures(store="spb-1") == (1, 1)
    take_in(number, Counted("S-1", 3))
    assert figures(store="spb-1") == (4, 1)
    assert broken(only=LAWS) == set()


def test_nobody_waits_at_a_place_that_has_closed() -> None:
    number = ordered(5)
    dated(2)
    Store.objects.filter(code="msk-1").update(closed_on=NOON.date() - timedelta(days=1))
    come(number, Counted("S-1", 2))
    assert waits() == {"BROKEN": 2}
    assert figures() == (2, 0)
    assert broken(only=LAWS) == set()


def test_who_does_not_want_the_goods_any_more_frees_them() -> None:
    ordered(5)
    dated(4)
    assert cancel_dated(reference="R-1", by=SYSTEM, at=NOON) == 4
    assert cancel_dated(reference="R-1", by=SYSTEM, at=NOON) == 0
    dated(5, "R-2")
    assert waits("R-1") == {"CANCELLED": 4}
    assert broken(only=LAWS) == set()


def test_what_has_come_is_an_ordinary_promise() -> None:
    number = ordered(5)
    dated(4)
    come(number, Counted("S-1", 5))
    assert release_promises(reference="R-1", by=SYSTEM, at=NOON) == 4
    assert figures() == (5, 0)


def test_an_announced_delivery_moves_the_date() -> None:
    number = ordered(5)
    announced(number, 5)
    (slip,) = dated(1)
    assert (slip.promised_for - NOON).days == 2
    assert [slip.status for slip in dated_slips("R-1")] == ["WAITING"]


@pytest.mark.parametrize(
    ("come_", "still", "kept", "broken_"),
    [
        (0, 9, {}, {}),
        (3, 6, {1: 2, 2: 1}, {}),
        (0, 3, {}, {2: 2, 3: 4}),
        (2, 0, {1: 2}, {2: 3, 3: 4}),
        (99, 0, {1: 2, 2: 3, 3: 4}, {}),
    ],
)
def test_shares(
    come_: int, still: int, kept: dict[int, int], broken_: dict[int, int]
) -> None:
    waiting = [Waiting(1, 2), Waiting(2, 3), Waiting(3, 4)]
    assert shared_out(waiting, come=come_, still_to_come=still) == Share(kept, broken_)
