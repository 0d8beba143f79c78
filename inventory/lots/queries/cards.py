"""Lots as people look them up."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from inventory.lots.models import Lot, LotLevel
from inventory.lots.models.lots import last_day_of_sale
from inventory.lots.queries.lying import LotView, lot_views


@dataclass(frozen=True)
class LotCard:
    """A lot and where its units lie."""

    sku_code: str
    sku_name: str
    lot: str
    expires_on: date
    sold_until: date
    places: tuple[LotView, ...]


def known_lots(
    *,
    store_code: str | None = None,
    sku_code: str | None = None,
    expiring_before: date | None = None,
) -> QuerySet[Lot]:
    """Lots with a name of which units lie in the place, or in some place."""
    lying = LotLevel.objects.lying().filter(lot=OuterRef("pk"))
    if store_code is not None:
        lying = lying.filter(store__code=store_code)
    rows = Lot.objects.filter(Exists(lying), expires_on__isnull=False)
    if sku_code is not None:
        rows = rows.filter(sku__code=sku_code)
    if expiring_before is not None:
        rows = rows.filter(expires_on__lt=expiring_before)
    return rows


def lot_cards(
    lots: Iterable[Lot], *, store_code: str | None, at: datetime
) -> list[LotCard]:
    """The rows as values; two queries more, whatever their number."""
    keys = [lot.pk for lot in lots]
    found = Lot.objects.select_related("sku").in_bulk(keys)
    lying = LotLevel.objects.lying().named().filter(lot__in=keys)
    if store_code is not None:
        lying = lying.filter(store__code=store_code)
    places: dict[tuple[str, str], list[LotView]] = defaultdict(list)
    for view in lot_views(lying.order_by("store__code", "bucket"), at=at):
        places[view.sku_code, view.lot].append(view)
    return [_card(found[key], places[found[key].sku.code, found[key].code]) for key in keys]


def _card(lot: Lot, places: list[LotView]) -> LotCard:
    expires_on = lot.expires_on or date.max
    return LotCard(
        sku_code=lot.sku.code,
        sku_name=lot.sku.name,
        lot=lot.code,
        expires_on=expires_on,
        sold_until=last_day_of_sale(expires_on, lot.sku.shelf_life_left_days),
        places=tuple(places),
    )
