"""What a channel shows is never above the truth, and says what it hides."""

import pytest
from hypothesis import given, strategies

from inventory.selling.showing import Display, Policy, Shown, Sight, shown

DISPLAYS = strategies.builds(
    Display, strategies.sampled_from(Policy), strategies.integers(1, 50)
)


@given(strategies.integers(-5, 200), DISPLAYS)
def test_nothing_is_shown_that_is_not_there(units: int, display: Display) -> None:
    seen = shown(units, display)
    assert (seen.units or 0) <= max(0, units)
    assert (seen.sight is Sight.NONE) == (units <= 0)


@given(strategies.integers(0, 200), strategies.integers(0, 200), DISPLAYS)
def test_more_is_never_shown_as_less(fewer: int, more: int, display: Display) -> None:
    fewer, more = sorted((fewer, more))
    order = [Sight.NONE, Sight.FEW, Sight.SOME, Sight.EXACT, Sight.AT_LEAST]
    one, other = shown(fewer, display), shown(more, display)
    assert order.index(one.sight) <= order.index(other.sight)
    if one.units is not None and other.units is not None:
        assert one.units <= other.units


@pytest.mark.parametrize(
    ("units", "display", "seen"),
    [
        (7, Display(), Shown(Sight.EXACT, 7)),
        (0, Display(), Shown(Sight.NONE, 0)),
        (1, Display(Policy.YES_NO), Shown(Sight.SOME)),
        (4, Display(Policy.FEW, 5), Shown(Sight.FEW)),
        (5, Display(Policy.FEW, 5), Shown(Sight.SOME)),
        (9, Display(Policy.CAP, 10), Shown(Sight.EXACT, 9)),
        (10, Display(Policy.CAP, 10), Shown(Sight.AT_LEAST, 10)),
        (900, Display(Policy.CAP, 10), Shown(Sight.AT_LEAST, 10)),
    ],
)
def test_each_policy_shows_what_it_says(units: int, display: Display, seen: Shown) -> None:
    assert shown(units, display) == seen
