"""How an account moves: an entry, the lots it touches and the account, together.

Every function here expects the account to be locked; that lock also covers its lots.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from loyalty.identity.models import Customer
from loyalty.identity.queries import CustomerNotFound
from loyalty.points.models import Account, Entry, Lot, LotUse
from loyalty.points.spending import Piece, take
from omniretail.contracts.loyalty import PointsChanged
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM, Actor


@dataclass(frozen=True)
class Occasion:
    """Why points move: the kind of number and the number, by whom and when."""

    source: str
    reference: str
    by: Actor
    at: datetime
    order_number: str = ""


def lock_account(customer_number: str) -> Account:
    """The customer's account, locked; opened if there was none.

    Raises:
        CustomerNotFound: no customer has this number.
    """
    customer = Customer.objects.filter(number=customer_number).first()
    if customer is None:
        raise CustomerNotFound(customer=customer_number)
    account, _made = Account.objects.get_or_create(customer=customer)
    return lock_known(account.pk)


def lock_known(account_id: int) -> Account:
    """An account that exists, locked."""
    return Account.objects.select_related("customer").filter(pk=account_id).locked().get()


def write(
    account: Account,
    kind: Entry.Kind,
    occasion: Occasion,
    *,
    points: int = 0,
    pending: int = 0,
    debt: int = 0,
    reverses: Entry | None = None,
) -> Entry:
    """Write an entry and move the account in memory; `keep` stores the account."""
    entry = Entry.objects.create(
        account=account,
        kind=kind,
        points=points,
        pending=pending,
        debt=debt,
        source=occasion.source,
        reference=occasion.reference,
        order_number=occasion.order_number,
        reverses=reverses,
        actor_kind=occasion.by.kind,
        actor_key=occasion.by.key,
        at=occasion.at,
    )
    account.balance += points
    account.pending += pending
    account.debt += debt
    outbox.publish(
        PointsChanged(
            customer_number=account.customer.number,
            kind=kind.value,
            points=points or pending or debt,
            balance=account.balance,
            reference=occasion.order_number or occasion.reference,
            occurred_at=occasion.at,
        )
    )
    return entry


def keep(account: Account) -> None:
    """Store the account's three numbers, once per operation."""
    account.save(update_fields=["balance", "pending", "debt"])


def as_pieces(lots: Sequence[Lot]) -> list[Piece]:
    """What lots still hold."""
    return [Piece(lot.pk, lot.remaining) for lot in lots]


def draw(
    entry: Entry,
    lots: Sequence[Lot],
    pieces: Sequence[Piece],
    *,
    emptied: Lot.Status = Lot.Status.SPENT,
) -> None:
    """Take the pieces out of the lots for an entry."""
    by_key = {lot.pk: lot for lot in lots}
    for piece in pieces:
        lot = by_key[piece.lot]
        lot.remaining -= piece.points
        if lot.remaining == 0:
            lot.become(emptied)
        lot.save(update_fields=["remaining", "status"])
    LotUse.objects.bulk_create(
        LotUse(entry=entry, lot_id=piece.lot, points=-piece.points) for piece in pieces
    )


def settle_debt(account: Account, occasion: Occasion) -> None:
    """Pay what is owed from what has just become spendable."""
    part = min(account.debt, account.balance)
    if part <= 0:
        return
    entry = write(account, Entry.Kind.SETTLE, occasion, points=-part, debt=-part)
    lots = list(account.lots.all().to_spend())
    draw(entry, lots, take(as_pieces(lots), part))


def bring_up_to_date(account: Account, at: datetime) -> int:
    """Activate what is due, pay debts with it, expire what has ended; answers how many
    lots moved. The caller stores the account."""
    waiting = list(account.lots.all().to_activate(at))
    for lot in waiting:
        occasion = Occasion(lot.source, lot.reference, SYSTEM, at, lot.order_number)
        lot.become(Lot.Status.ACTIVE)
        lot.save(update_fields=["status"])
        write(
            account,
            Entry.Kind.ACTIVATE,
            occasion,
            points=lot.remaining,
            pending=-lot.remaining,
        )
        settle_debt(account, occasion)
    ended = list(account.lots.all().to_expire(at))
    for lot in ended:
        _expire(account, lot, at)
    return len(waiting) + len(ended)


def _expire(account: Account, lot: Lot, at: datetime) -> None:
    reference = f"{lot.reference}/{lot.expires_at:%Y%m%d%H%M%S}"
    occasion = Occasion(lot.source, reference, SYSTEM, at, lot.order_number)
    entry = write(account, Entry.Kind.EXPIRE, occasion, points=-lot.remaining)
    draw(entry, [lot], as_pieces([lot]), emptied=Lot.Status.EXPIRED)
