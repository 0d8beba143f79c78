"""A real grocer's line is told so that its units and its money come out to the cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drills.real.comparing import Takings, differences, plain_sum
from tests.drills.real.ringing import (
    Manner,
    SourceLine,
    amount,
    manner_of,
    ring_all,
    ring_up,
    total_cents,
)
from tests.drills.real.source import Basket, moment

CENTS = st.integers(0, 20_000)
LINES = st.builds(
    SourceLine,
    product=st.just("1"),
    quantity=st.integers(0, 90_000),
    sales_cents=CENTS,
    card_cents=CENTS,
    match_cents=CENTS,
    coupon_cents=CENTS,
)
CORN = SourceLine("1", quantity=3, sales_cents=500)
FUEL = SourceLine("2", quantity=8725, sales_cents=2006, card_cents=1)
VOID = SourceLine("3", quantity=0, sales_cents=0, coupon_cents=100)
ONION = SourceLine("4", quantity=0, sales_cents=1)


@given(LINES)
def test_what_the_shop_got_is_what_the_till_takes(line: SourceLine) -> None:
    rung = ring_up(line)
    if rung is None:
        assert (line.quantity, line.sales_cents) == (0, 0)
        return
    assert rung.net_cents == line.sales_cents
    assert rung.quantity == (line.quantity or 1)
    assert rung.unit_cents >= 0
    assert rung.discount_cents >= line.card_cents + line.match_cents


@pytest.mark.parametrize(
    ("line", "manner", "unit_cents", "discount_cents"),
    [
        (SourceLine("1", 2, 278, card_cents=80), Manner.PLAIN, 179, 80),
        (CORN, Manner.SPLIT, 167, 1),
        (FUEL, Manner.MEASURED, 1, 6719),
        (SourceLine("1", 144, 0, card_cents=2400), Manner.FREE, 17, 2448),
        (SourceLine("1", 1, 100, match_cents=50), Manner.PLAIN, 150, 50),
        (ONION, Manner.MONEY_ONLY, 1, 0),
    ],
)
def test_each_manner_of_line(
    line: SourceLine, manner: Manner, unit_cents: int, discount_cents: int
) -> None:
    rung = ring_up(line)
    assert rung is not None
    assert manner_of(line) is rung.manner is manner
    assert (rung.unit_cents, rung.discount_cents) == (unit_cents, discount_cents)


def test_a_maker_s_coupon_changes_no_price() -> None:
    paid = SourceLine("1", 1, 300, coupon_cents=100)
    (rung,) = ring_all([paid, VOID])
    assert (rung.unit_cents, rung.discount_cents) == (300, 0)
    assert amount(total_cents([rung])) == "3.00"


def test_days_are_the_shop_s_own_and_voids_are_no_receipts() -> None:
    late = moment("2017-05-02 03:59:59.000000000")  # the first of May in New York
    days = plain_sum(
        [
            Basket("1", "9", late, (CORN, FUEL)),
            Basket("2", "9", late, (VOID,)),
            Basket("3", "9", late, (ONION,)),
        ]
    )
    ((shop, day), takings), *others = days.items()
    assert (shop, day.isoformat(), others) == ("shop-9", "2017-05-01", [])
    assert takings == Takings(receipts=2, cents=2507, units=8729)
    assert differences(days, days, "receipts", "cents", "units") == []
    off = {(shop, day): Takings(receipts=2, cents=2506, units=8729)}
    assert differences(days, off, "cents", "units") == [
        "shop-9 on 2017-05-01: cents 2506 instead of 2507"
    ]
    assert len(differences(days, {}, "cents", "units")) == 2
