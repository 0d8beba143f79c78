"""Which rule decides how many units are kept back, and how many that are."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.safety.ruling import MOST_UNITS, Facts, Rule, Ruling, in_order, rule_on

SPEEDS = st.decimals(0, 500, places=3)
FACTS = st.builds(
    Facts,
    store_code=st.sampled_from(["msk-1", "spb-1"]),
    categories=st.sampled_from([("phones", "all"), ("cables", "all"), ("all",)]),
    sold_a_day=SPEEDS,
    accuracy=st.none() | st.decimals(0, 1, places=4),
)
RULES = st.lists(
    st.builds(
        Rule,
        code=st.text("abc", min_size=1, max_size=3),
        priority=st.integers(0, 5),
        units=st.integers(0, 50),
        days=st.decimals(0, 30, places=2),
        store_code=st.none() | st.just("msk-1"),
        category_code=st.none() | st.sampled_from(["phones", "all"]),
        sold_from=st.none() | SPEEDS,
        sold_below=st.none() | SPEEDS,
        accuracy_below=st.none() | st.decimals(0, 1, places=4),
        starts_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9)),
        ends_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9)),
    ),
    max_size=6,
    unique_by=lambda rule: rule.code,
)
PHONE = Facts("msk-1", ("phones", "all"), Decimal("2.5"), Decimal("0.95"))
ANY = Rule("any", 100, units=1)


@given(FACTS, RULES, st.dates(date(2026, 1, 1), date(2026, 1, 9)))
def test_the_first_that_fits_decides_and_no_other(
    facts: Facts, rules: list[Rule], day: date
) -> None:
    ruling = rule_on(facts, in_order(rules, day))
    fitting = [rule for rule in rules if rule.is_in_force(day) and rule.fits(facts)]
    if not fitting:
        assert ruling == Ruling(0)
        return
    decided = next(rule for rule in fitting if rule.code == ruling.rule)
    assert all(decided.priority <= rule.priority for rule in fitting)
    assert 0 <= ruling.units <= MOST_UNITS
    exact = decided.units + decided.days * facts.sold_a_day
    assert exact <= ruling.units < exact + 1


@given(FACTS, st.decimals(0, 30, places=2), SPEEDS)
def test_what_sells_faster_is_never_kept_back_less(
    facts: Facts, days: Decimal, faster: Decimal
) -> None:
    rule = Rule("days", 1, days=days)
    quick = replace(facts, sold_a_day=max(facts.sold_a_day, faster))
    assert rule.keeps(quick) >= rule.keeps(facts)


@pytest.mark.parametrize(
    ("asks", "fits"),
    [
        ({}, True),
        ({"store_code": "spb-1"}, False),
        ({"category_code": "phones"}, True),
        ({"category_code": "all"}, True),
        ({"category_code": "cables"}, False),
        ({"sold_from": Decimal("2.5")}, True),
        ({"sold_from": Decimal("2.501")}, False),
        ({"sold_below": Decimal("2.5")}, False),
        ({"sold_below": Decimal("2.501")}, True),
        ({"accuracy_below": Decimal("0.95")}, False),
        ({"accuracy_below": Decimal("0.96")}, True),
    ],
)
def test_a_rule_fits_where_all_it_asks_for_fits(asks: dict[str, Any], fits: bool) -> None:
    assert replace(ANY, **asks).fits(PHONE) is fits


def test_a_place_nobody_counted_is_not_known_to_be_wrong() -> None:
    rule = replace(ANY, accuracy_below=Decimal(1))
    assert not rule.fits(replace(PHONE, accuracy=None))


def test_a_rule_holds_from_its_first_day_up_to_its_end() -> None:
    rule = replace(ANY, starts_on=date(2026, 1, 2), ends_on=date(2026, 1, 4))
    days = [day for day in range(1, 6) if rule.is_in_force(date(2026, 1, day))]
    assert days == [2, 3]
