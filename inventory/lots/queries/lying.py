"""Which lots lie where, and which go out first."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q

from inventory.lots.models import Lot, LotLevel
from inventory.lots.models.lots import last_day_of_sale
from inventory.stock.models import Bucket
from omniretail.kernel.periods import business_date


@dataclass(frozen=True)
class LotView:
    """Units of a lot in one bucket of a place; `in_bags` of them wait for a customer.
    `sold_until` is the last day on which they may be sold."""

    store_code: str
    sku_code: str
    sku_name: str
    lot: str
    expires_on: date | None
    sold_until: date | None
    bucket: str
    units: int
    in_bags: int
    is_past_sale: bool

    @property
    def free(self) -> int:
        """Units that lie in no bag."""
        return self.units - self.in_bags

    @property
    def bucket_name(self) -> str:
        """The bucket in words."""
        return str(Bucket(self.bucket).label)


def lots_lying(
    store_code: str, sku_codes: Collection[str], *, at: datetime
) -> dict[str, list[LotView]]:
    """What lies in a place of these SKUs, by code: the first to expire first."""
    rows = (
        LotLevel.objects.lying()
        .named()
        .filter(store__code=store_code, lot__sku__code__in=sku_codes)
    )
    found: dict[str, list[LotView]] = defaultdict(list)
    for view in lot_views(
        rows.order_by(F("lot__expires_on").asc(nulls_last=True), "lot", "bucket"), at=at
    ):
        found[view.sku_code].append(view)
    return dict(found)


def first_out(
    store_code: str, sku_codes: Collection[str], *, at: datetime
) -> dict[str, list[LotView]]:
    """The lots to take from the shelf of a place, by SKU: the first to expire first, none
    that may not be sold any more, none that lies in a bag."""
    return {
        code: [
            one
            for one in views
            if one.bucket == Bucket.ON_HAND and one.free > 0 and not one.is_past_sale
        ]
        for code, views in lots_lying(store_code, sku_codes, at=at).items()
    }


def overdrawn_lots(
    store_code: str, sku_codes: Collection[str]
) -> dict[str, dict[str, int]]:
    """Lots of which more units are in bags or set aside in a place than lie on its shelf:
    how many lie there, by SKU and lot."""
    rows = LotLevel.objects.named().filter(
        store__code=store_code,
        lot__sku__code__in=sku_codes,
        bucket=Bucket.ON_HAND,
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows.filter(Q(("bagged__gt", F("units")))):
        found[row.lot.sku.code][row.lot.code] = row.units
    return dict(found)


def lot_views(rows: Iterable[LotLevel], *, at: datetime) -> list[LotView]:
    """The rows (`named` with SKU and place) as values, without another query."""
    return [_view(row, at) for row in rows]


def past_sale(store_code: str, sku_code: str, *, at: datetime) -> list[LotView]:
    """Units on hand in a place that may not be sold any more and lie in no bag."""
    rows = (
        LotLevel.objects.past_sale(at)
        .named()
        .filter(store__code=store_code, lot__sku__code=sku_code)
    )
    views = lot_views(rows.order_by("lot__expires_on", "lot"), at=at)
    return [one for one in views if one.free > 0]


def expiring_at(store_code: str, *, until: date, at: datetime, limit: int) -> list[LotView]:
    """Units in a place whose last day of sale comes by that day, the first first."""
    rows = LotLevel.objects.lying().named().sold_until(until)
    rows = rows.filter(store__code=store_code)
    views = lot_views(rows.order_by("lot__expires_on", "lot", "bucket")[:limit], at=at)
    return sorted(views, key=lambda one: one.sold_until or date.max)


def due_for_quarantine(*, at: datetime, limit: int) -> list[tuple[str, str]]:
    """Places and SKUs with units on hand whose last day of sale is over there."""
    rows = LotLevel.objects.past_sale(at).named().order_by("store", "lot__sku", "lot")
    views = lot_views(rows[:limit], at=at)
    pairs = {(one.store_code, one.sku_code): None for one in views if one.free > 0}
    return list(pairs)


def past_sale_lots(
    lots: Collection[tuple[str, str]], *, today: date
) -> set[tuple[str, str]]:
    """Which of these lots (SKU and lot) may not be sold on that day any more."""
    rows = Lot.objects.filter(
        sku__code__in={sku for sku, _lot in lots},
        code__in={lot for _sku, lot in lots},
        expires_on__isnull=False,
    ).select_related("sku")
    return {
        (row.sku.code, row.code)
        for row in rows
        if row.expires_on
        and last_day_of_sale(row.expires_on, row.sku.shelf_life_left_days) < today
    } & set(lots)


def _view(row: LotLevel, at: datetime) -> LotView:
    sku, expires_on = row.lot.sku, row.lot.expires_on
    last = expires_on and last_day_of_sale(expires_on, sku.shelf_life_left_days)
    on_hand = row.bucket == Bucket.ON_HAND
    return LotView(
        store_code=row.store.code,
        sku_code=sku.code,
        sku_name=sku.name,
        lot=row.lot.code,
        expires_on=expires_on,
        sold_until=last,
        bucket=row.bucket,
        units=row.units,
        in_bags=min(getattr(row, "bagged", 0), row.units) if on_hand else 0,
        is_past_sale=last is not None and last < business_date(at, row.store.time_zone),
    )
