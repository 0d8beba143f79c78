"""Questions about those who wait for goods."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inventory.catalogue.models import KitPart
from inventory.replenishment.models import StockWait
from inventory.selling.queries import sellable_units
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from stores.network.queries import open_stores


class WaitNotFound(DomainError):
    """Nobody waits under this number."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class WaitView:
    """Who waits for what, and how it stands; whom to tell is not said."""

    number: str
    sku_code: str
    sku_name: str
    store_code: str | None
    quantity: int
    status: str
    channel: str
    customer_number: str
    created_at: datetime
    ends_at: datetime
    told_at: datetime | None
    told_store_code: str | None


def wait_view(number: str) -> WaitView:
    """One wait.

    Raises:
        WaitNotFound: no such wait.
    """
    rows = StockWait.objects.filter(number=number)
    found = wait_views(list(rows))
    if not found:
        raise WaitNotFound(number=number)
    return found[0]


def wait_views(rows: Sequence[StockWait]) -> list[WaitView]:
    """These waits, in their order."""
    keys = [row.pk for row in rows]
    full = StockWait.objects.select_related("sku", "store", "told_store").in_bulk(keys)
    return [_view(full[key]) for key in keys]


def next_waited_for(channel: str | None, *, after: int) -> list[int]:
    """The next SKUs, by key, that somebody waits for through a channel, or through any."""
    rows = StockWait.objects.waiting().filter(sku__gt=after)
    if channel is not None:
        rows = rows.filter(channel=channel)
    skus = rows.order_by("sku").values_list("sku", flat=True).distinct()
    return list(skus[: limits().terms_skus])


def kits_waited_for(*, after: int, up_to: int) -> list[int]:
    """The kits, by key, that somebody waits for and that were made up with these parts, by
    the numbers of their rows."""
    made_up = KitPart.objects.filter(pk__gt=after, pk__lte=up_to).values("kit")
    rows = StockWait.objects.waiting().filter(sku__in=made_up)
    return list(rows.order_by("sku").values_list("sku", flat=True).distinct())


def off_sale_waited_for() -> list[int]:
    """The SKUs, by key, that somebody waits for and nobody can buy."""
    rows = StockWait.objects.waiting().filter(sku__is_active=False)
    return list(rows.order_by("sku").values_list("sku", flat=True).distinct())


def chances_ended(since: datetime, until: datetime) -> set[tuple[int, int]]:
    """Of what (place, SKU) somebody had the first chance, and has it no more."""
    rows = StockWait.objects.filter(
        status=StockWait.Status.TOLD, chance_ends_at__gt=since, chance_ends_at__lte=until
    )
    return {(store or 0, sku) for store, sku in rows.values_list("told_store", "sku")}


def waiting_for(sku_code: str, store_code: str) -> int:
    """How many wait for this at a place, or anywhere."""
    rows = StockWait.objects.waiting().filter(sku__code=sku_code)
    return rows.filter(store=None).count() + rows.filter(store__code=store_code).count()


def can_be_had(
    sku_code: str, store_code: str | None, units: int, *, channel: str, at: datetime
) -> bool:
    """Whether the channel may sell so many at one place in business: this one, or any."""
    among = [store_code] if store_code else None
    codes = [place.code for place in open_stores(at, among=among)]
    found = sellable_units(channel=channel, store_codes=codes, sku_codes=[sku_code], at=at)
    return any(there >= units for there in found.values())


def _view(row: StockWait) -> WaitView:
    return WaitView(
        number=row.number,
        sku_code=row.sku.code,
        sku_name=row.sku.name,
        store_code=row.store.code if row.store else None,
        quantity=row.quantity,
        status=row.status,
        channel=row.channel,
        customer_number=row.customer_number,
        created_at=row.created_at,
        ends_at=row.ends_at,
        told_at=row.told_at,
        told_store_code=row.told_store.code if row.told_store else None,
    )
