"""Every change to points."""

from loyalty.points.operations.calendar import activate_due, expire_due
from loyalty.points.operations.earn import (
    Earned,
    LineBase,
    NoPointsToGive,
    claw_back,
    earn_points,
    grant_points,
)
from loyalty.points.operations.spend import (
    AlreadyRedeemed,
    NotEnoughPoints,
    PointsShareExceeded,
    Redemption,
    TooManyReversed,
    redeem_points,
    reverse_redemption,
)

__all__ = [
    "AlreadyRedeemed",
    "Earned",
    "LineBase",
    "NoPointsToGive",
    "NotEnoughPoints",
    "PointsShareExceeded",
    "Redemption",
    "TooManyReversed",
    "activate_due",
    "claw_back",
    "earn_points",
    "expire_due",
    "grant_points",
    "redeem_points",
    "reverse_redemption",
]
