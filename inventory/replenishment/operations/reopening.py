"""Goods can be had again although no level changed: a block is over, a channel leaves less
or sells from another place, a place is in business again, or somebody's first chance has
gone by."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from inventory.catalogue.queries import sku_ids
from inventory.replenishment.models import Run
from inventory.replenishment.operations.serving import serve_waits
from inventory.replenishment.queries.offers import Change
from inventory.replenishment.queries.waits import chances_ended, next_waited_for
from inventory.selling.queries import blocks_ended
from omniretail.kernel.limits import limits
from stores.network.queries import get_store, open_stores

CLOCK, TERMS, PLACE = "clock", "terms:", "place:"
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
    run = locked_run(f"{TERMS}{channel}", is_done=True)
    if run.looked_at is None or run.looked_at < at:
        begin_anew(run.name, at=at)


@transaction.atomic
def serve_what_time_ended(*, at: datetime) -> int:
    """Look at what was blocked until now, and at what somebody had the first chance of
    until now; answers how many were told."""
    run = locked_run(CLOCK, looked_at=at)
    since = run.looked_at or at
    ended = {
        *blocks_ended(since - _SLACK, at),
        *chances_ended(since, at),
    }
    run.looked_at = max(since, at)
    run.save()
    return serve_waits([Change(store, sku) for store, sku in sorted(ended)], at=at)


def serve_new_terms(*, at: datetime) -> int:
    """Look at those who wait through channels with new terms, or for what may lie in
    places that joined, as far as one turn goes; answers how many were told."""
    begun = Q(name__startswith=TERMS) | Q(name__startswith=PLACE)
    runs = Run.objects.filter(begun, is_done=False).order_by("name")
    told = 0
    for name in runs.values_list("name", flat=True):
        for _turn in range(limits().watched_batches):
            told += _serve_batch(name, at)
            if Run.objects.filter(name=name, is_done=True).exists():
                break
    return told


@transaction.atomic
def _serve_batch(name: str, at: datetime) -> int:
    run = locked_run(name)
    kind, _sep, code = name.partition(":")
    is_place = f"{kind}:" == PLACE
    skus = next_waited_for(None if is_place else code, after=run.after)
    places = [get_store(code)] if is_place else open_stores(at)
    run.is_done = not skus
    run.after = skus[-1] if skus else run.after
    run.save()
    return serve_waits([Change(place.id, sku) for place in places for sku in skus], at=at)


def locked_run(name: str, **begins: Any) -> Run:
    """How far that work has come; whoever works holds the row."""
    if not Run.objects.filter(name=name).exists():
        Run.objects.get_or_create(name=name, defaults=begins)
    return Run.objects.locked().get(name=name)


def begin_anew(name: str, *, at: datetime) -> None:
    """All who are looked at by and by are looked at once more, from the first."""
    run = locked_run(name)
    run.after, run.is_done, run.looked_at = 0, False, at
    run.save()
