"""What facts about orders put into the queue and take out of it."""

from datetime import datetime

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


def shrink_pick(fact: FulfilmentLinesShort) -> None:
    """Fewer units are to be found than were asked for."""
    shrink_work(
        kind=Kind.PICK,
        reference=fact.fulfilment.number,
        units_left=fact.units_left,
        at=fact.occurred_at,
    )


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
