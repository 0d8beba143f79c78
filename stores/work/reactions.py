"""What facts about orders, goods between places and counts put into the queue, and take
out of it."""

from datetime import datetime

from omniretail.contracts.inventory import (
    CountApproved,
    CountCancelled,
    CountFact,
    CountFinished,
    CountOpened,
    CountRecountAsked,
    CountShortSettled,
    DeliveryAnnounced,
    DeliveryClosed,
    PurchaseClosed,
    TransferApproved,
    TransferCancelled,
    TransferDispatched,
    TransferFact,
    TransferLost,
    TransferReceived,
    TransferRequested,
)
from omniretail.contracts.orders import (
    FulfilmentCancelled,
    FulfilmentCollected,
    FulfilmentFact,
    FulfilmentLinesShort,
    FulfilmentPacked,
    FulfilmentPicking,
    FulfilmentReady,
    FulfilmentShipped,
)
from stores.work.models import WorkItem
from stores.work.operations import (
    Task,
    close_work,
    finish_work,
    note_taken,
    open_work,
    shrink_work,
)
from stores.work.titles import short_name, title_of

Kind = WorkItem.Kind


def ask_for_pick(fact: FulfilmentFact) -> None:
    """A store has goods to collect from its shelves."""
    if fact.fulfilment.kind != "CARRY_OUT":
        _open(Kind.PICK, fact, fact.fulfilment.due_at)


def note_picker(fact: FulfilmentPicking) -> None:
    """A colleague is on it."""
    note_taken(
        kind=Kind.PICK, reference=fact.fulfilment.number, by=fact.by, at=fact.occurred_at
    )


def shrink_bag(fact: FulfilmentLinesShort) -> None:
    """Fewer units are to be found, and to leave, than were asked for."""
    number, left = fact.fulfilment.number, fact.units_left
    for kind in (Kind.PICK, Kind.HANDOVER, Kind.PACK, Kind.SHIP):
        shrink_work(kind=kind, reference=number, units_left=left, at=fact.occurred_at)


def ask_for_handover(fact: FulfilmentReady) -> None:
    """The bag is in its bay: the customer (or the parcel desk) comes next."""
    _finish(Kind.PICK, fact, "")
    if fact.fulfilment.kind == "SHIP":
        _open(Kind.PACK, fact, fact.fulfilment.due_at)
    else:
        _open(Kind.HANDOVER, fact, fact.keep_until, bay=fact.bay)


def finish_handover(fact: FulfilmentCollected) -> None:
    """The customer has it."""
    _finish(Kind.PICK, fact, "")
    _finish(Kind.HANDOVER, fact, fact.by)


def ask_for_shipping(fact: FulfilmentPacked) -> None:
    """The parcel is closed: the carrier comes next."""
    _finish(Kind.PICK, fact, fact.by)
    _finish(Kind.PACK, fact, fact.by)
    _open(Kind.SHIP, fact, fact.fulfilment.due_at)


def finish_shipping(fact: FulfilmentShipped) -> None:
    """The carrier has it."""
    for kind in (Kind.PICK, Kind.PACK, Kind.SHIP):
        _finish(kind, fact, fact.by)


def call_off(fact: FulfilmentCancelled) -> None:
    """Nobody will come for it."""
    close_work(reference=fact.fulfilment.number, at=fact.occurred_at)


def _open(kind: str, fact: FulfilmentFact, due_at: datetime, *, bay: str = "") -> None:
    fulfilment = fact.fulfilment
    open_work(
        task=Task(
            kind=kind,
            reference=fulfilment.number,
            order_number=fact.order.number,
            store_code=fulfilment.store_code,
            title=title_of(fulfilment.lines),
            customer_name=short_name(fact.order.contact.name),
            units=fulfilment.units,
            due_at=due_at,
            bay=bay,
        ),
        at=fact.occurred_at,
    )


def _finish(kind: str, fact: FulfilmentFact, by: str) -> None:
    finish_work(kind=kind, reference=fact.fulfilment.number, by=by, at=fact.occurred_at)


# ── goods between places ─────────────────────────────────────────────────────────


def ask_for_approval(fact: TransferRequested) -> None:
    """Many units: a manager of the source has to say yes."""
    if fact.needs_second_person:
        transfer = fact.transfer
        _open_transfer(
            Kind.APPROVE, fact, transfer.source_code, transfer.target_name, fact.due_at
        )


def ask_for_dispatch(fact: TransferApproved) -> None:
    """The source has goods to send."""
    transfer = fact.transfer
    _finish_transfer(Kind.APPROVE, fact)
    _open_transfer(
        Kind.DISPATCH, fact, transfer.source_code, transfer.target_name, fact.due_at
    )


def ask_for_receipt(fact: TransferDispatched) -> None:
    """The target has goods to take in."""
    transfer = fact.transfer
    _finish_transfer(Kind.DISPATCH, fact)
    _open_transfer(
        Kind.RECEIVE, fact, transfer.target_code, transfer.source_name, fact.expected_at
    )


def finish_receipt(fact: TransferReceived | TransferLost) -> None:
    """Nothing of it is on the road any more."""
    if not fact.still_in_transit:
        _finish_transfer(Kind.RECEIVE, fact)


def call_off_transfer(fact: TransferCancelled) -> None:
    """Nothing will be sent."""
    close_work(reference=fact.transfer.number, at=fact.occurred_at)


def ask_for_delivery(fact: DeliveryAnnounced) -> None:
    """A supplier sends goods."""
    purchase = fact.purchase
    open_work(
        task=Task(
            kind=Kind.RECEIVE,
            reference=fact.notice_number,
            order_number=purchase.number,
            store_code=purchase.store_code,
            title=title_of(purchase.lines),
            customer_name=purchase.supplier_name,
            units=sum(line.quantity for line in purchase.lines),
            due_at=fact.expected_at,
        ),
        at=fact.occurred_at,
    )


def finish_delivery(fact: DeliveryClosed) -> None:
    """It has come, or will not."""
    if fact.outcome == "RECEIVED":
        finish_work(
            kind=Kind.RECEIVE,
            reference=fact.notice_number,
            by=fact.by,
            at=fact.occurred_at,
        )
    else:
        close_work(reference=fact.notice_number, at=fact.occurred_at)


def call_off_deliveries(fact: PurchaseClosed) -> None:
    """Nothing more comes for the order."""
    for notice in fact.notices:
        close_work(reference=notice, at=fact.occurred_at)


def _open_transfer(
    kind: str, fact: TransferFact, store_code: str, other_place: str, due_at: datetime
) -> None:
    transfer = fact.transfer
    open_work(
        task=Task(
            kind=kind,
            reference=transfer.number,
            order_number=transfer.number,
            store_code=store_code,
            title=title_of(transfer.lines),
            customer_name=other_place,
            units=transfer.units,
            due_at=due_at,
        ),
        at=fact.occurred_at,
    )


def _finish_transfer(kind: str, fact: TransferFact) -> None:
    finish_work(kind=kind, reference=fact.transfer.number, by=fact.by, at=fact.occurred_at)


# ── counts ───────────────────────────────────────────────────────────────────────


def ask_for_count(fact: CountOpened) -> None:
    """Articles are to be counted."""
    _open_count(Kind.COUNT, fact, fact.count.articles, fact.due_at)


def ask_for_recount(fact: CountRecountAsked) -> None:
    """Articles were off: they are counted once more."""
    _finish_rounds(fact)
    _open_count(Kind.RECOUNT, fact, fact.count.articles, fact.due_at)


def ask_for_count_approval(fact: CountFinished) -> None:
    """The variance waits for somebody who may believe it."""
    _finish_rounds(fact)
    _open_count(Kind.VARIANCE, fact, fact.count.articles, fact.due_at)


def finish_count(fact: CountApproved) -> None:
    """The levels are right; units that are promised and missing are not."""
    _finish_rounds(fact)
    if fact.short:
        _open_count(Kind.SHORT, fact, fact.short, fact.due_at)


def finish_short(fact: CountShortSettled) -> None:
    """Nothing that is missing is promised any more."""
    _finish_count(Kind.SHORT, fact, fact.round)


def call_off_count(fact: CountCancelled) -> None:
    """Nobody counts it any more."""
    for number in range(1, fact.round + 1):
        close_work(reference=_reference(fact, number), at=fact.occurred_at)


def _open_count(kind: str, fact: CountFact, units: int, due_at: datetime) -> None:
    count = fact.count
    rest = f" + {count.articles - 1}" if count.articles > 1 else ""
    open_work(
        task=Task(
            kind=kind,
            reference=_reference(fact, fact.round),
            order_number=count.number,
            store_code=count.store_code,
            title=count.zone or f"{count.first_article[:110]}{rest}",
            customer_name="",
            units=units,
            due_at=due_at,
        ),
        at=fact.occurred_at,
    )


def _finish_rounds(fact: CountFact) -> None:
    for number in range(1, fact.round + 1):
        for kind in (Kind.COUNT, Kind.RECOUNT, Kind.VARIANCE):
            _finish_count(kind, fact, number)


def _finish_count(kind: str, fact: CountFact, number: int) -> None:
    reference = _reference(fact, number)
    finish_work(kind=kind, reference=reference, by=fact.by, at=fact.occurred_at)


def _reference(fact: CountFact, number: int) -> str:
    """Each round of a count is work of its own."""
    return f"{fact.count.number}.{number}"
