"""Counts as the doors show them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, F, Q

from inventory.counts.models import BLIND, CountLine, CountSession
from omniretail.kernel.errors import DomainError, Kind


class CountNotFound(DomainError):
    """There is no such count here."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class CountLineView:
    """One article of a count."""

    sku_code: str
    name: str
    round: int
    counted: int | None
    counted_at: datetime | None
    counted_by: str
    expected: int | None
    variance: int | None
    unit_amount: Decimal | None
    posted: int | None
    short: int

    @property
    def amount(self) -> Decimal | None:
        """What the variance is worth."""
        if self.variance is None or self.unit_amount is None:
            return None
        return self.variance * self.unit_amount


@dataclass(frozen=True)
class CountView:
    """A count. While it is counted, its lines are those of the round and nobody is told
    what should be there; then each article is shown as it was counted last."""

    number: str
    store_code: str
    kind: str
    zone: str
    status: str
    round: int
    proposed_for: date | None
    currency: str
    opened_at: datetime
    opened_by: str
    counters: tuple[str, ...]
    counted_at: datetime | None
    variance_amount: Decimal | None
    needs_second_person: bool
    approved_at: datetime | None
    approved_by: str
    cancel_reason: str
    lines: tuple[CountLineView, ...]

    def blind(self) -> "CountView":
        """The count as somebody sees it who counts."""
        lines = (
            replace(
                line, expected=None, variance=None, unit_amount=None, posted=None, short=0
            )
            for line in self.lines
        )
        return replace(
            self, variance_amount=None, needs_second_person=False, lines=tuple(lines)
        )

    @property
    def is_blind(self) -> bool:
        """Whether it is being counted."""
        return self.status in BLIND

    @property
    def articles(self) -> int:
        return len(self.lines)

    @property
    def counted_articles(self) -> int:
        return sum(line.counted is not None for line in self.lines)

    @property
    def units_off(self) -> int:
        """By how many units the levels were wrong, either way."""
        return sum(abs(line.variance or 0) for line in self.lines)

    @property
    def short(self) -> int:
        """Units that are promised and not there."""
        return sum(line.short for line in self.lines)


@dataclass(frozen=True)
class CountRow:
    """A count in a list."""

    number: str
    kind: str
    zone: str
    status: str
    round: int
    opened_at: datetime
    articles: int
    counted_articles: int


def count_view(number: str, *, store_code: str | None = None) -> CountView:
    """One count; of that place, if the asker is bound to one.

    Raises:
        CountNotFound: there is none, or it is another place's.
    """
    rows = CountSession.objects.filter(number=number)
    if store_code is not None:
        rows = rows.at_place(store_code)
    found = count_views(rows.select_related("store"))
    if not found:
        raise CountNotFound(count=number)
    return found[0]


def count_views(sessions: Iterable[CountSession]) -> list[CountView]:
    """These counts with their lines."""
    rows = list(sessions)
    lines: dict[int, list[CountLineView]] = {row.pk: [] for row in rows}
    for line in _shown(rows):
        lines[line.session_id].append(_line(line))
    return [_view(row, lines[row.pk]) for row in rows]


def counts_at(store_code: str, *, limit: int = 30) -> list[CountRow]:
    """The counts of a place that are not over, the oldest first."""
    now = Q(lines__round=F("round"))
    rows = (
        CountSession.objects.at_place(store_code)
        .live()
        .annotate(
            articles=Count("lines", filter=now),
            done=Count("lines", filter=now & Q(lines__counted__isnull=False)),
        )
        .order_by("opened_at", "pk")
        .values_list(
            "number", "kind", "zone", "status", "round", "opened_at", "articles", "done"
        )
    )
    return [CountRow(*row) for row in rows[:limit]]


def _shown(sessions: list[CountSession]) -> list[CountLine]:
    blind = Q(session__status__in=BLIND, round=F("session__round"))
    rows = CountLine.objects.filter(session__in=sessions)
    deciding = rows.deciding().exclude(session__status__in=BLIND)
    return list(
        rows.filter(blind | Q(pk__in=deciding.values("pk")))
        .select_related("sku")
        .order_by("session_id", "pk")
    )


def _line(line: CountLine) -> CountLineView:
    return CountLineView(
        sku_code=line.sku.code,
        name=line.sku.name,
        round=line.round,
        counted=line.counted,
        counted_at=line.counted_at,
        counted_by=line.counted_by,
        expected=line.expected,
        variance=line.variance,
        unit_amount=line.unit_amount,
        posted=line.posted,
        short=line.short,
    )


def _view(row: CountSession, lines: list[CountLineView]) -> CountView:
    return CountView(
        number=row.number,
        store_code=row.store.code,
        kind=row.kind,
        zone=row.zone,
        status=row.status,
        round=row.round,
        proposed_for=row.proposed_for,
        currency=row.currency,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        counters=tuple(row.counters),
        counted_at=row.counted_at,
        variance_amount=row.variance_amount,
        needs_second_person=row.needs_second_person,
        approved_at=row.approved_at,
        approved_by=row.approved_by,
        cancel_reason=row.cancel_reason,
        lines=tuple(lines),
    )
