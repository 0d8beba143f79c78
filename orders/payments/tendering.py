"""Which tender bears which part of a capture, a release or a refund.

Money is taken from the money tenders in the order in which they were given, and goes
back to the tenders it came from. Points go back as points.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

NOTHING = Decimal(0)


class MoneyDoesNotFit(ValueError):
    """More would be captured, released or refunded than the tenders hold."""


@dataclass(frozen=True)
class Purse:
    """What one money tender can still do.

    `open_amount` is authorised and neither captured nor voided; `held_amount` is
    captured and not refunded. Both count what is already wanted from the gateway.
    """

    tender: int
    open_amount: Decimal
    held_amount: Decimal


@dataclass(frozen=True)
class Part:
    """An amount that one tender bears."""

    tender: int
    amount: Decimal


Split = Callable[[Decimal, Sequence[Purse]], list[Part]]


def split_capture(amount: Decimal, purses: Sequence[Purse]) -> list[Part]:
    """Who pays an amount that falls due.

    Raises:
        MoneyDoesNotFit: the tenders together are not authorised for so much.
    """
    return _whole(amount, [(purse.tender, purse.open_amount) for purse in purses])


def split_refund(amount: Decimal, purses: Sequence[Purse]) -> list[Part]:
    """Who gets an amount back that was captured.

    Raises:
        MoneyDoesNotFit: so much was never captured, or it was refunded already.
    """
    return _whole(amount, [(purse.tender, purse.held_amount) for purse in purses])


def split_release(
    amount: Decimal, purses: Sequence[Purse]
) -> tuple[list[Part], list[Part]]:
    """How to let go of an amount that will not fall due: voids, then refunds.

    What is only authorised is voided; what was taken at the sale, such as cash, is
    refunded.

    Raises:
        MoneyDoesNotFit: the tenders do not hold so much.
    """
    voids, rest = _as_far(amount, [(purse.tender, purse.open_amount) for purse in purses])
    return voids, split_refund(rest, purses)


def points_to_return(
    *, points: int, amount: Decimal, returned_amount: Decimal, more: Decimal
) -> int:
    """How many points go back for `more` of what `points` paid for.

    Taken from the running total: whoever returns everything gets every point back,
    however the returns were cut.

    Raises:
        MoneyDoesNotFit: more would go back than the points paid for.
    """
    after = returned_amount + more
    if more < 0 or after > amount:
        raise MoneyDoesNotFit("points paid for less")
    return int(points * after / amount) - int(points * returned_amount / amount)


def _whole(amount: Decimal, room: Sequence[tuple[int, Decimal]]) -> list[Part]:
    parts, rest = _as_far(amount, room)
    if rest:
        raise MoneyDoesNotFit(f"{rest} of {amount} has no tender")
    return parts


def _as_far(
    amount: Decimal, room: Sequence[tuple[int, Decimal]]
) -> tuple[list[Part], Decimal]:
    parts = []
    for tender, free in room:
        taken = min(amount, max(free, NOTHING))
        if taken > 0:
            parts.append(Part(tender, taken))
            amount -= taken
    return parts, amount
