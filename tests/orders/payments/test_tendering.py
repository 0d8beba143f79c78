"""Which tender bears what."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.payments.tendering import (
    MoneyDoesNotFit,
    Part,
    Purse,
    points_to_return,
    split_capture,
    split_refund,
    split_release,
)

D = Decimal


def test_a_capture_takes_the_first_tender_first() -> None:
    purses = [Purse(1, D(30), D(0)), Purse(2, D(100), D(0))]
    assert split_capture(D(50), purses) == [Part(1, D(30)), Part(2, D(20))]


def test_a_capture_beyond_the_authorisations_is_refused() -> None:
    with pytest.raises(MoneyDoesNotFit):
        split_capture(D("30.01"), [Purse(1, D(30), D(0))])


def test_a_refund_never_exceeds_what_was_captured() -> None:
    purses = [Purse(1, D(500), D(10)), Purse(2, D(0), D(5))]
    assert split_refund(D(15), purses) == [Part(1, D(10)), Part(2, D(5))]
    with pytest.raises(MoneyDoesNotFit):
        split_refund(D("15.01"), purses)


def test_a_release_voids_first_and_refunds_the_rest() -> None:
    purses = [Purse(1, D(20), D(0)), Purse(2, D(0), D(50))]
    assert split_release(D(60), purses) == ([Part(1, D(20))], [Part(2, D(40))])
    assert split_release(D(5), purses) == ([Part(1, D(5))], [])


def test_more_points_than_were_spent_never_go_back() -> None:
    with pytest.raises(MoneyDoesNotFit):
        points_to_return(points=10, amount=D(10), returned_amount=D(8), more=D("2.01"))


@given(
    points=st.integers(1, 5000),
    cuts=st.lists(st.integers(1, 9999), min_size=1, max_size=10),
)
def test_every_point_goes_back_however_the_returns_are_cut(
    points: int, cuts: list[int]
) -> None:
    parts = [D(cut) / 100 for cut in cuts]
    amount, returned, given_back = sum(parts, D(0)), D(0), 0
    for part in parts:
        more = points_to_return(
            points=points, amount=amount, returned_amount=returned, more=part
        )
        assert more >= 0
        returned += part
        given_back += more
    assert given_back == points
