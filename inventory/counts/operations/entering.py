"""Scans and typed numbers: what is on the shelf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from inventory.catalogue.queries import SkuNotFound, shelf_sku_ids, sku_by_gtin, sku_ids
from inventory.counts.models import CountEntry, CountLine, CountSession
from inventory.counts.operations.looking_up import locked_count
from inventory.counts.operations.opening import TooManyArticles
from inventory.counts.operations.telling import show_at
from inventory.counts.queries import tolerances_of
from inventory.stock.demand import MOST_UNITS
from inventory.stock.operations import QuantityOutOfRange
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from stores.people.roles import COUNTS_COUNT

_CLOCKS_DIFFER = timedelta(minutes=2)


class CountIsOver(DomainError):
    """This count is finished. Nothing can be added to it."""

    kind = Kind.CONFLICT


class NotOnTheList(DomainError):
    """This article is not on the list of this count."""


class SomebodyElseCounts(DomainError):
    """You counted this before. Let a colleague count it again."""

    kind = Kind.FORBIDDEN


class MomentOutOfRange(DomainError):
    """Nobody can have seen that at such a moment."""


@dataclass(frozen=True)
class Entry:
    """Units seen on the shelf: so many more, or (`is_total`) so many in all. `code` is a
    GTIN or a SKU's own code. `key` is the device's name for the scan; the same key is
    counted once. `seen_at` is when, if that was not now."""

    code: str
    quantity: int = 1
    is_total: bool = False
    key: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True)
class CountedItem:
    """What an article's count has come to."""

    sku_code: str
    name: str
    counted: int


@transaction.atomic
def count_item(*, number: str, entry: Entry, by: Actor, at: datetime) -> CountedItem:
    """Count units of what was scanned.

    Raises:
        CountNotFound: no such count, or it is another place's.
        CountIsOver: it is not being counted (any more).
        SkuNotFound: nobody knows the code.
        KitHasNoStock: it is a kit: count its parts.
        NotOnTheList: a directed count, or a second round, does not ask for it.
        SomebodyElseCounts: this round is for somebody who did not count it before.
        QuantityOutOfRange, MomentOutOfRange: nobody can mean that.
    """
    (item,) = count_items(number=number, entries=[entry], by=by, at=at)
    return item


@transaction.atomic
def count_items(
    *, number: str, entries: Sequence[Entry], by: Actor, at: datetime
) -> list[CountedItem]:
    """Count units of several articles; all or none.

    Raises:
        CountNotFound, CountIsOver, SkuNotFound, NotOnTheList, SomebodyElseCounts,
        QuantityOutOfRange, MomentOutOfRange: as `count_item`; `field` names the line.
    """
    session = locked_count(number, permission=COUNTS_COUNT, by=by, at=at)
    if not session.is_blind:
        raise CountIsOver(count=number, status=session.status)
    items = []
    for index, entry in enumerate(entries):
        try:
            items.append(_enter(session, entry, by, at))
        except DomainError as error:
            error.field = f"lines/{index}/{error.field or 'code'}"
            raise
    if by.key not in session.counters:
        session.counters.append(by.key)
        session.save(update_fields=["counters"])
    show_at(session)
    return items


def _enter(session: CountSession, entry: Entry, by: Actor, at: datetime) -> CountedItem:
    seen_at = _moment(entry, at)
    line = _line(session, sku_of(entry.code))
    if entry.key and CountEntry.objects.filter(session=session, key=entry.key).exists():
        return CountedItem(line.sku.code, line.sku.name, line.counted or 0)
    _let_another_count(session, line, by)
    before = line.counted or 0
    after = entry.quantity if entry.is_total else before + entry.quantity
    if not (0 if entry.is_total else 1) <= entry.quantity or after > MOST_UNITS:
        raise QuantityOutOfRange(field="quantity")
    line.counted, line.counted_by = after, by.key
    line.counted_at = max(seen_at, line.counted_at or seen_at)
    line.save(update_fields=["counted", "counted_at", "counted_by"])
    CountEntry.objects.create(
        line=line,
        session=session,
        change=after - before,
        key=entry.key,
        by=by.key,
        at=seen_at,
    )
    return CountedItem(line.sku.code, line.sku.name, after)


def sku_of(code: str) -> str:
    """The SKU of what was scanned or typed.

    Raises:
        SkuNotFound: nobody knows the code.
    """
    try:
        return sku_by_gtin(code)
    except SkuNotFound:
        known = sku_ids([code, code.upper()])
        if not known:
            raise SkuNotFound(code=code[:60]) from None
        return code if code in known else code.upper()


def _line(session: CountSession, sku_code: str) -> CountLine:
    rows = CountLine.objects.filter(session=session, round=session.round)
    line = rows.filter(sku__code=sku_code).select_related("sku").first()
    if line is not None:
        return line
    is_free = session.kind == CountSession.Kind.ZONE and session.round == 1
    if not is_free:
        raise NotOnTheList(sku=sku_code)
    if rows.count() >= limits().count_lines:
        raise TooManyArticles(most=limits().count_lines)
    sku_id = shelf_sku_ids([sku_code])[sku_code]
    made = CountLine.objects.create(session=session, sku_id=sku_id)
    return CountLine.objects.select_related("sku").get(pk=made.pk)


def _moment(entry: Entry, at: datetime) -> datetime:
    """When it was seen. A device's clock may be a little ahead of ours."""
    seen_at = entry.seen_at or at
    if not at - limits().count_observed_within <= seen_at <= at + _CLOCKS_DIFFER:
        raise MomentOutOfRange(field="seen_at")
    return min(seen_at, at)


def _let_another_count(session: CountSession, line: CountLine, by: Actor) -> None:
    """A program counts for people it does not name: it sees to this itself."""
    if session.round == 1 or by.kind is not ActorKind.STAFF:
        return
    before = CountEntry.objects.filter(
        session=session, line__sku_id=line.sku_id, line__round__lt=session.round, by=by.key
    )
    if tolerances_of([line.sku_id])[line.sku_id].by_another and before.exists():
        raise SomebodyElseCounts(sku=line.sku.code)
