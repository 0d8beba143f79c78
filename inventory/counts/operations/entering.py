"""Scans and typed numbers: what is on the shelf."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from inventory.catalogue.models import Sku
from inventory.catalogue.queries import KitHasNoStock, SkuNotFound, sku_ids, skus_by_gtin
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
    book = _open_book(session, entries, by)
    items = []
    for index, entry in enumerate(entries):
        try:
            items.append(book.enter(entry, at))
        except DomainError as error:
            error.field = f"lines/{index}/{error.field or 'code'}"
            raise
    book.write()
    if by.key not in session.counters:
        session.counters.append(by.key)
        session.save(update_fields=["counters"])
    show_at(session)
    return items


@dataclass
class _Book:
    """What is known of the articles before they are entered, and what came of it."""

    session: CountSession
    by: Actor
    skus: dict[str, str]
    lines: dict[str, CountLine]
    room: int
    known_keys: set[str]
    for_others: set[int]
    entered: list[CountEntry] = field(default_factory=list)

    def enter(self, entry: Entry, at: datetime) -> CountedItem:
        """Count units of one article."""
        seen_at = _moment(entry, at)
        if entry.code not in self.skus:
            raise SkuNotFound(code=entry.code[:60])
        line = self._line(self.skus[entry.code])
        before = line.counted or 0
        if entry.key and entry.key in self.known_keys:
            return CountedItem(line.sku.code, line.sku.name, before)
        if line.sku_id in self.for_others:
            raise SomebodyElseCounts(sku=line.sku.code)
        after = entry.quantity if entry.is_total else before + entry.quantity
        if not (0 if entry.is_total else 1) <= entry.quantity or after > MOST_UNITS:
            raise QuantityOutOfRange(field="quantity")
        line.counted, line.counted_by = after, self.by.key
        line.counted_at = max(seen_at, line.counted_at or seen_at)
        self.known_keys.add(entry.key)
        self.entered.append(
            CountEntry(
                line=line,
                session=self.session,
                change=after - before,
                key=entry.key,
                by=self.by.key,
                at=seen_at,
            )
        )
        return CountedItem(line.sku.code, line.sku.name, after)

    def _line(self, sku_code: str) -> CountLine:
        """The line of an article; in a zone one more, for whatever lies there."""
        line = self.lines[sku_code]
        if line._state.adding and line.counted is None:
            if self.session.kind != CountSession.Kind.ZONE or self.session.round > 1:
                raise NotOnTheList(sku=sku_code)
            if not self.room:
                raise TooManyArticles(most=limits().count_lines)
            if line.sku.is_kit:
                raise KitHasNoStock(sku=sku_code)
            self.room -= 1
        return line

    def write(self) -> None:
        """Keep what was entered."""
        touched = {id(one.line): one.line for one in self.entered}.values()
        known = [line for line in touched if not line._state.adding]
        CountLine.objects.bulk_create([line for line in touched if line._state.adding])
        CountLine.objects.bulk_update(known, ["counted", "counted_at", "counted_by"])
        CountEntry.objects.bulk_create(self.entered)


def _open_book(session: CountSession, entries: Sequence[Entry], by: Actor) -> _Book:
    skus = _skus_of({entry.code for entry in entries})
    rows = CountLine.objects.filter(session=session, round=session.round)
    wanted = rows.filter(sku__code__in=skus.values()).select_related("sku")
    lines = {line.sku.code: line for line in wanted}
    for_others = _for_others(session, lines.values(), by)
    new, room = set(skus.values()) - set(lines), 0
    if new:
        room = limits().count_lines - rows.count()
        fresh = Sku.objects.filter(code__in=new)
        lines |= {sku.code: CountLine(session=session, sku=sku) for sku in fresh}
    keys = {entry.key for entry in entries} - {""}
    told = CountEntry.objects.filter(session=session, key__in=keys)
    return _Book(
        session=session,
        by=by,
        skus=skus,
        lines=lines,
        room=room,
        known_keys=set(told.values_list("key", flat=True)),
        for_others=for_others,
    )


def _skus_of(codes: Set[str]) -> dict[str, str]:
    """The SKUs of what was scanned or typed, in whichever letters; unknown codes are left
    out."""
    found = skus_by_gtin(codes)
    typed = {code: code.upper() for code in codes - set(found)}
    known = sku_ids({*typed, *typed.values()})
    for code, upper in typed.items():
        if code in known or upper in known:
            found[code] = code if code in known else upper
    return found


def _for_others(session: CountSession, lines: Iterable[CountLine], by: Actor) -> set[int]:
    """What somebody counted before and a colleague counts again. A program counts for
    people it does not name: it sees to this itself."""
    if session.round == 1 or by.kind is not ActorKind.STAFF:
        return set()
    before = CountEntry.objects.filter(
        session=session,
        line__sku_id__in=[line.sku_id for line in lines],
        line__round__lt=session.round,
        by=by.key,
    )
    mine = set(before.values_list("line__sku_id", flat=True))
    tolerances = tolerances_of(mine)
    return {sku for sku in mine if tolerances[sku].by_another}


def _moment(entry: Entry, at: datetime) -> datetime:
    """When it was seen. A device's clock may be a little ahead of ours."""
    seen_at = entry.seen_at or at
    if not at - limits().count_observed_within <= seen_at <= at + _CLOCKS_DIFFER:
        raise MomentOutOfRange(field="seen_at")
    return min(seen_at, at)
