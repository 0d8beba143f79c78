"""The arithmetic of a price."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.ordering.pricing import (
    LinePrice,
    Tariff,
    delivery_price,
    included_tax,
    price_line,
    price_order,
)

D = Decimal
TARIFF = Tariff(price=D("390.00"), free_from=D("5000.00"), tax_rate=D(20))


def line(quantity: int = 1, unit_price: str = "100.00", discount: str = "0") -> LinePrice:
    return price_line(
        quantity=quantity,
        unit_price=D(unit_price),
        tax_rate=D(20),
        currency="RUB",
        discount_amount=D(discount),
    )


def test_a_line_costs_its_units_less_its_discount() -> None:
    priced = line(3, "33.33", "10.00")
    assert (priced.net_amount, priced.tax_amount) == (D("89.99"), D("15.00"))


def test_tax_is_taken_out_of_the_price_and_rounded_half_up() -> None:
    assert included_tax(D("0.03"), D(20), "RUB") == D("0.01")
    assert included_tax(D("100.00"), D(20), "RUB") == D("16.67")
    assert included_tax(D("100.00"), D(0), "RUB") == 0


def test_a_currency_without_minor_unit_is_rounded_to_whole_units() -> None:
    priced = price_line(quantity=1, unit_price=D(1000), tax_rate=D(10), currency="JPY")
    assert priced.tax_amount == 91


@pytest.mark.parametrize(
    "bad", [{"quantity": 0}, {"unit_price": "-1"}, {"discount": "101"}]
)
def test_a_line_that_costs_less_than_nothing_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="costs nothing or more"):
        line(**bad)  # type: ignore[arg-type]


def test_delivery_is_free_from_its_threshold_on() -> None:
    assert delivery_price(D("4999.99"), TARIFF) == D("390.00")
    assert delivery_price(D("5000.00"), TARIFF) == 0
    assert delivery_price(D(0), TARIFF) == 0
    assert delivery_price(D("9999"), Tariff(D(5), None, D(20))) == 5


def test_an_order_sums_its_lines_and_delivery() -> None:
    order = price_order(
        [line(2), line(1, "50.00", "5.00")],
        currency="RUB",
        delivery_amount=D("390.00"),
        delivery_tax_rate=D(20),
    )
    assert order.items_amount == D("250.00")
    assert order.discount_amount == D("5.00")
    assert order.total_amount == D("635.00")
    assert order.tax_amount == D("33.33") + D("7.50") + D("65.00")
    assert order.due_amount == order.total_amount


def test_points_pay_for_goods_only() -> None:
    with pytest.raises(ValueError, match="at most"):
        price_order(
            [line()],
            currency="RUB",
            delivery_amount=D(390),
            points_amount=D("100.01"),
        )


@given(
    prices=st.lists(st.decimals("0.01", "99999.99", places=2), min_size=1, max_size=8),
    share=st.integers(0, 100),
)
def test_points_are_spread_to_the_last_kopeck(prices: list[Decimal], share: int) -> None:
    lines = [line(1, str(price)) for price in prices]
    goods = sum(prices, D(0))
    points = (goods * share / 100).quantize(D("0.01"))
    order = price_order(lines, currency="RUB", points_amount=points)
    assert sum((one.points_amount for one in order.lines), D(0)) == points
    assert all(0 <= one.points_amount <= one.net_amount for one in order.lines)
    assert order.due_amount == goods - points
