"""Pure arithmetic of points."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.points.earning import earned, taken_back
from loyalty.points.spending import (
    Piece,
    end_after_return,
    give_back,
    most_points,
    take,
)
from tests.clock import NOON

amounts = st.decimals(0, 100_000, places=2)


def test_points_are_rounded_down_once_over_all_lines() -> None:
    assert earned([Decimal("33.00")] * 3, percent=Decimal(3), point_worth=Decimal(1)) == [
        0,
        1,
        1,
    ]


def test_worth_of_a_point_divides() -> None:
    assert earned([Decimal(1000)], percent=Decimal(5), point_worth=Decimal("0.5")) == [100]


@given(st.lists(amounts, max_size=20))
def test_shares_sum_to_the_whole(bases: list[Decimal]) -> None:
    shares = earned(bases, percent=Decimal(3), point_worth=Decimal(1))
    assert sum(shares) == int(sum(bases) * 3 / 100)
    assert all(share >= 0 for share in shares)


@given(st.integers(0, 10_000), amounts, amounts, amounts)
def test_returns_take_back_more_and_more_until_nothing_stays(
    points: int, base: Decimal, one: Decimal, two: Decimal
) -> None:
    first = taken_back(points=points, base=base, returned=one)
    both = taken_back(points=points, base=base, returned=one + two)
    assert 0 <= first <= both <= points
    assert taken_back(points=points, base=base, returned=base) == points


def test_half_returned_takes_half_rounded_against_the_customer() -> None:
    assert taken_back(points=7, base=Decimal(100), returned=Decimal(50)) == 4
    assert taken_back(points=7, base=Decimal(100), returned=Decimal(0)) == 0


def test_points_are_taken_in_the_order_of_lots_as_far_as_they_reach() -> None:
    lots = [Piece(1, 30), Piece(2, 50)]
    assert take(lots, 40) == [Piece(1, 30), Piece(2, 10)]
    assert take(lots, 100) == lots
    assert take(lots, 0) == []


def test_points_go_back_last_taken_first_and_never_twice() -> None:
    taken = [Piece(1, 30), Piece(2, 10)]
    assert give_back(taken, [], 15) == [Piece(2, 10), Piece(1, 5)]
    assert give_back(taken, [Piece(2, 10), Piece(1, 5)], 25) == [Piece(1, 25)]


def test_an_ended_lot_opens_again_for_the_grace_period() -> None:
    grace = timedelta(days=30)
    past, future = NOON - timedelta(days=1), NOON + timedelta(days=1)
    assert end_after_return(past, at=NOON, grace=grace) == NOON + grace
    assert end_after_return(future, at=NOON, grace=grace) == future


@pytest.mark.parametrize(("balance", "expected"), [(10_000, 499), (100, 100), (0, 0)])
def test_points_pay_at_most_their_share(balance: int, expected: int) -> None:
    most = most_points(
        balance=balance,
        amount=Decimal("999.90"),
        point_worth=Decimal(1),
        max_share_percent=Decimal(50),
    )
    assert most == expected
