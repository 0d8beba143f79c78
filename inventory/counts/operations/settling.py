"""What a count means for the levels, and moving them by it."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from decimal import Decimal

from inventory.catalogue.queries import prices
from inventory.counts.counting import Settlement, settle
from inventory.counts.models import CountLine, CountSession
from inventory.counts.queries import levels_as_of, newer_looks, tolerances_of
from inventory.promises.operations import cover_lacking
from inventory.stock.demand import Asked, Pair
from inventory.stock.models import Bucket, StockLevel
from inventory.stock.operations import Move, MovementKind, move_stock, opened_levels
from inventory.stock.queries import LevelKey
from omniretail.kernel.actors import Actor
from omniretail.kernel.limits import limits

COLUMNS = ["expected", "variance", "unit_amount", "is_tolerated"]


def look(
    session: CountSession, lines: Sequence[CountLine]
) -> tuple[dict[int, Settlement], dict[Pair, LevelKey]]:
    """Lock the levels; answers how each line settles now, and the levels."""
    store = session.store.code
    pairs = [(store, line.sku.code) for line in lines]
    keys = opened_levels({pair: Asked(pair, 1, index) for index, pair in enumerate(pairs)})
    list(StockLevel.objects.filter(pk__in=[key.id for key in keys.values()]).locked())
    now = levels_as_of(session.store_id, _moments(lines))
    return {line.pk: settle(line.counted or 0, now[line.sku_id]) for line in lines}, keys


def write_down(
    session: CountSession,
    lines: Sequence[CountLine],
    settled: Mapping[int, Settlement],
    *,
    at: datetime,
) -> None:
    """What should have been there, on each line, and whether that is near enough."""
    cards = prices([line.sku.code for line in lines], session.currency, at)
    kept = tolerances_of([line.sku_id for line in lines])
    for line in lines:
        found = settled[line.pk]
        line.expected, line.variance = found.expected, found.variance
        line.unit_amount = cards.get(line.sku.code)
        line.is_tolerated = kept[line.sku_id].allows(found.expected, found.variance)
    CountLine.objects.bulk_update(lines, COLUMNS)


def weigh(session: CountSession, lines: Sequence[CountLine]) -> None:
    """Say on the count what its variance is worth, and whether the counter may approve
    it. An article without a price may be worth anything."""
    off = [line for line in lines if line.variance]
    session.variance_amount = sum(
        (abs(line.variance or 0) * (line.unit_amount or 0) for line in off), Decimal(0)
    )
    most = limits().count_approval_amounts.get(session.currency, Decimal(0))
    session.needs_second_person = session.variance_amount > most or any(
        line.unit_amount is None for line in off
    )


def put_right(
    session: CountSession,
    lines: Sequence[CountLine],
    settled: Mapping[int, Settlement],
    keys: Mapping[Pair, LevelKey],
    *,
    attempt: str,
    outdated: Set[int],
    by: Actor,
    at: datetime,
) -> None:
    """Move the locked levels by what the count says, down to what is promised at most.

    An article of which the count does not have the last word (`outdated`, or looked at
    later by somebody else) is left alone. For the others it speaks from now on, also
    where it found what was expected: a promise lacks units that a till has sold only as
    far as fewer are there than are promised.
    """
    outdated = outdated | newer_looks(session.store_id, _moments(lines))
    believed = [line for line in lines if line.sku_id not in outdated]
    moves, looks = [], {}
    for line in lines:
        line.posted, line.short = (line.posted or 0), 0
    for line in believed:
        found = settled[line.pk]
        key = keys[session.store.code, line.sku.code]
        looks[key.id] = line.counted_at
        line.posted = (line.posted or 0) + found.posted
        line.short = found.short
        if found.posted:
            moves.append(_correction(key, found.posted, line, attempt))
    CountLine.objects.bulk_update(lines, ["posted", "short"])
    short = {line.sku.code: line.short for line in believed}
    cover_lacking(store_code=session.store.code, short=short)
    StockLevel.objects.note_looks(looks)
    move_stock(
        moves=moves,
        kind=MovementKind.ADJUSTMENT,
        reference=session.number,
        reason=session.zone,
        by=by,
        at=at,
    )


def _moments(lines: Sequence[CountLine]) -> dict[int, datetime]:
    return {line.sku_id: line.counted_at for line in lines if line.counted_at}


def _correction(key: LevelKey, change: int, line: CountLine, attempt: str) -> Move:
    """What was missing or found, at the moment when it was seen."""
    source, target = Bucket.SHRINKAGE, Bucket.ON_HAND
    if change < 0:
        source, target = target, source
    return Move(
        key,
        abs(change),
        source,
        target,
        line=f"{line.round}{attempt}",
        observed_at=line.counted_at,
    )
