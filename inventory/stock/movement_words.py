"""What a clerk would say about movements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from inventory.stock.models import SEEN_BEFORE, SOLD_MEANWHILE
from inventory.stock.operations import Disposition, MoveReason
from inventory.stock.queries import Balance, StatementLine
from stores.people.queries import names_of

COUNT_REASONS = {
    "counted": _("Counted again"),
    "damaged": _("Damaged"),
    "display": _("Taken for display"),
    "missing": _("Missing"),
    "found": _("Found"),
}
_OWN_REASONS = COUNT_REASONS | {
    "expired": _("Past its last day of sale"),
    SOLD_MEANWHILE: _("A till had sold it"),
    SEEN_BEFORE: _("Told of late: the shelf was looked at since"),
}

# What receipts and returns write down as the line of their movements.
_LINES = {
    "GOOD": _("Received"),
    "DAMAGED": _("Received, damaged"),
    Disposition.RESTOCK: _("Taken back, on sale again"),
    Disposition.QUARANTINE: _("Taken back, set aside for a check"),
    Disposition.REFURBISH: _("Taken back, to be refurbished"),
    Disposition.RETURN_TO_VENDOR: _("Taken back, goes to the supplier"),
    Disposition.WRITE_OFF: _("Taken back and written off"),
}


@dataclass(frozen=True)
class ToldMovement:
    """A movement as a page shows it."""

    id: int
    at: datetime
    recorded_at: datetime
    kind: str
    way: str
    quantity: int
    change: int
    reference: str
    reason: str
    actor: str
    is_reversal: bool
    is_reversed: bool
    balance: Balance

    @property
    def set_aside(self) -> int:
        """What lay in the place and was not for sale right after it."""
        return self.balance.total - self.balance.on_hand

    @property
    def is_told_late(self) -> bool:
        """Whether it was written down minutes after it was observed."""
        return (self.recorded_at - self.at).total_seconds() > 300


def told(lines: Sequence[StatementLine]) -> list[ToldMovement]:
    """The movements with reasons in words and names of people."""
    names = names_of(one.actor_key for one in lines)
    return [
        ToldMovement(
            id=one.id,
            at=one.at,
            recorded_at=one.recorded_at,
            kind=one.kind_name,
            way=one.way_name,
            quantity=one.quantity,
            change=one.change,
            reference=one.reference,
            reason=reason_words(one.reason),
            actor=names[one.actor_key],
            is_reversal=one.reverses is not None,
            is_reversed=one.reversed_by is not None,
            balance=one.balance,
        )
        for one in lines
    ]


def reason_words(reason: str) -> str:
    """A reason as people say it; what somebody wrote stays as it is."""
    if reason in MoveReason.values:
        return str(MoveReason(reason).label)
    return str(_OWN_REASONS.get(reason, reason))


def line_words(line: str) -> str:
    """Which line of its document a movement is of; what became of goods, in words."""
    return str(_LINES.get(line, line))
