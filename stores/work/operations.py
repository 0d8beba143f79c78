"""Opening, taking and finishing work."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.realtime import nudge
from stores.network.models import Store
from stores.network.queries import StoreNotFound
from stores.people.queries import may, require
from stores.people.roles import (
    COUNTS_APPROVE,
    COUNTS_COUNT,
    STAFF_MANAGE,
    SUPPLY_APPROVE,
    SUPPLY_MOVE,
    WORK_HANDOVER,
    WORK_PICK,
)
from stores.work.models import WorkItem, WorkItemQuerySet

PAGES = {
    WorkItem.Kind.PICK: "tablet-pick",
    WorkItem.Kind.HANDOVER: "tablet-handover",
    WorkItem.Kind.PACK: "tablet-pack",
    WorkItem.Kind.SHIP: "tablet-pack",
    WorkItem.Kind.APPROVE: "tablet-stock-transfer",
    WorkItem.Kind.DISPATCH: "tablet-stock-transfer",
    WorkItem.Kind.RECEIVE: "tablet-stock-receive-for",
    WorkItem.Kind.COUNT: "tablet-count",
    WorkItem.Kind.RECOUNT: "tablet-count",
    WorkItem.Kind.VARIANCE: "tablet-count",
    WorkItem.Kind.SHORT: "tablet-count",
    WorkItem.Kind.ASK: "tablet-pick",
}


_PERMISSIONS: dict[str, str] = {
    WorkItem.Kind.HANDOVER: WORK_HANDOVER,
    WorkItem.Kind.APPROVE: SUPPLY_APPROVE,
    WorkItem.Kind.DISPATCH: SUPPLY_MOVE,
    WorkItem.Kind.RECEIVE: SUPPLY_MOVE,
    WorkItem.Kind.COUNT: COUNTS_COUNT,
    WorkItem.Kind.RECOUNT: COUNTS_COUNT,
    WorkItem.Kind.VARIANCE: COUNTS_APPROVE,
    WorkItem.Kind.SHORT: COUNTS_APPROVE,
}


class WorkNotFound(DomainError):
    """There is no such work to do."""

    kind = Kind.MISSING


class TakenBySomebody(DomainError):
    """A colleague has this already."""

    kind = Kind.CONFLICT


class NotYourWork(DomainError):
    """Only whoever took it, or a manager, can put it back."""

    kind = Kind.FORBIDDEN


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be done, where, for whom and by when."""

    kind: str
    reference: str
    order_number: str
    store_code: str
    title: str
    customer_name: str
    units: int
    due_at: datetime
    bay: str = ""


@transaction.atomic
def open_work(*, task: Task, at: datetime) -> None:
    """Put something into the queue; the same twice is once.

    Raises:
        StoreNotFound: no place has this code.
    """
    store = Store.objects.filter(code=task.store_code).first()
    if store is None:
        raise StoreNotFound(store=task.store_code)
    WorkItem.objects.get_or_create(
        kind=task.kind,
        reference=task.reference,
        defaults={
            "store": store,
            "order_number": task.order_number,
            "title": task.title[:200],
            "customer_name": task.customer_name[:80],
            "bay": task.bay[:32],
            "units": task.units,
            "due_at": task.due_at,
            "url_name": PAGES[WorkItem.Kind(task.kind)],
            "opened_at": at,
        },
    )
    nudge(f"work.{task.store_code}")


@transaction.atomic
def reopen_work(*, kind: str, reference: str, units: int, at: datetime) -> None:
    """It is to be done again, for something that happened after it was done."""
    items = WorkItem.objects.filter(kind=kind, reference=reference, done_at__lt=at)
    if items.update(
        done_at=None,
        done_by="",
        outcome="",
        taken_by="",
        taken_at=None,
        units=units,
        opened_at=at,
    ):
        _nudge_stores(WorkItem.objects.filter(kind=kind, reference=reference))


@transaction.atomic
def take_work(*, kind: str, reference: str, by: Actor, at: datetime) -> None:
    """Say that one is on it; saying it twice is fine.

    Raises:
        WorkNotFound: not in the queue (any more), or another store's.
        TakenBySomebody: a colleague was first.
        NotYourRole: the role does not do this kind of work.
    """
    item = _locked(kind, reference, by)
    require(by, _permission(kind), item.store.code, at)
    if item.taken_by and item.taken_by != by.key:
        raise TakenBySomebody(taken_by=item.taken_by)
    if not item.taken_by:
        item.taken_by, item.taken_at = by.key, at
        item.save(update_fields=["taken_by", "taken_at"])
    nudge(f"work.{item.store.code}")


@transaction.atomic
def put_back_work(*, kind: str, reference: str, by: Actor, at: datetime) -> None:
    """Leave it to the others again.

    Raises:
        WorkNotFound: not in the queue (any more), or another store's.
        NotYourWork: a colleague has it, and `by` does not manage the store's staff.
    """
    item = _locked(kind, reference, by)
    require(by, _permission(kind), item.store.code, at)
    is_mine = item.taken_by in ("", by.key)
    if not is_mine and not may(by, STAFF_MANAGE, item.store.code, at):
        raise NotYourWork(taken_by=item.taken_by)
    item.taken_by, item.taken_at, item.put_back_at = "", None, at
    item.save(update_fields=["taken_by", "taken_at", "put_back_at"])
    nudge(f"work.{item.store.code}")


@transaction.atomic
def note_taken(*, kind: str, reference: str, by: str, at: datetime) -> None:
    """Somebody began, as the floor above tells. Whoever has put it back since is not
    on it any more."""
    items = WorkItem.objects.open().filter(
        Q(put_back_at=None) | Q(put_back_at__lt=at),
        kind=kind,
        reference=reference,
        taken_by="",
    )
    if by and items.update(taken_by=by, taken_at=at):
        _nudge_stores(WorkItem.objects.filter(kind=kind, reference=reference))


@transaction.atomic
def shrink_work(*, kind: str, reference: str, units_left: int, at: datetime) -> None:
    """Only so many units are still to be found; work never grows."""
    del at
    items = WorkItem.objects.open().filter(kind=kind, reference=reference)
    if items.filter(units__gt=units_left).update(units=units_left):
        _nudge_stores(items)


@transaction.atomic
def finish_work(*, kind: str, reference: str, by: str, at: datetime) -> None:
    """It is done; finishing what is finished changes nothing."""
    items = WorkItem.objects.open().filter(kind=kind, reference=reference)
    _end(items, WorkItem.Outcome.DONE, by, at)


@transaction.atomic
def close_work(*, reference: str, at: datetime) -> None:
    """Nobody needs it any more."""
    _end(
        WorkItem.objects.open().filter(reference=reference), WorkItem.Outcome.CLOSED, "", at
    )


def _end(items: WorkItemQuerySet, outcome: str, by: str, at: datetime) -> None:
    ended = list(items.locked().select_related("store"))
    for item in ended:
        item.done_at, item.outcome = at, outcome
        item.done_by = by or (item.taken_by if outcome == WorkItem.Outcome.DONE else "")
        item.save(update_fields=["done_at", "outcome", "done_by"])
        nudge(f"work.{item.store.code}")


def _locked(kind: str, reference: str, by: Actor) -> WorkItem:
    items = WorkItem.objects.open().filter(kind=kind, reference=reference)
    if by.store is not None:
        items = items.filter(store__code=by.store)
    item = items.locked().select_related("store").first()
    if item is None:
        raise WorkNotFound(reference=reference)
    return item


def _permission(kind: str) -> str:
    return _PERMISSIONS.get(kind, WORK_PICK)


def _nudge_stores(items: WorkItemQuerySet) -> None:
    for code in set(items.values_list("store__code", flat=True)):
        nudge(f"work.{code}")
