"""Points pay, and come back when the purchase does not happen."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from loyalty.points.models import Account, Entry, Lot, LotUse, Source
from loyalty.points.operations.ledger import (
    Occasion,
    as_pieces,
    bring_up_to_date,
    draw,
    keep,
    lock_account,
    lock_known,
    settle_debt,
    write,
)
from loyalty.points.queries import terms, worth_of
from loyalty.points.spending import Piece, end_after_return, give_back, most_points, take
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.money import Money


class NotEnoughPoints(DomainError):
    """There are not enough points to spend."""


class PointsShareExceeded(DomainError):
    """Points may pay only for a part of the purchase."""


class AlreadyRedeemed(DomainError):
    """Points were already spent on this order."""

    kind = Kind.CONFLICT
    constraints = ("one_points_entry_per_source_reference_and_kind",)


class TooManyReversed(DomainError):
    """More points cannot be given back than were spent."""

    kind = Kind.CONFLICT


@dataclass(frozen=True)
class Redemption:
    """Points spent on an order, and what is left."""

    reference: str
    points: int
    balance: int


@transaction.atomic
def redeem_points(
    *,
    customer_number: str,
    points: int,
    reference: str,
    by: Actor,
    at: datetime,
    total: Money | None = None,
) -> Redemption:
    """Pay a part of an order with points, those that end soonest first.

    The same order asked for the same points again gets the same answer. After all of
    them were given back (the card was declined) the order may spend points anew.

    Raises:
        NotEnoughPoints: the balance is smaller, or the number is not positive.
        PointsShareExceeded: points would pay for more than their share of `total`.
        AlreadyRedeemed: this order already spent another number of points.
        CustomerNotFound: no customer has this number.
    """
    account = lock_account(customer_number)
    standing = _standing(reference)
    if standing is not None:
        if standing.account_id != account.pk or standing.points != -points:
            raise AlreadyRedeemed(field="redeem_points", reference=reference)
        return Redemption(reference, points, account.balance)

    bring_up_to_date(account, at)
    if points <= 0 or account.balance < points:
        raise NotEnoughPoints(field="redeem_points", wanted=points, balance=account.balance)
    if total is not None:
        _refuse_more_than_share(points, total)

    entry = write(account, Entry.Kind.REDEEM, _attempt(reference, by, at), points=-points)
    lots = list(account.lots.all().to_spend())
    draw(entry, lots, take(as_pieces(lots), points))
    keep(account)
    return Redemption(reference, points, account.balance)


@transaction.atomic
def reverse_redemption(
    *,
    reference: str,
    points: int | None = None,
    key: str | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Give points back to the lots they came from; answers how many.

    Without `points`, all that was not given back yet. `key` names the occasion of a
    partial return, so that telling it twice has one effect. A lot that has ended in the
    meantime opens again for the programme's grace period.

    Raises:
        TooManyReversed: more than the order still has.
    """
    found = _redemption(reference)
    if found is None:
        return 0
    account = lock_known(found.account_id)
    redemption = _redemption(reference) or found
    told = _reversal(redemption, key)
    if told is not None:
        return told.points

    left = _left(redemption)
    wanted = left if points is None else points
    if wanted > left:
        raise TooManyReversed(wanted=wanted, left=left, reference=reference)
    if wanted <= 0:
        return 0
    bring_up_to_date(account, at)
    name = f"{redemption.reference}:{key or redemption.reversals.count() + 1}"
    occasion = Occasion(Source.ORDER, name, by, at, reference)
    _give_back(account, redemption, occasion, wanted)
    settle_debt(account, occasion)
    keep(account)
    return wanted


def _redemption(order_number: str) -> Entry | None:
    """The order's newest redemption."""
    return (
        Entry.objects.filter(kind=Entry.Kind.REDEEM, order_number=order_number)
        .order_by("-id")
        .first()
    )


def _standing(order_number: str) -> Entry | None:
    found = _redemption(order_number)
    return found if found is not None and _left(found) > 0 else None


def _left(redemption: Entry) -> int:
    back = redemption.reversals.aggregate(total=Sum("points"))["total"] or 0
    return -redemption.points - int(back)


def _reversal(redemption: Entry, key: str | None) -> Entry | None:
    if key is None:
        return None
    name = f"{redemption.reference}:{key}"
    return redemption.reversals.filter(reference=name).first()


def _attempt(order_number: str, by: Actor, at: datetime) -> Occasion:
    earlier = Entry.objects.filter(
        kind=Entry.Kind.REDEEM, order_number=order_number
    ).count()
    reference = f"{order_number}/{earlier + 1}" if earlier else order_number
    return Occasion(Source.ORDER, reference, by, at, order_number)


def _refuse_more_than_share(points: int, total: Money) -> None:
    rules = terms()
    most = most_points(
        balance=points,
        amount=total.amount,
        point_worth=worth_of(1, total.currency).amount,
        max_share_percent=rules.max_share_percent,
    )
    if points > most:
        raise PointsShareExceeded(field="redeem_points", wanted=points, most=most)


def _give_back(
    account: Account, redemption: Entry, occasion: Occasion, points: int
) -> None:
    entry = write(account, Entry.Kind.REVERSE, occasion, points=points, reverses=redemption)
    uses = LotUse.objects.order_by("id")
    taken = [Piece(u.lot_id, -u.points) for u in uses.filter(entry=redemption)]
    returned = [Piece(u.lot_id, u.points) for u in uses.filter(entry__reverses=redemption)]
    pieces = give_back(taken, returned, points)
    lots = {lot.pk: lot for lot in Lot.objects.filter(pk__in=[p.lot for p in pieces])}
    grace = terms().grace
    for piece in pieces:
        lot = lots[piece.lot]
        lot.remaining += piece.points
        lot.expires_at = end_after_return(lot.expires_at, at=occasion.at, grace=grace)
        if lot.status != Lot.Status.ACTIVE:
            lot.become(Lot.Status.ACTIVE)
        lot.save(update_fields=["remaining", "expires_at", "status"])
    LotUse.objects.bulk_create(
        LotUse(entry=entry, lot_id=piece.lot, points=piece.points) for piece in pieces
    )
