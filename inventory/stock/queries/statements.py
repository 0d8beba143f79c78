"""How a level came to be: its movements with the running balance, now or as of then."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate

from inventory.stock.demand import Pair
from inventory.stock.models import (
    SHELVES,
    Bucket,
    SafetyStockChange,
    StockLevel,
    StockMovement,
    StockMovementQuerySet,
)


@dataclass(frozen=True)
class Balance:
    """What lies in each bucket of a place at one moment."""

    on_hand: int = 0
    display: int = 0
    quarantine: int = 0
    damaged: int = 0
    customer_hold: int = 0

    @property
    def total(self) -> int:
        """All units that lie in the place."""
        return sum(getattr(self, column) for column in SHELVES.values())


@dataclass(frozen=True)
class StatementLine:
    """One movement of a level, and what lay in each bucket right after it."""

    id: int
    at: datetime
    recorded_at: datetime
    kind: str
    quantity: int
    source: str
    target: str
    reference: str
    line: str
    reason: str
    actor_kind: str
    actor_key: str
    serials: tuple[str, ...]
    reverses: int | None
    reversed_by: int | None
    balance: Balance

    @property
    def kind_name(self) -> str:
        """What caused it, in words."""
        return str(StockMovement.Kind(self.kind).label)

    @property
    def way_name(self) -> str:
        """From where to where, in words."""
        return f"{Bucket(self.source).label} → {Bucket(self.target).label}"

    @property
    def change(self) -> int:
        """By how much the units on hand changed."""
        on_hand = Bucket.ON_HAND
        return self.quantity * ((self.target == on_hand) - (self.source == on_hand))


@dataclass(frozen=True)
class Statement:
    """A stretch of a level's history, the newest first; `next` leads on, if there is
    more."""

    lines: list[StatementLine]
    next: tuple[datetime, int] | None


@dataclass(frozen=True)
class DayBalance:
    """What lay in a place at the end of one of its days."""

    day: date
    on_hand: int
    set_aside: int


def statement(
    store_code: str,
    sku_code: str,
    *,
    until: datetime | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> Statement:
    """The movements of one level with the running balance, the newest first.

    `until` is the moment as of which one asks; `after` the `next` of the stretch before.
    """
    rows = statement_rows(store_code, sku_code, until=until).order_by("-at", "-id")
    if after is not None:
        rows = rows.filter(at__lte=after[0]).exclude(at=after[0], id__gte=after[1])
    found = list(rows[: limit + 1])
    shown = found[:limit]
    more = (shown[-1].at, shown[-1].pk) if len(found) > limit else None
    return Statement([line_of(row) for row in shown], more)


def line(movement: int) -> StatementLine | None:
    """One movement with the balance right after it."""
    row = StockMovement.objects.select_related("store", "sku").filter(pk=movement).first()
    if row is None:
        return None
    rows = statement_rows(row.store.code, row.sku.code, until=row.at)
    found = rows.exclude(at=row.at, id__gt=row.pk).order_by("-at", "-id").first()
    return line_of(found) if found else None


def statement_rows(
    store_code: str, sku_code: str, *, until: datetime | None = None
) -> StockMovementQuerySet:
    """The movements of one level with their balances, for the pages of this wing."""
    rows = StockMovement.objects.of_level(store_code, sku_code).until(until)
    return rows.with_balances().with_reversals()


def line_of(row: StockMovement) -> StatementLine:
    """The value of a row of `statement_rows`."""
    return StatementLine(
        id=row.pk,
        at=row.at,
        recorded_at=row.recorded_at,
        kind=row.kind,
        quantity=row.quantity,
        source=row.source,
        target=row.target,
        reference=row.reference,
        line=row.line,
        reason=row.reason,
        actor_kind=row.actor_kind,
        actor_key=row.actor_key,
        serials=tuple(row.serials),
        reverses=row.reverses_id,
        reversed_by=getattr(row, "reversed_by", None),
        balance=Balance(
            **{column: getattr(row, f"{column}_after") for column in SHELVES.values()}
        ),
    )


def balance(store_code: str, sku_code: str, *, at: datetime | None = None) -> Balance:
    """What lay in each bucket at a moment, by what is known today; without a moment,
    what lies there now."""
    rows = StockMovement.objects.of_level(store_code, sku_code).until(at)
    return Balance(**rows.sums())


def balances(
    store_codes: Collection[str], sku_codes: Collection[str], *, at: datetime
) -> dict[Pair, Balance]:
    """What lay in each bucket of these levels at a moment, by what is known today; nothing
    ever, no entry."""
    rows = StockMovement.objects.filter(
        store__code__in=store_codes, sku__code__in=sku_codes
    )
    found = rows.until(at).sums_of_levels()
    return {pair: Balance(**sums) for pair, sums in found.items()}


def safety_stocks(
    store_codes: Collection[str], sku_codes: Collection[str], *, at: datetime
) -> dict[Pair, int]:
    """How many units of these levels were kept back at a moment: what the last change
    before it said, or what there was before the first one after it."""
    changes = SafetyStockChange.objects.filter(level=OuterRef("pk"))
    last = changes.filter(at__lte=at).order_by("-at", "-id").values("units")
    following = changes.order_by("at", "id").values("before")
    rows = StockLevel.objects.filter(store__code__in=store_codes, sku__code__in=sku_codes)
    kept = Coalesce(Subquery(last[:1]), Subquery(following[:1]), "safety_stock")
    return {
        (store, sku): units
        for store, sku, units in rows.annotate(kept=kept).values_list(
            "store__code", "sku__code", "kept"
        )
    }


def safety_stock(store_code: str, sku_code: str, *, at: datetime) -> int:
    """How many units were kept back at a moment."""
    return safety_stocks([store_code], [sku_code], at=at).get((store_code, sku_code), 0)


def daily_balances(
    store_code: str, sku_code: str, *, today: date, zone: ZoneInfo, days: int = 60
) -> list[DayBalance]:
    """What lay there at the end of each of the last days, today among them."""
    first = today - timedelta(days=days - 1)
    begin = datetime.combine(first, time.min, tzinfo=zone)
    rows = StockMovement.objects.of_level(store_code, sku_code)
    before = Balance(**rows.filter(at__lt=begin).sums())
    by_day: Any = (
        rows.filter(at__gte=begin)
        .with_changes()
        .annotate(day=TruncDate("at", tzinfo=zone))
        .values("day")
        .annotate(**{name: Sum(f"{name}_change") for name in SHELVES.values()})
        .order_by("day")
    )
    changes: dict[date, dict[str, int]] = {row["day"]: row for row in by_day}
    on_hand, all_units = before.on_hand, before.total
    found = []
    for number in range(days):
        day = first + timedelta(days=number)
        change = changes.get(day, {})
        on_hand += change.get("on_hand", 0)
        all_units += sum(change.get(name, 0) for name in SHELVES.values())
        found.append(DayBalance(day, on_hand, all_units - on_hand))
    return found
