"""What happens to orders is told to customers."""

from collections.abc import Mapping

from loyalty.identity.queries import CustomerNotFound, customer_card
from loyalty.messaging import facts, notices
from loyalty.messaging.notices import Notice, Recipient
from loyalty.messaging.operations import Event, queue_message
from loyalty.messaging.wording import CODE_PLACE
from omniretail.contracts.loyalty import OneTimeCodeRequested, PointsChanged
from omniretail.contracts.orders import (
    FulfilmentCancelled,
    FulfilmentDelivered,
    FulfilmentFact,
    FulfilmentLate,
    FulfilmentLinesShort,
    FulfilmentReady,
    FulfilmentShipped,
    FulfilmentUncovered,
    OrderCancelled,
    OrderFact,
    OrderPlaced,
    OrderReturned,
)
from omniretail.contracts.shelves import WaitServed

CARRY_OUT, EXPIRED, RESOURCED = "CARRY_OUT", "EXPIRED", "RESOURCED"


def tell_placed(fact: OrderPlaced) -> None:
    """The order stands. What was carried out at once needs no words."""
    later = [one for one in fact.fulfilments if one.kind != CARRY_OUT]
    if not later:
        return
    context = facts.order_context(fact.order) | {
        "parts": facts.parts(fact.order, later),
        "units": sum(one.units for one in later),
        "total": fact.total_amount,
    }
    _tell(notices.PLACED, fact, f"order:{fact.order.number}:placed", context)


def tell_ready(fact: FulfilmentReady) -> None:
    """The bag waits at the store."""
    _tell_part(notices.READY, fact, keep_until=fact.keep_until)


def tell_late(fact: FulfilmentLate) -> None:
    """It was promised for now and is not ready."""
    _tell_part(notices.LATE, fact)


def tell_short(fact: FulfilmentLinesShort) -> None:
    """Some units were not found: another place has them, or the money comes back."""
    moved = fact.outcome.upper() == RESOURCED
    notice = notices.MOVED if moved else notices.SHORT
    _tell_part(notice, fact, suffix=f":{fact.occurred_at.isoformat()}")


def tell_uncovered(fact: FulfilmentUncovered) -> None:
    """Somebody else may have bought the goods in the store: we look, and we ask."""
    _tell_part(notices.LACKING, fact, suffix=f":{fact.occurred_at.isoformat()}")


def tell_shipped(fact: FulfilmentShipped) -> None:
    """The carrier has the parcel."""
    _tell_part(notices.SHIPPED, fact, tracking_number=fact.tracking_number)


def tell_delivered(fact: FulfilmentDelivered) -> None:
    """The parcel arrived."""
    _tell_part(notices.DELIVERED, fact)


def tell_expired(fact: FulfilmentCancelled) -> None:
    """Nobody came for the bag. Other reasons are told with the order or the line."""
    if EXPIRED in fact.reason.upper():
        _tell_part(notices.EXPIRED, fact)


def tell_cancelled(fact: OrderCancelled) -> None:
    """The whole order is called off. An expired one was told when it expired."""
    if EXPIRED in fact.reason.upper():
        return
    context = facts.order_context(fact.order) | {"total": fact.total_amount}
    _tell(notices.CANCELLED, fact, f"order:{fact.order.number}:cancelled", context)


def tell_returned(fact: OrderReturned) -> None:
    """The return was taken in and the money is on its way."""
    context = facts.order_context(fact.order) | facts.amounts(fact.lines)
    context |= {"return_number": fact.return_number, "refund": fact.refund_amount}
    _tell(notices.RETURNED, fact, f"return:{fact.return_number}:returned", context)


def tell_back_in_stock(fact: WaitServed) -> None:
    """Goods somebody waited for are here."""
    recipient = _waiting(fact)
    if recipient is None:
        return
    queue_message(
        notice=notices.BACK_IN_STOCK,
        recipient=recipient,
        event=Event(f"wait:{fact.wait_number}", fact.occurred_at),
        context=facts.wait_context(fact),
    )


def tell_code(fact: OneTimeCodeRequested) -> None:
    """Somebody proves that a phone or e-mail is theirs."""
    is_phone = fact.kind == "PHONE"
    recipient = Recipient(
        phone=fact.value if is_phone else "",
        email="" if is_phone else fact.value,
        language=fact.language,
        customer_number=fact.customer_number,
    )
    is_login = fact.purpose == "LOGIN"
    queue_message(
        notice=notices.LOGIN_CODE if is_login else notices.VERIFY_CODE,
        recipient=recipient,
        event=Event(f"code:{fact.code_key}", fact.occurred_at, code_key=fact.code_key),
        context={"code": CODE_PLACE, "is_phone": is_phone},
    )


def tell_points(fact: PointsChanged) -> None:
    """Points may be spent: told to those who agreed to hear offers."""
    if fact.kind != "ACTIVATE":
        return
    try:
        card = customer_card(fact.customer_number)
    except CustomerNotFound:
        return
    queue_message(
        notice=notices.POINTS,
        recipient=Recipient(
            card.phone, card.email, card.language, card.first_name, card.number
        ),
        event=Event(_points_key(fact), fact.occurred_at),
        context={"points": fact.points, "balance": fact.balance},
    )


def _waiting(fact: WaitServed) -> Recipient | None:
    """A customer as known here, with what the wait itself said put first."""
    known = Recipient(fact.phone, fact.email, fact.language, fact.recipient_name)
    if not fact.customer_number:
        return known
    try:
        card = customer_card(fact.customer_number)
    except CustomerNotFound:
        return None
    return Recipient(
        fact.phone or card.phone,
        fact.email or card.email,
        card.language,
        card.first_name,
        card.number,
    )


def _points_key(fact: PointsChanged) -> str:
    """Once per moment: the bags of one order wake their points one after the other."""
    moment = fact.occurred_at.strftime("%Y%m%dT%H%M%S.%f")
    return f"points:{fact.customer_number}:{fact.reference}:{moment}"


def _tell_part(
    notice: Notice, fact: FulfilmentFact, *, suffix: str = "", **extra: object
) -> None:
    if fact.fulfilment.kind == CARRY_OUT:
        return
    key = f"fulfilment:{fact.fulfilment.number}:{notice.template}{suffix}"
    context = facts.fulfilment_context(fact.order, fact.fulfilment)
    _tell(notice, fact, key, context | extra)


def _tell(notice: Notice, fact: OrderFact, key: str, context: Mapping[str, object]) -> None:
    queue_message(
        notice=notice,
        recipient=facts.recipient_of(fact.order),
        event=Event(key, fact.occurred_at, fact.order.number),
        context=context,
    )
