"""Money is exact, of one currency, and splits without loss."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omniretail.kernel.money import CurrencyMismatch, Money

amounts = st.decimals("0", "99999999.99", places=2)
weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=20).filter(
    lambda w: sum(w) > 0
)


def roubles(amount: str) -> Money:
    return Money(Decimal(amount), "RUB")


@given(amounts, weights)
def test_shares_sum_to_the_whole(amount: Decimal, parts: list[int]) -> None:
    shares = Money(amount, "RUB").split(parts)
    assert sum((share.amount for share in shares), Decimal(0)) == amount
    assert all(share.amount >= 0 for share in shares)


@given(amounts, weights)
def test_no_share_is_off_by_more_than_a_kopeck(amount: Decimal, parts: list[int]) -> None:
    exact = [amount * part / sum(parts) for part in parts]
    shares = Money(amount, "RUB").split(parts)
    assert all(
        abs(s.amount - e) <= Decimal("0.01") for s, e in zip(shares, exact, strict=True)
    )


def test_the_residue_falls_where_the_running_total_rounds() -> None:
    assert [share.amount for share in roubles("1.00").split([1, 1, 1])] == [
        Decimal("0.33"),
        Decimal("0.34"),
        Decimal("0.33"),
    ]


def test_amounts_are_rounded_half_up_to_the_minor_unit() -> None:
    assert roubles("1.005").amount == Decimal("1.01")
    assert Money(Decimal("99.5"), "JPY").amount == Decimal(100)


def test_two_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        roubles("1") + Money(Decimal(1), "KZT")


def test_money_is_written_as_the_reader_expects() -> None:
    assert roubles("1299.5").format("ru") == "1\xa0299,50\xa0₽"
    assert roubles("1299.5").format("en") == "RUB\xa01,299.50"


@pytest.mark.parametrize("bad", [[], [0, 0], [-1, 2]])
def test_weights_that_divide_nothing_are_refused(bad: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        roubles("1").split(bad)
