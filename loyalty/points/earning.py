"""How many points goods earn, and how many go back with them."""

from collections.abc import Sequence
from decimal import Decimal


def earned(
    bases: Sequence[Decimal], *, percent: Decimal, point_worth: Decimal
) -> list[int]:
    """Whole points per line for what was paid in money.

    The sum is rounded down once, over all lines; each line's share is cut from the
    running total, so the shares sum to the whole.
    """
    rate = percent / 100 / point_worth
    shares: list[int] = []
    passed, given = Decimal(0), 0
    for base in bases:
        passed += max(base, Decimal(0))
        reached = int(passed * rate)
        shares.append(reached - given)
        given = reached
    return shares


def taken_back(*, points: int, base: Decimal, returned: Decimal) -> int:
    """How many of a line's points are gone once goods of that money came back.

    What stays is rounded down, so a line that came back whole keeps nothing, however
    many returns it took.
    """
    left = max(base - returned, Decimal(0))
    if base <= 0 or left == 0:
        return points
    return points - int(points * left // base)
