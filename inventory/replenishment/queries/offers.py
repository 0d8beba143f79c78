"""What has come to places of that somebody waits for, and what channels may sell of it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from inventory.catalogue.kits import Kits, expanded, shelf_codes
from inventory.catalogue.models import KitPart, Sku
from inventory.catalogue.queries import kits
from inventory.replenishment.models import StockWait
from inventory.replenishment.offering import Offer
from inventory.selling.queries import shelves_of
from omniretail.kernel.limits import limits
from stores.network.places import StorePlace
from stores.network.queries import open_stores

Wish = tuple[str, str]
"""A SKU that is waited for, and the channel through which."""


@dataclass(frozen=True)
class Landing:
    """A place to which something came, and what is waited for there or anywhere."""

    store_id: int
    store_code: str
    wishes: frozenset[Wish]


def waited_for(sku_ids: Collection[int], *, at: datetime) -> set[Wish]:
    """What somebody waits for of these SKUs and of the kits they are parts of."""
    made_of = KitPart.objects.filter(part__in=sku_ids).values("kit")
    rows = StockWait.objects.waiting().filter(
        Q(sku__in=sku_ids) | Q(sku__in=made_of), ends_at__gt=at
    )
    return set(rows.order_by().values_list("sku__code", "channel").distinct())


def offers(
    come: Iterable[tuple[int, int, int]], wishes: Collection[Wish], *, at: datetime
) -> Iterator[tuple[Landing, Offer]]:
    """For each place in business that got some of it (place, SKU, units), what there is to
    tell of."""
    wanted = {sku for sku, _channel in wishes}
    made_up = kits(wanted)
    shelves = shelf_codes(wanted, made_up)
    names = dict(Sku.objects.filter(code__in=shelves).values_list("id", "code"))
    landed: dict[int, Counter[str]] = defaultdict(Counter)
    for store, sku, units in come:
        if sku in names:
            landed[store][names[sku]] += units
    places = [one for one in open_stores(at) if one.id in landed]
    free = _free(places, wishes, shelves, at)
    for place in places:
        before = _told_at(place, wanted | shelves, at)
        yield (
            Landing(place.id, place.code, frozenset(wishes)),
            Offer(
                come=landed[place.id],
                free={
                    channel: found.get(place.code, {}) for channel, found in free.items()
                },
                kits=made_up,
                in_this_look=_pieces(before.filter(told_at__gte=at), made_up),
                lately=_pieces(before, made_up),
            ),
        )


def _free(
    places: Collection[StorePlace],
    wishes: Collection[Wish],
    sku_codes: Collection[str],
    at: datetime,
) -> dict[str, dict[str, dict[str, int]]]:
    """What each channel may sell, by channel, place and SKU."""
    return {
        channel: shelves_of(
            channel=channel,
            store_codes=[place.code for place in places],
            sku_codes=sku_codes,
            at=at,
        ).free
        for channel in {channel for _sku, channel in wishes}
    }


def _told_at(
    place: StorePlace, sku_codes: Collection[str], at: datetime
) -> QuerySet[StockWait]:
    """The waits that were told of a place so lately that nobody else is told of the same
    units."""
    since = at - limits().wait_first_chance
    return StockWait.objects.filter(
        told_store=place.id, told_at__gt=since, sku__code__in=sku_codes
    )


def _pieces(rows: QuerySet[StockWait], made_up: Kits) -> Counter[str]:
    told = rows.order_by().values_list("sku__code").annotate(Sum("quantity"))
    found: Counter[str] = Counter()
    for piece in expanded(told, made_up):
        found[piece.sku_code] += piece.quantity
    return found
