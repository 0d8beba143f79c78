"""Goods can be had again although no level changed: a block is over, a channel leaves less
or sells from another place, or somebody's first chance has gone by."""

from datetime import datetime, timedelta

from django.db import transaction

from inventory.catalogue.queries import sku_ids
from inventory.replenishment.models import Run
from inventory.replenishment.operations.serving import serve_waits
from inventory.replenishment.queries.offers import Change
from inventory.replenishment.queries.waits import chances_ended, next_waited_for
from inventory.selling.queries import blocks_ended
from omniretail.kernel.limits import limits
from stores.network.queries import get_store, open_stores

CLOCK, TERMS = "clock", "terms:"
# Who blocks something until a moment so near writes it down after that moment, perhaps.
_SLACK = timedelta(minutes=1)


def serve_goods(*, store_code: str | None, sku_code: str, at: datetime) -> int:
    """A channel may sell more of a SKU at a place, or at any; answers how many it told."""
    places = [get_store(store_code)] if store_code else open_stores(at)
    return serve_waits(
        [Change(place.id, sku) for sku in sku_ids([sku_code]).values() for place in places],
        at=at,
    )


@transaction.atomic
def note_new_terms(*, channel: str, at: datetime) -> None:
    """A channel may sell more of many SKUs: all who wait through it are looked at by and
    by. To hear of it again changes nothing."""
    name = f"{TERMS}{channel}"
    Run.objects.get_or_create(name=name, defaults={"is_done": True})
    run = Run.objects.locked().get(name=name)
    if run.looked_at is None or run.looked_at < at:
        run.after, run.is_done, run.looked_at = 0, False, at
        run.save()


@transaction.atomic
def serve_what_time_ended(*, at: datetime) -> int:
    """Look at what was blocked until now, and at what somebody had the first chance of
    until now; answers how many were told."""
    Run.objects.get_or_create(name=CLOCK, defaults={"looked_at": at})
    run = Run.objects.locked().get(name=CLOCK)
    since = run.looked_at or at
    ended = {
        *blocks_ended(since - _SLACK, at),
        *chances_ended(since, at),
    }
    run.looked_at = max(since, at)
    run.save()
    return serve_waits([Change(store, sku) for store, sku in sorted(ended)], at=at)


def serve_new_terms(*, at: datetime) -> int:
    """Look at those who wait through channels with new terms, as far as one turn goes;
    answers how many were told."""
    runs = Run.objects.filter(name__startswith=TERMS, is_done=False).order_by("name")
    told = 0
    for name in runs.values_list("name", flat=True):
        for _turn in range(limits().watched_batches):
            told += _serve_batch(name, at)
            if Run.objects.filter(name=name, is_done=True).exists():
                break
    return told


@transaction.atomic
def _serve_batch(name: str, at: datetime) -> int:
    run = Run.objects.locked().get(name=name)
    skus = next_waited_for(name.removeprefix(TERMS), after=run.after)
    run.is_done = not skus
    run.after = skus[-1] if skus else run.after
    run.save()
    return serve_waits(
        [Change(place.id, sku) for place in open_stores(at) for sku in skus], at=at
    )
