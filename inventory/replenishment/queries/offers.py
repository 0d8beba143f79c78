"""What somebody waits for may lie at places, and what channels may sell of it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from inventory.catalogue.kits import shelf_codes
from inventory.catalogue.models import KitPart, Sku
from inventory.catalogue.queries import kits
from inventory.replenishment.models import StockWait
from inventory.replenishment.models.waits import StockWaitQuerySet
from inventory.replenishment.offering import (
    Chance,
    Offer,
    Step,
    lost_chances,
    pieces,
)
from inventory.selling.queries import shelves_of
from stores.network.places import StorePlace
from stores.network.queries import open_stores

Wish = tuple[str, str]
"""A SKU that is waited for, and the channel through which."""


@dataclass(frozen=True)
class Change:
    """A channel may sell more of a SKU at a place, perhaps; `steps` are the changes of
    the level since it was looked at last: the number of each, and how many units it left
    free."""

    store_id: int
    sku_id: int
    steps: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Landing:
    """A place where something can be had again, and what is waited for there or
    anywhere."""

    store_id: int
    store_code: str
    wishes: frozenset[Wish]


def waited_for(sku_ids: Collection[int], *, at: datetime) -> set[Wish]:
    """What somebody waits for of these SKUs and of the kits they are parts of; what is
    off sale is told to nobody."""
    rows = StockWait.objects.waiting().filter(
        _with_kits(sku_ids), ends_at__gt=at, sku__is_active=True
    )
    return set(rows.order_by().values_list("sku__code", "channel").distinct())


def offers(
    changes: Collection[Change], wishes: Collection[Wish], *, at: datetime
) -> Iterator[tuple[Landing, Offer]]:
    """For each place in business where some of it changed, what there is to tell of."""
    wanted = {sku for sku, _channel in wishes}
    made_up = kits(wanted)
    codes = wanted | shelf_codes(wanted, made_up)
    keys = set(Sku.objects.filter(code__in=codes).values_list("id", flat=True))
    touched = {one.store_id for one in changes if one.sku_id in keys}
    places = [one for one in open_stores(at) if one.id in touched]
    free = _free(places, wishes, codes, at)
    spoken_for = _spoken_for(places, keys, at)
    told_of = kits({sku for lines in spoken_for.values() for sku, _units in lines})
    for place in places:
        yield (
            Landing(place.id, place.code, frozenset(wishes)),
            Offer(
                free={
                    channel: found.get(place.code, {}) for channel, found in free.items()
                },
                kits=made_up,
                spoken_for=pieces(spoken_for[place.id], told_of),
            ),
        )


def chances_lost(changes: Collection[Change], *, at: datetime) -> set[int]:
    """The waits that were told of units which have gone since, by key."""
    skus = {one.sku_id for one in changes if one.steps}
    places = {one.store_id for one in changes if one.steps}
    rows = (
        StockWait.objects.with_a_chance(at)
        .filter(_with_kits(skus), told_store__in=places)
        .order_by("told_at", "pk")
    )
    given: dict[int, list[Chance]] = defaultdict(list)
    for row in rows.select_related("sku"):
        chance = Chance(row.pk, row.sku.code, row.quantity, row.told_after or 0)
        given[row.told_store_id or 0].append(chance)
    if not given:
        return set()
    made_up = kits({one.sku_code for here in given.values() for one in here})
    names = dict(Sku.objects.filter(pk__in=skus).values_list("pk", "code"))
    steps: dict[int, list[Step]] = defaultdict(list)
    for one in changes:
        steps[one.store_id] += [Step(n, names[one.sku_id], free) for n, free in one.steps]
    return {
        key
        for place, chances in given.items()
        for key in lost_chances(chances, steps[place], made_up)
    }


def _with_kits(sku_ids: Collection[int]) -> Q:
    made_of = KitPart.objects.filter(part__in=sku_ids).values("kit")
    return Q(sku__in=sku_ids) | Q(sku__in=made_of)


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


def _spoken_for(
    places: Collection[StorePlace], sku_ids: Collection[int], at: datetime
) -> dict[int, list[tuple[str, int]]]:
    """Of what somebody has the first chance, by place: of these SKUs, or of a kit that
    one of them is a part of."""
    rows: StockWaitQuerySet = StockWait.objects.with_a_chance(at).filter(
        _with_kits(sku_ids), told_store__in=[place.id for place in places]
    )
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for place, sku, units in rows.values_list("told_store", "sku__code", "quantity"):
        found[place or 0].append((sku, units))
    return found
