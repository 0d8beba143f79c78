"""Points come with goods in hand, and go back when the goods come back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from loyalty.points.earning import earned, taken_back
from loyalty.points.models import Account, Entry, LinePoints, Lot, Source
from loyalty.points.operations.ledger import (
    Occasion,
    as_pieces,
    bring_up_to_date,
    draw,
    keep,
    lock_account,
    write,
)
from loyalty.points.queries import terms
from loyalty.points.spending import take
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError


class NoPointsToGive(DomainError):
    """At least one point must be given."""


@dataclass(frozen=True)
class LineBase:
    """An order line and the money paid for the units at hand."""

    line: int
    base: Decimal


@dataclass(frozen=True)
class Earned:
    """What an occasion brought."""

    reference: str
    points: int


@transaction.atomic
def earn_points(
    *,
    customer_number: str,
    reference: str,
    order_number: str,
    lines: Sequence[LineBase],
    currency: str,
    by: Actor,
    at: datetime,
) -> Earned:
    """The customer has the goods of a fulfilment: points for what was paid in money.

    They wait for the time in which goods may come back. Asked again for the same
    fulfilment, nothing more is earned.

    Raises:
        CustomerNotFound: no customer has this number.
    """
    account = lock_account(customer_number)
    told = _told(Source.FULFILMENT, reference, Entry.Kind.EARN)
    if told is not None:
        return Earned(reference, told.pending)

    occasion = Occasion(Source.FULFILMENT, reference, by, at, order_number)
    lines = [LineBase(line, base) for line, base in _summed(lines).items()]
    shares = _shares(lines, currency)
    entry = write(account, Entry.Kind.EARN, occasion, pending=sum(shares))
    LinePoints.objects.bulk_create(
        LinePoints(
            entry=entry,
            order_number=order_number,
            line=line.line,
            base_amount=line.base,
            points=share,
        )
        for line, share in zip(lines, shares, strict=True)
    )
    _open_lot(account, occasion, sum(shares), activates_at=at + terms().activation)
    _claw(account, occasion, [LineBase(line.line, Decimal(0)) for line in lines])
    bring_up_to_date(account, at)
    keep(account)
    return Earned(reference, sum(shares))


@transaction.atomic
def grant_points(
    *, customer_number: str, points: int, reference: str, by: Actor, at: datetime
) -> Earned:
    """Points as a gift, spendable at once; the same reference gives them once.

    Raises:
        NoPointsToGive: the number is not positive.
        CustomerNotFound: no customer has this number.
    """
    if points <= 0:
        raise NoPointsToGive(field="points")
    account = lock_account(customer_number)
    told = _told(Source.GRANT, reference, Entry.Kind.EARN)
    if told is not None:
        return Earned(reference, told.pending)

    occasion = Occasion(Source.GRANT, reference, by, at)
    write(account, Entry.Kind.EARN, occasion, pending=points)
    _open_lot(account, occasion, points, activates_at=at)
    bring_up_to_date(account, at)
    keep(account)
    return Earned(reference, points)


@transaction.atomic
def claw_back(
    *,
    customer_number: str,
    reference: str,
    order_number: str,
    lines: Sequence[LineBase],
    by: Actor,
    at: datetime,
) -> int:
    """Goods came back: their points go, in proportion, once per return.

    Taken first from what the order itself earned, then from other spendable points;
    what is missing is owed. Answers the points taken and owed.

    Raises:
        CustomerNotFound: no customer has this number.
    """
    account = lock_account(customer_number)
    told = _told(Source.RETURN, reference, Entry.Kind.CLAWBACK)
    if told is not None:
        return -sum(told.lines.values_list("points", flat=True))

    bring_up_to_date(account, at)
    occasion = Occasion(Source.RETURN, reference, by, at, order_number)
    clawed = _claw(account, occasion, lines)
    keep(account)
    return clawed


def _told(source: Source, reference: str, kind: Entry.Kind) -> Entry | None:
    return Entry.objects.filter(source=source, reference=reference, kind=kind).first()


def _shares(lines: Sequence[LineBase], currency: str) -> list[int]:
    rules = terms()
    worth = rules.point_worth.get(currency)
    if worth is None:
        return [0 for _line in lines]
    return earned(
        [line.base for line in lines], percent=rules.earn_percent, point_worth=worth
    )


def _open_lot(
    account: Account, occasion: Occasion, points: int, *, activates_at: datetime
) -> None:
    if points == 0:
        return
    Lot.objects.create(
        account=account,
        points=points,
        remaining=points,
        source=occasion.source,
        reference=occasion.reference,
        order_number=occasion.order_number,
        created_at=occasion.at,
        activates_at=activates_at,
        expires_at=activates_at + terms().life,
    )


def _claw(account: Account, occasion: Occasion, lines: Sequence[LineBase]) -> int:
    """Take what the lines have to give up, given all that came back of them so far."""
    due = _due(occasion.order_number, lines)
    total = sum(due.values())
    is_return = occasion.source == Source.RETURN
    if total == 0 and not is_return:
        return 0

    own = list(
        Lot.objects.filter(account=account, order_number=occasion.order_number)
        .filter(status__in=[Lot.Status.PENDING, Lot.Status.ACTIVE])
        .order_by("-status", "expires_at", "id")
    )
    others = [
        lot
        for lot in account.lots.all().to_spend()
        if lot.order_number != occasion.order_number
    ]
    lots = own + others
    pieces = take(as_pieces(lots), total)
    waiting = {lot.pk for lot in own if lot.status == Lot.Status.PENDING}
    pending = sum(piece.points for piece in pieces if piece.lot in waiting)
    active = sum(piece.points for piece in pieces) - pending

    entry = write(account, Entry.Kind.CLAWBACK, occasion, points=-active, pending=-pending)
    draw(entry, lots, pieces)
    LinePoints.objects.bulk_create(
        LinePoints(
            entry=entry,
            order_number=occasion.order_number,
            line=line,
            base_amount=-base,
            points=-due[line],
        )
        for line, base in _summed(lines).items()
    )
    if total > active + pending:
        write(account, Entry.Kind.DEBT, occasion, debt=total - active - pending)
    return total


def _due(order_number: str, lines: Sequence[LineBase]) -> dict[int, int]:
    points: dict[int, int] = defaultdict(int)
    base: dict[int, Decimal] = defaultdict(Decimal)
    returned = _summed(lines)
    clawed: dict[int, int] = defaultdict(int)
    for row in LinePoints.objects.filter(order_number=order_number, line__in=returned):
        if row.base_amount > 0 or row.points > 0:
            points[row.line] += row.points
            base[row.line] += row.base_amount
        else:
            returned[row.line] -= row.base_amount
            clawed[row.line] -= row.points
    return {
        line: taken_back(points=points[line], base=base[line], returned=returned[line])
        - clawed[line]
        for line in returned
    }


def _summed(lines: Sequence[LineBase]) -> dict[int, Decimal]:
    bases: dict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        bases[line.line] += line.base
    return bases
