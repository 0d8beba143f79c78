"""Goods can be had again, and neither a level nor a fact tells of it: they went to another
category, an article became a kit, a place is in business or an article on sale again. What
there is now is compared with what was there at the last look."""

from datetime import datetime

from django.db import connection, transaction

from inventory.replenishment.operations.reopening import (
    PLACE,
    TERMS,
    begin_anew,
    locked_run,
)
from inventory.replenishment.operations.serving import serve_waits
from inventory.replenishment.queries.offers import Change
from inventory.replenishment.queries.waits import kits_waited_for, off_sale_waited_for
from inventory.selling.queries import bound_by_category
from omniretail.kernel.horizon import HORIZON
from omniretail.kernel.limits import limits
from stores.network.queries import open_stores

REARRANGED, KITS, PLACES, OFF_SALE = "rearranged", "kits", "places", "off_sale"
# A change is known by its transaction. Those below the horizon have ended, so all of them
# are seen now; of those above it, which have been seen is remembered.
_REARRANGED = f"""
    WITH h AS MATERIALIZED (SELECT {HORIZON} AS horizon)
    SELECT h.horizon, ARRAY(
        SELECT position FROM inventory_rearrangement
        WHERE position >= LEAST(%(after)s, h.horizon)
    ) FROM h
"""  # noqa: S608 - our own words
_NEWEST_PART = "SELECT COALESCE(MAX(id), 0) FROM inventory_kitpart"


@transaction.atomic
def follow_categories(*, at: datetime) -> None:
    """Goods went to another category, perhaps to one of which a channel leaves less: all
    who wait through a channel that is bound by category are looked at by and by."""
    run = locked_run(REARRANGED)
    is_first = run.looked_at is None
    with connection.cursor() as cursor:
        cursor.execute(_REARRANGED, {"after": None if is_first else run.after})
        horizon, found = cursor.fetchone()
    fresh = set(found) - set(run.seen)
    run.after, run.seen = horizon, [one for one in found if one >= horizon]
    run.looked_at = at
    run.save()
    if fresh and not is_first:
        for channel in bound_by_category(at=at):
            begin_anew(f"{TERMS}{channel}", at=at)


@transaction.atomic
def follow_kits(*, at: datetime) -> int:
    """Articles became kits whose parts may lie on the shelves; answers how many were told.
    Kits are made up one after another, so none appears behind one that was seen."""
    run = locked_run(KITS)
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_PART)
        (newest,) = cursor.fetchone()
    if run.looked_at is None or newest == run.after:
        skus = []
    else:
        skus = kits_waited_for(after=run.after, up_to=newest)
    run.after, run.looked_at = newest, at
    run.save()
    return _serve_everywhere(skus, at)


@transaction.atomic
def follow_places(*, at: datetime) -> None:
    """Places are in business that were not when it was looked last: all who wait for what
    may lie there are looked at by and by."""
    run = locked_run(PLACES)
    places = {place.id: place.code for place in open_stores(at)}
    joined = [] if run.looked_at is None else sorted(places.keys() - set(run.seen))
    run.seen, run.looked_at = sorted(places), at
    run.save()
    for key in joined:
        begin_anew(f"{PLACE}{places[key]}", at=at)


@transaction.atomic
def follow_sales(*, at: datetime) -> int:
    """Articles that somebody waited for while they were off sale are on sale again;
    answers how many were told."""
    run = locked_run(OFF_SALE)
    off_sale = off_sale_waited_for()
    back = sorted(set(run.seen) - set(off_sale))
    run.seen, run.looked_at = off_sale, at
    run.save()
    return _serve_everywhere(back, at)


def _serve_everywhere(skus: list[int], at: datetime) -> int:
    places = open_stores(at) if skus else []
    return sum(
        serve_waits([Change(place.id, sku) for place in places for sku in some], at=at)
        for some in _chunks(skus)
    )


def _chunks(skus: list[int]) -> list[list[int]]:
    size = limits().terms_skus
    return [skus[start : start + size] for start in range(0, len(skus), size)]
