"""The arithmetic of counting, by example and by the thousand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.counts.counting import (
    AsOf,
    Exposure,
    Outcome,
    Settlement,
    Tolerance,
    accuracy,
    risk,
    settle,
)

units = st.integers(0, 500)
goods = st.lists(st.integers(-50, 50), max_size=12)


@pytest.mark.parametrize(
    ("level", "counted", "settled"),
    [
        (AsOf(10, 0, 0), 10, Settlement(10, 0, 0, 0)),
        (AsOf(10, 0, 0), 7, Settlement(10, -3, -3, 0)),
        (AsOf(10, 0, 0), 12, Settlement(10, 2, 2, 0)),
        (AsOf(6, 0, -4), 10, Settlement(10, 0, 0, 0)),
        (AsOf(6, 0, -4), 8, Settlement(10, -2, -2, 0)),
        (AsOf(15, 0, 5), 10, Settlement(10, 0, 0, 0)),
        (AsOf(10, 9, 0), 7, Settlement(10, -3, -1, 2)),
        (AsOf(3, 3, 0), 0, Settlement(3, -3, 0, 3)),
        (AsOf(6, 0, -4), 0, Settlement(10, -10, -6, 0)),
        (AsOf(6, 2, -4), 3, Settlement(10, -7, -4, 2)),
    ],
)
def test_a_level_moves_by_the_variance_of_its_moment(
    level: AsOf, counted: int, settled: Settlement
) -> None:
    assert settle(counted, level) == settled


@given(there=units, said=units, since=goods)
def test_goods_after_the_count_never_spoil_it(
    there: int, said: int, since: list[int]
) -> None:
    """Whatever comes and goes, the level ends at what is there."""
    moved = sum(since)
    result = settle(there, AsOf(said + moved, 0, moved))
    assert result.variance == there - said
    if said + moved >= 0:
        assert said + moved + result.posted == max(there + moved, 0)


@given(there=units, said=units, since=goods)
def test_when_it_is_approved_makes_no_difference(
    there: int, said: int, since: list[int]
) -> None:
    seen = {
        settle(there, AsOf(said + sum(since[:n]), 0, sum(since[:n]))).variance
        for n in range(len(since) + 1)
    }
    assert seen == {there - said}


@given(there=units, said=units, reserved=units)
def test_a_level_never_falls_below_its_promises(
    there: int, said: int, reserved: int
) -> None:
    promised = min(reserved, said)
    result = settle(there, AsOf(said, promised, 0))
    assert said + result.posted >= promised
    assert result.short >= 0
    assert result.posted - result.short == result.variance
    assert not result.short or said + result.posted == promised


@given(there=units, said=units, written_off=st.integers(0, 40))
def test_a_correction_meanwhile_is_not_made_twice(
    there: int, said: int, written_off: int
) -> None:
    """A picker finds fewer than the level says: the count says the same thing."""
    level = AsOf(said - written_off, 0, 0)
    assert level.on_hand + settle(there, level).posted == max(there, 0)


@pytest.mark.parametrize(
    ("tolerance", "expected", "variance", "is_allowed"),
    [
        (Tolerance(), 10, 0, True),
        (Tolerance(), 10, 1, False),
        (Tolerance(units=2), 10, -2, True),
        (Tolerance(units=2), 10, -3, False),
        (Tolerance(percent=5), 100, 5, True),
        (Tolerance(percent=5), 100, -6, False),
        (Tolerance(percent=5), 10, 1, False),
        (Tolerance(units=1, percent=5), 10, 1, True),
        (Tolerance(percent=50), -4, 2, False),
    ],
)
def test_a_count_is_believed_within_its_tolerance(
    tolerance: Tolerance, expected: int, variance: int, is_allowed: bool
) -> None:
    assert tolerance.allows(expected, variance) is is_allowed


def exposure(**facts: object) -> Exposure:
    known: dict[str, object] = {
        "on_hand": 5,
        "price": Decimal(100),
        "sold": 28,
        "sold_over_days": 28,
        "days_since_count": 9,
        "nil_picks": 0,
    }
    return Exposure(**(known | facts))  # type: ignore[arg-type]


def test_risk_is_a_product_of_four_numbers() -> None:
    assert risk(exposure()) == 5 * 100 * (1 + 1) * (1 + 9) * 1
    assert risk(exposure(nil_picks=2)) == 5 * 100 * 2 * 10 * 3
    assert risk(exposure(on_hand=0, sold=0, days_since_count=0)) == 100


@pytest.mark.parametrize(
    "riskier",
    [
        {"on_hand": 6},
        {"price": Decimal(101)},
        {"sold": 29},
        {"days_since_count": 10},
        {"days_since_count": None},
        {"nil_picks": 1},
    ],
)
def test_more_of_anything_is_riskier(riskier: dict[str, object]) -> None:
    assert risk(exposure(**riskier)) > risk(exposure())


def test_never_counted_is_like_a_year_ago() -> None:
    never = risk(exposure(days_since_count=None))
    assert never == risk(exposure(days_since_count=365))
    assert never == risk(exposure(days_since_count=4_000))


def test_accuracy_has_three_views() -> None:
    found = accuracy(
        [
            Outcome(10, 10, Decimal(100)),
            Outcome(10, 8, Decimal(50)),
            Outcome(20, 21, Decimal(10)),
            Outcome(0, 0, Decimal(500)),
        ]
    )
    assert (found.articles, found.exact) == (4, 2)
    assert found.lines == Decimal("0.5000")
    assert found.units == Decimal("0.9250")  # 1 - 3/40
    assert found.value == Decimal("0.9353")  # 1 - 110/1700
    assert (found.net_units, found.net_value) == (-1, Decimal(-90))


def test_nothing_counted_has_no_accuracy() -> None:
    found = accuracy([])
    assert (found.lines, found.units, found.value) == (None, None, None)


def test_goods_where_none_were_expected_are_quite_wrong() -> None:
    found = accuracy([Outcome(0, 3, Decimal(1))])
    assert [found.lines, found.units, found.value] == [Decimal(0)] * 3


outcomes = st.lists(
    st.builds(
        Outcome,
        expected=st.integers(-5, 50),
        counted=st.integers(0, 50),
        price=st.decimals(0, 100, places=2),
    )
)


@given(outcomes)
def test_accuracy_is_between_nought_and_one(rows: list[Outcome]) -> None:
    found = accuracy(rows)
    for share in (found.lines, found.units, found.value):
        assert share is None or 0 <= share <= 1


@given(outcomes)
def test_only_true_levels_are_wholly_accurate(rows: list[Outcome]) -> None:
    found = accuracy(rows)
    if rows and all(row.expected == row.counted for row in rows):
        assert found.lines == 1
        assert found.units in (None, 1)
    elif rows:
        assert found.lines is not None
        assert found.lines < 1
