"""Working levels out anew from what explains them: movements and live promises."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.promises.queries import LevelDifference, level_differences
from inventory.stock.models import StockLevel
from omniretail.kernel import audit
from omniretail.kernel.actors import Actor
from omniretail.kernel.realtime import nudge
from stores.network.queries import get_store

_BATCH = 200


@dataclass
class Rebuilt:
    """What was found, what of it is mended, and what no level can say: more promised than
    there is, or a bucket that owes units. That takes a correction, not a rebuild."""

    found: list[LevelDifference] = field(default_factory=list)
    mended: list[LevelDifference] = field(default_factory=list)
    impossible: list[LevelDifference] = field(default_factory=list)


def rebuild_levels(
    *,
    by: Actor,
    at: datetime,
    store_code: str | None = None,
    sku_code: str | None = None,
    is_dry_run: bool,
) -> Rebuilt:
    """Compare the levels (of one place, of one SKU) with their history; unless it is a dry
    run, let them say what their history says.

    Safe while shops trade: a difference is looked at once more with its level locked, and
    each batch is a transaction of its own. Every mended level is written to the audit
    trail with what it said before.

    Raises:
        StoreNotFound, SkuNotFound: no such place or SKU.
    """
    stores = None if store_code is None else [get_store(store_code).id]
    skus = None if sku_code is None else list(sku_ids([sku_code]).values())
    if skus == []:
        raise SkuNotFound(sku=sku_code)
    told = Rebuilt(found=level_differences(stores=stores, skus=skus))
    if is_dry_run:
        told.impossible = [one for one in told.found if not one.is_possible]
        return told
    for first in range(0, len(told.found), _BATCH):
        _mend(told.found[first : first + _BATCH], told, by, at)
    return told


@transaction.atomic
def _mend(found: Sequence[LevelDifference], told: Rebuilt, by: Actor, at: datetime) -> None:
    StockLevel.objects.open(sorted(one.pair for one in found))
    stores = {one.store_id for one in found}
    skus = {one.sku_id for one in found}
    rows = StockLevel.objects.filter(store_id__in=stores, sku_id__in=skus)
    pairs = {one.pair for one in found}
    keys = [
        key
        for key, store, sku in rows.values_list("pk", "store_id", "sku_id")
        if (store, sku) in pairs
    ]
    levels = {
        (row.store_id, row.sku_id): row
        for row in StockLevel.objects.filter(pk__in=keys).locked()
    }
    for one in level_differences(stores=stores, skus=skus):
        if one.pair not in levels:
            continue
        if not one.is_possible:
            told.impossible.append(one)
            continue
        _write(levels[one.pair], one, by, at)
        told.mended.append(one)
    for code in {one.store_code for one in told.mended}:
        nudge(f"stock.{code}")


def _write(row: StockLevel, one: LevelDifference, by: Actor, at: datetime) -> None:
    changes = one.changes
    StockLevel.objects.filter(pk=row.pk).update(
        **{name: due for name, (_said, due) in changes.items()}, changed_at=at
    )
    audit.record(
        actor=by,
        action="stock.rebuild",
        subject=f"stock:{one.store_code}:{one.sku_code}"[:150],
        at=at,
        detail={
            "said": {name: said for name, (said, _due) in changes.items()},
            "is": {name: due for name, (_said, due) in changes.items()},
        },
    )
