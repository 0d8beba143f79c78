"""The terms of the points programme."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What points are worth, how they are earned, when they may be spent and end.

    `grace` is how long points live that are given back to a lot which has ended in
    the meantime.
    """

    point_worth: Mapping[str, Decimal]
    earn_percent: Decimal
    max_share_percent: Decimal
    activation: timedelta
    life: timedelta
    grace: timedelta
