"""The most specific policy decides."""

from dataclasses import dataclass

import pytest

from inventory.replenishment.choosing import Goods, most_specific

PARENTS = {1: None, 2: 1, 3: 2}
GOODS = Goods(sku_id=7, category_id=3)


@dataclass(frozen=True)
class Rule:
    store_id: int | None = None
    category_id: int | None = None
    sku_id: int | None = None


LADDER = [
    Rule(),
    Rule(store_id=5),
    Rule(category_id=1),
    Rule(5, 1),
    Rule(category_id=2),
    Rule(category_id=3),
    Rule(5, 3),
    Rule(sku_id=7),
    Rule(5, None, 7),
]
FOREIGN = [
    Rule(store_id=6),
    Rule(category_id=4),
    Rule(sku_id=8),
    Rule(6, 3),
    Rule(6, None, 7),
]


@pytest.mark.parametrize("steps", range(1, len(LADDER) + 1))
def test_each_step_up_the_ladder_wins(steps: int) -> None:
    rules = [*FOREIGN, *LADDER[:steps]]
    for order in (rules, rules[::-1]):
        assert most_specific(order, 5, GOODS, PARENTS) == LADDER[steps - 1]


def test_no_policy_is_no_policy() -> None:
    assert most_specific(FOREIGN, 5, GOODS, PARENTS) is None


def test_a_circle_of_categories_ends() -> None:
    assert most_specific([Rule(category_id=9)], 5, GOODS, {3: 2, 2: 3}) is None
