"""What stands at a place and what others have, locked for a decision about both."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from inventory.promises.models import Promise, PromiseQuerySet
from inventory.promises.weakness import Cell
from inventory.selling.queries import sellable_of
from inventory.stock.models import StockLevel
from inventory.stock.queries import LevelKey, level_keys_of
from omniretail.kernel.limits import limits


@dataclass(frozen=True)
class Desk:
    """Locked promises and levels: what stands at the place, and what others have."""

    rows: list[Promise]
    keys: dict[Cell, LevelKey]
    free: dict[Cell, int]
    unpromised: dict[int, int]
    leaves: dict[tuple[str, int, int], int | None]
    here: PromiseQuerySet

    def has_all(self) -> bool:
        """Whether nobody was promised anything while we waited for the levels."""
        return set(_weakest(self.here)) <= {row.pk for row in self.rows}


def desk_of(
    keys: Iterable[LevelKey], which: Q, beside: Iterable[LevelKey], at: datetime
) -> Desk:
    """Lock the promises, then the levels, each in key order."""
    here = list(keys)
    places, skus = {key.store_id for key in here}, {key.sku_id for key in here}
    standing = Promise.objects.filter(which, store__in=places, sku__in=skus)
    rows = _locked_rows(standing)
    ranked = {
        (place, row.sku_id) for row in rows for place in row.ranking or (row.store_id,)
    }
    found = level_keys_of({*ranked, *((key.store_id, key.sku_id) for key in here)})
    locked = {key.id for key in (*found.values(), *beside)}
    levels = locked_levels(locked)
    return Desk(
        rows=rows,
        keys=found,
        free={
            cell: levels[key.id].available_to_promise
            for cell, key in found.items()
            if cell[0] not in places and key.is_trading_on(at.date())
        },
        unpromised={
            key.id: levels[key.id].on_hand - levels[key.id].reserved for key in here
        },
        leaves=_left_by_channels({row.channel for row in rows if row.ranking}, found, at),
        here=standing,
    )


def _left_by_channels(
    channels: Iterable[str], keys: Mapping[Cell, LevelKey], at: datetime
) -> dict[tuple[str, int, int], int | None]:
    """What each channel must leave at each place; None, where it may sell nothing."""
    cells = {(key.store_code, key.sku_code): cell for cell, key in keys.items()}
    ids = [key.id for key in keys.values()]
    return {
        (channel, *cells[pair]): one.buffer
        if one.is_in_network and not one.is_blocked
        else None
        for channel in channels
        for pair, one in sellable_of(ids, channel=channel, at=at).items()
    }


def locked_levels(keys: Collection[int]) -> dict[int, StockLevel]:
    """The levels, which nobody changes while we decide."""
    return {row.pk: row for row in StockLevel.objects.filter(pk__in=keys).locked()}


def _locked_rows(here: PromiseQuerySet) -> list[Promise]:
    """The weakest promises at the place, locked; none that moved off while we waited."""
    return list(here.live().filter(picked_at=None, pk__in=_weakest(here)).locked())


def _weakest(here: PromiseQuerySet) -> list[int]:
    return list(here.weakest(limits().promises_giving_way).values_list("pk", flat=True))
