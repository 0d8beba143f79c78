from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from orders.fulfilment.models import Fulfilment
from orders.fulfilment.parcels import NOTHING, Worth, split_worth, take_worth
from tests.factories.fulfilment import Ordered, Town, bag_of, placed_order

cents = st.integers(0, 10**9).map(lambda n: Decimal(n) / 100)
worths = st.builds(lambda cash, spent: Worth(cash + spent, spent), cents, cents)
quantities = st.lists(st.integers(1, 999), min_size=1, max_size=8)


@given(worths, quantities)
def test_shares_sum_to_the_whole_and_points_never_exceed_a_share(
    whole: Worth, units: list[int]
) -> None:
    shares = split_worth(whole, units, "RUB")
    assert sum(shares, NOTHING) == whole
    assert all(0 <= share.points_amount <= share.net_amount for share in shares)


@given(worths, st.integers(1, 60))
def test_units_taken_one_by_one_are_worth_what_they_are_together(
    whole: Worth, units: int
) -> None:
    left, taken = whole, NOTHING
    for remaining in range(units, 0, -1):
        part = take_worth(left, 1, remaining, "RUB")
        left, taken = left - part, taken + part
    assert (left, taken) == (NOTHING, whole)


def test_the_database_refuses_a_step_that_is_not_in_the_table(shops: Town) -> None:
    bag = bag_of(placed_order([Ordered("PHONE", 1, "tverskaya")]))
    with pytest.raises(IntegrityError, match="illegal step"), transaction.atomic():
        Fulfilment.objects.filter(pk=bag.pk).update(status="PICKING")
