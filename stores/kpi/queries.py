"""Questions about the score: one set of cards, three views of it.

Each sale is counted once, on the card of one store and one channel. The stores' view
adds a store's channels, the online team's view adds its channels' stores, and the
company's total adds everything: an online order collected in a store is in both views
and once in the total.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Sum

from omniretail.kernel.market import house_currency
from omniretail.kernel.periods import business_date
from stores.kpi.models import MEASURES, Scorecard, ScoreEntry
from stores.kpi.scoring import ONLINE_CHANNELS
from stores.network.models import Store

_KEYS = ("store__code", "store__name", "store__city", "channel", "currency")


@dataclass(frozen=True)
class Figures:
    """What was counted, and the figures that follow from it."""

    orders: int = 0
    cancellations: int = 0
    net_sales_amount: Decimal = Decimal(0)
    refunds_amount: Decimal = Decimal(0)
    pickups: int = 0
    pickups_on_time: int = 0
    ready_seconds: int = 0
    ready_count: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(**{n: getattr(self, n) + getattr(other, n) for n in MEASURES})

    @property
    def on_time_percent(self) -> int | None:
        """Of all pickups; None where there was none."""
        return round(100 * self.pickups_on_time / self.pickups) if self.pickups else None

    @property
    def ready_minutes(self) -> int | None:
        """From order to bag, on average; None where no bag was made."""
        if not self.ready_count:
            return None
        return round(self.ready_seconds / self.ready_count / 60)


@dataclass(frozen=True)
class Card:
    """One store, channel and day."""

    store_code: str
    store_name: str
    city: str
    channel: str
    currency: str
    figures: Figures


@dataclass(frozen=True)
class StoreScore:
    """A store's own view: everything sold by it, whatever the channel."""

    code: str
    name: str
    city: str
    figures: Figures


@dataclass(frozen=True)
class Day:
    """A business day in one currency, seen by stores, by channels and as a whole."""

    business_date: date
    currency: str
    by_store: tuple[StoreScore, ...]
    by_channel: dict[str, Figures]
    online: Figures
    company: Figures


def cards_of(
    day: date, *, store_codes: Iterable[str] | None = None, currency: str | None = None
) -> list[Card]:
    """The day's cards, of all stores or of some."""
    found = Scorecard.objects.filter(business_date=day)
    if store_codes is not None:
        found = found.filter(store__code__in=set(store_codes))
    if currency is not None:
        found = found.filter(currency=currency)
    rows = found.order_by("store__code", "channel").values(*_KEYS, *MEASURES)
    return [
        Card(
            store_code=row["store__code"],
            store_name=row["store__name"],
            city=row["store__city"],
            channel=row["channel"],
            currency=row["currency"],
            figures=Figures(**{name: row[name] for name in MEASURES}),
        )
        for row in rows
    ]


def day(
    business_date: date,
    *,
    store_codes: Iterable[str] | None = None,
    currency: str | None = None,
) -> Day:
    """The day seen from all sides; amounts of one currency only."""
    currency = currency or house_currency()
    cards = cards_of(business_date, store_codes=store_codes, currency=currency)
    stores: dict[str, StoreScore] = {}
    channels: dict[str, Figures] = {}
    for card in cards:
        known = stores.get(card.store_code)
        figures = known.figures + card.figures if known else card.figures
        stores[card.store_code] = StoreScore(
            card.store_code, card.store_name, card.city, figures
        )
        channels[card.channel] = channels.get(card.channel, Figures()) + card.figures
    return Day(
        business_date=business_date,
        currency=currency,
        by_store=tuple(stores.values()),
        by_channel=channels,
        online=_total(f for channel, f in channels.items() if channel in ONLINE_CHANNELS),
        company=_total(channels.values()),
    )


def net_sales_by_day(
    until: date, *, days: int, store_codes: Iterable[str] | None = None
) -> list[Decimal]:
    """Net sales of the days up to and with the last one: a spark line."""
    first = until - timedelta(days=days - 1)
    found = Scorecard.objects.filter(
        business_date__gte=first,
        business_date__lte=until,
        currency=house_currency(),
    )
    if store_codes is not None:
        found = found.filter(store__code__in=set(store_codes))
    sums = dict(
        found.order_by()
        .values_list("business_date")
        .annotate(amount=Sum("net_sales_amount"))
    )
    return [sums.get(first + timedelta(days=n), Decimal(0)) for n in range(days)]


def today(at: datetime, store_code: str | None = None) -> date:
    """The business day it is in the store; for the company, the day most stores have."""
    zones = Store.objects.filter(kind=Store.Kind.STORE)
    if store_code is not None:
        zones = zones.filter(code=store_code)
    days = [business_date(at, zone) for zone in zones.values_list("time_zone", flat=True)]
    return max(sorted(set(days)), key=days.count) if days else at.date()


def sales_of(order_number: str) -> list[tuple[str, Decimal]]:
    """What each store was credited with for an order, by store."""
    entries = ScoreEntry.objects.filter(
        order_number=order_number, kind=ScoreEntry.Kind.SALE
    )
    sums = entries.order_by("store__code").values_list("store__code")
    return list(sums.annotate(amount=Sum("net_sales_amount")))


def order_store(order_number: str) -> str | None:
    """The store an order was counted for."""
    entries = ScoreEntry.objects.filter(
        order_number=order_number, kind=ScoreEntry.Kind.ORDER
    )
    return entries.values_list("store__code", flat=True).first()


def is_counted(kind: str, reference: str) -> bool:
    """Whether this has been counted, for whatever store."""
    return ScoreEntry.objects.filter(kind=kind, reference=reference).exists()


def _total(figures: Iterable[Figures]) -> Figures:
    return sum(figures, Figures())
