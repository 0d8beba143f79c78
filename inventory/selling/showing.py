"""How many a channel says there are. Never more than there are."""

from dataclasses import dataclass
from enum import StrEnum


class Policy(StrEnum):
    """How a channel tells how many there are."""

    EXACT = "EXACT"
    FEW = "FEW"
    YES_NO = "YES_NO"
    CAP = "CAP"


class Sight(StrEnum):
    """What is to be seen of a quantity."""

    NONE = "NONE"
    EXACT = "EXACT"
    FEW = "FEW"
    SOME = "SOME"
    AT_LEAST = "AT_LEAST"


@dataclass(frozen=True)
class Display:
    """A policy and its number: few below `units`, or the number up to `units`."""

    policy: Policy = Policy.EXACT
    units: int = 0


@dataclass(frozen=True)
class Shown:
    """What a channel shows of a quantity; without `units` it shows no number."""

    sight: Sight
    units: int | None = None


def shown(units: int, display: Display) -> Shown:
    """What a channel with that policy shows of so many units.

    >>> shown(2, Display(Policy.FEW, 5))
    Shown(sight=<Sight.FEW: 'FEW'>, units=None)
    >>> shown(12, Display(Policy.CAP, 10))
    Shown(sight=<Sight.AT_LEAST: 'AT_LEAST'>, units=10)
    """
    if units <= 0:
        return Shown(Sight.NONE, 0)
    match display.policy:
        case Policy.YES_NO:
            return Shown(Sight.SOME)
        case Policy.FEW:
            return Shown(Sight.FEW if units < display.units else Sight.SOME)
        case Policy.CAP if units >= display.units:
            return Shown(Sight.AT_LEAST, display.units)
    return Shown(Sight.EXACT, units)
