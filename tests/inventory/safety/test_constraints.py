"""Each rule of what may be ruled is broken once, and the database refuses it by its
name."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.safety.models import SafetyRule
from tests.clock import NOON
from tests.rulebook import Breach, Usual, assert_refused_for_this_alone

pytestmark = pytest.mark.django_db
TODAY, TOMORROW = NOON.date(), NOON.date() + timedelta(days=1)

USUAL: Usual = {SafetyRule: {"code": "fast", "name": "Fast"}}
BREACHES = [
    Breach("safety_rule_code_is_plain", SafetyRule, {"code": "fast sellers"}),
    Breach(
        "safety_rule_keeps_what_can_be_meant",
        SafetyRule,
        {"units": 1_000_001},
        {"units": 1_000_000},
    ),
    Breach("safety_rule_keeps_what_can_be_meant", SafetyRule, {"days": -1}),
    Breach("safety_rule_keeps_what_can_be_meant", SafetyRule, {"days": 367}, {"days": 366}),
    Breach("safety_rule_bounds_some_speed", SafetyRule, {"sold_from": -1}),
    Breach("safety_rule_bounds_some_speed", SafetyRule, {"sold_below": 0}),
    Breach(
        "safety_rule_bounds_some_speed",
        SafetyRule,
        {"sold_from": 2},
        {"sold_from": 1, "sold_below": 2},
    ),
    Breach("safety_rule_accuracy_is_a_share", SafetyRule, {"accuracy_below": -1}),
    Breach(
        "safety_rule_accuracy_is_a_share",
        SafetyRule,
        {"accuracy_below": Decimal("1.01")},
        {"accuracy_below": 1},
    ),
    Breach(
        "safety_rule_ends_after_it_began",
        SafetyRule,
        {"starts_on": TOMORROW},
        {"starts_on": TODAY, "ends_on": TODAY},
    ),
]


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_the_database_refuses_by_its_name(breach: Breach) -> None:
    assert_refused_for_this_alone(breach, USUAL)
