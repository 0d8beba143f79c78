"""When to order and how much, checked against worked examples of textbooks.

Chopra and Meindl, "Supply Chain Management: Strategy, Planning, and Operation", chapter
on managing uncertainty with safety inventory: Lego boxes at Walmart (continuous and
periodic review) and hard drives at Dell (uncertain lead time).
Heizer and Render, "Operations Management", chapter on inventory management: resuscitation
kits, and batteries with variable demand and lead time; they take z from a table with two
places.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.replenishment.ordering import (
    Bounds,
    Cycle,
    Marks,
    Pace,
    Terms,
    deviation_over,
    in_packs,
    marks,
    missing,
    order_up_to,
    reorder_point,
    safety_factor,
    safety_stock,
)

D = Decimal
LEGO = Pace(D(2500), D(500))
units = st.decimals(0, 1000, places=2)
days = st.decimals(0, 60, places=1)


def near(found: Decimal, printed: int | str, within: str = "1") -> bool:
    """Whether it is what the book prints, but for its rounding."""
    return abs(found - D(printed)) <= D(within)


@pytest.mark.parametrize(
    ("level", "factor"),
    [("0.5", "0"), ("0.9", "1.2816"), ("0.95", "1.6449"), ("0.99", "2.3263")],
)
def test_the_safety_factor_is_that_of_the_tables(level: str, factor: str) -> None:
    assert safety_factor(D(level)) == D(factor)


def test_lego_boxes_under_continuous_review() -> None:
    """L = 2 weeks, 90 %: safety inventory 906 boxes, reorder point 5,906."""
    factor, cycle = safety_factor(D("0.9")), Cycle(D(2))
    assert near(deviation_over(LEGO, cycle), 707)
    assert near(safety_stock(LEGO, cycle, factor), 906)
    assert near(reorder_point(LEGO, cycle, factor), 5906)


def test_lego_boxes_under_periodic_review() -> None:
    """L = 2 weeks, T = 4 weeks, 90 %: safety inventory 1,570, order-up-to level 16,570."""
    factor, cycle = safety_factor(D("0.9")), Cycle(D(2), review_days=D(4))
    assert near(deviation_over(LEGO, cycle), 1225)
    assert near(safety_stock(LEGO, cycle, factor), 1570)
    assert near(order_up_to(LEGO, cycle, factor), 16570)


@pytest.mark.parametrize(
    ("lead_deviation", "deviation", "stock"),
    [
        (7, 17550, 22491),
        (6, 15058, 19298),
        (5, 12570, 16109),
        (4, 10087, 12927),
        (3, 7616, 9760),
        (2, 5172, 6628),
        (1, 2828, 3625),
        (0, 1323, 1695),
    ],
)
def test_hard_drives_with_an_uncertain_lead_time(
    lead_deviation: int, deviation: int, stock: int
) -> None:
    """2,500 a day with a deviation of 500, L = 7 days, 90 %."""
    cycle = Cycle(D(7), D(lead_deviation))
    assert near(deviation_over(LEGO, cycle), deviation)
    assert near(safety_stock(LEGO, cycle, safety_factor(D("0.9"))), stock, "2")


def test_resuscitation_kits() -> None:
    """350 kits while an order is on its way, deviation 10, 95 %: 16.5 and 366.5."""
    pace, cycle = Pace(D(350), D(10)), Cycle(D(1))
    assert safety_stock(pace, cycle, D("1.65")) == D("16.5")
    assert reorder_point(pace, cycle, D("1.65")) == D("366.5")


def test_batteries_with_variable_demand_and_lead_time() -> None:
    """150 packs a day (deviation 16), 5 days (deviation 1), 95 %: σ = 154, point 1,004."""
    pace, cycle = Pace(D(150), D(16)), Cycle(D(5), D(1))
    assert near(deviation_over(pace, cycle), 154)
    assert near(reorder_point(pace, cycle, D("1.65")), 1004)


def test_marks_are_whole_units_in_order() -> None:
    pace, cycle = Pace(D("1.2"), D("1.1")), Cycle(D(5), D(1), D(7))
    found = marks(pace, cycle, safety_factor(D("0.95")), Bounds())
    assert found == Marks(safety_stock=7, reorder_point=13, target=21)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (Bounds(), (0, 0, 0)),
        (Bounds(least=3), (0, 3, 3)),
        (Bounds(least=3, most=3), (0, 2, 3)),
        (Bounds(most=9), (0, 0, 0)),
    ],
)
def test_what_nobody_asks_for_is_only_shown(
    bounds: Bounds, expected: tuple[int, int, int]
) -> None:
    found = marks(Pace(D(0), D(0)), Cycle(D(7)), D("1.65"), bounds)
    assert (found.safety_stock, found.reorder_point, found.target) == expected


def test_it_is_time_to_order_at_the_reorder_point() -> None:
    at = Marks(2, 10, 25)
    assert [missing(n, at) for n in (11, 10, 0, -5)] == [0, 15, 25, 30]


@pytest.mark.parametrize(
    ("wanted", "terms", "room", "ordered"),
    [
        (0, Terms(6), None, 0),
        (7, Terms(), None, 7),
        (7, Terms(6), None, 12),
        (7, Terms(6, 20), None, 24),
        (7, Terms(6), 10, 6),
        (7, Terms(6), 5, 0),
        (7, Terms(6, 12), 11, 0),
    ],
)
def test_orders_come_in_packs(
    wanted: int, terms: Terms, room: int | None, ordered: int
) -> None:
    assert in_packs(wanted, terms, room=room) == ordered


@given(units, units, days, days, days, st.decimals("0.5", "0.999", places=3))
def test_marks_always_stand_in_order(
    per_day: Decimal,
    deviation: Decimal,
    lead: Decimal,
    late: Decimal,
    review: Decimal,
    level: Decimal,
) -> None:
    pace, cycle = Pace(per_day, deviation), Cycle(lead, late, review)
    found = marks(pace, cycle, safety_factor(level), Bounds())
    assert 0 <= found.safety_stock <= found.reorder_point <= found.target


@given(
    st.integers(0, 500), st.integers(1, 50), st.integers(1, 200), st.none() | st.integers(0)
)
def test_an_order_is_whole_packs_and_never_more_than_there_is_room_for(
    wanted: int, pack: int, least: int, room: int | None
) -> None:
    ordered = in_packs(wanted, Terms(pack, least), room=room)
    assert ordered % pack == 0
    assert ordered == 0 or ordered >= least
    if room is None:
        assert ordered >= wanted
        assert ordered < max(wanted, least) + pack or ordered == 0
    else:
        assert ordered <= room
