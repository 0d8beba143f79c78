"""What another system says of levels: how many there were, came, or are to be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from inventory.catalogue.queries import KitHasNoStock, SkuNotFound, sku_keys
from inventory.stock.demand import MOST_UNITS, Pair
from inventory.stock.models import CORRECTIONS, NOT_LOOKED, OBSERVATIONS, told
from inventory.stock.models.told import Judgement, Telling, ToldLevel
from inventory.stock.operations.adjusting import BelowPromised, LevelChanged
from inventory.stock.operations.moving import AlreadyRecorded, QuantityOutOfRange
from inventory.stock.operations.placing import ObservedTooFarOff
from inventory.stock.queries import store_ids
from omniretail.contracts.inventory import StockMoved
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from omniretail.kernel.realtime import nudge
from stores.network.queries import StoreNotFound


class WrittenTwice(DomainError):
    """One request writes a level once: an earlier row names it too."""


class KeyTwice(DomainError):
    """One request uses a row key once."""


class ObservationOutdated(DomainError):
    """Somebody has looked at this level since. Send a newer figure."""

    kind = Kind.CONFLICT


class WriteUnclear(DomainError):
    """This row says too little or too much for the way it is meant."""


class WriteMode(StrEnum):
    """How a row is meant."""

    ABSOLUTE = "absolute"
    DELTA = "delta"
    SWAP = "compare-and-set"


class WriteOutcome(StrEnum):
    """What became of a row."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


_MODES = {WriteMode.ABSOLUTE: "SET", WriteMode.DELTA: "ADD", WriteMode.SWAP: "SWAP"}


@dataclass(frozen=True)
class StockWrite:
    """One row: the level, how it is meant, and the units. An absolute figure was seen at
    a moment; a swap expects so many now. `key` names the row for the caller."""

    key: str
    store_code: str
    sku_code: str
    mode: WriteMode
    units: int
    expected: int | None = None
    observed_at: datetime | None = None

    @property
    def pair(self) -> Pair:
        return self.store_code, self.sku_code


@dataclass(frozen=True)
class WriteResult:
    """What became of one row, and what the level says now; a refused row says why.
    A row that was written before under its key is applied, and not done again."""

    key: str
    outcome: WriteOutcome
    is_repeated: bool = False
    on_hand: int | None = None
    reserved: int | None = None
    problem: Mapping[str, str] = field(default_factory=dict)


def write_stock(
    *, rows: Sequence[StockWrite], reference: str, reason: str, by: Actor, at: datetime
) -> list[WriteResult]:
    """Write many levels as another system tells them; answers row by row, in order.

    Rows that cannot be written are refused by themselves. Keeps transactions of its own,
    one for each batch. The same rows again under the same reference change nothing: a
    row that was written is known by its key, an absolute figure stands for its moment.
    """
    results: dict[int, WriteResult] = {}
    writable = []
    for index, row, refusal in _checked(rows, at):
        if refusal is None:
            writable.append((index, row))
        else:
            results[index] = _refused(row, refusal)
    telling = telling_of(reference=reference, reason=reason, by=by, at=at)
    size = limits().stock_write_batch
    for first in range(0, len(writable), size):
        results |= _write_batch(dict(writable[first : first + size]), telling)
    return [results[index] for index in range(len(rows))]


def telling_of(*, reference: str, reason: str, by: Actor, at: datetime) -> Telling:
    """Who tells what, as the statements need it."""
    return Telling(
        reference=reference,
        reason=reason,
        actor_kind=by.kind,
        actor_key=by.key,
        at=at,
        corrections=CORRECTIONS,
        observations=OBSERVATIONS,
        not_looked=NOT_LOOKED,
        most=MOST_UNITS,
    )


def _checked(
    rows: Sequence[StockWrite], at: datetime
) -> Iterator[tuple[int, StockWrite, DomainError | None]]:
    pairs: dict[Pair, str] = {}
    keys: set[str] = set()
    for index, row in enumerate(rows):
        refusal = _check(row, at)
        if refusal is None and row.key in keys:
            refusal = KeyTwice(field="key")
        if refusal is None and row.pair in pairs:
            refusal = WrittenTwice(field="sku", first=pairs[row.pair])
        keys.add(row.key)
        pairs.setdefault(row.pair, row.key)
        yield index, row, refusal


def _check(row: StockWrite, at: datetime) -> DomainError | None:
    least = -MOST_UNITS if row.mode is WriteMode.DELTA else 0
    if not least <= row.units <= MOST_UNITS:
        return QuantityOutOfRange(field="units")
    if row.mode is WriteMode.DELTA and not row.units:
        return WriteUnclear(field="units")
    if (row.expected is None) == (row.mode is WriteMode.SWAP):
        return WriteUnclear(field="expected")
    if (row.observed_at is None) == (row.mode is WriteMode.ABSOLUTE):
        return WriteUnclear(field="observed_at")
    if row.observed_at and not at - limits().observed_within <= row.observed_at <= at:
        return ObservedTooFarOff(field="observed_at")
    return None


@transaction.atomic
def _write_batch(rows: dict[int, StockWrite], telling: Telling) -> dict[int, WriteResult]:
    stores = store_ids({row.store_code for row in rows.values()})
    skus = sku_keys({row.sku_code for row in rows.values()})
    results: dict[int, WriteResult] = {}
    asked = []
    for index, row in rows.items():
        if row.store_code not in stores:
            results[index] = _refused(row, StoreNotFound(field="store"))
        elif row.sku_code not in skus:
            results[index] = _refused(row, SkuNotFound(field="sku"))
        elif skus[row.sku_code].is_kit:
            results[index] = _refused(row, KitHasNoStock(field="sku"))
        else:
            sku_id = skus[row.sku_code].id
            asked.append(_told(index, row, stores[row.store_code], sku_id))
    judged = told.look(asked, telling)
    acting = {one.line for one in judged if one.outcome == WriteOutcome.APPLIED}
    landed = told.land([row for row in asked if row.line in acting], telling)
    final = [one for one in judged if one.line not in acting] + landed
    _tell([(rows[one.line], one) for one in landed], telling)
    return results | {one.line: _result(rows[one.line], one) for one in final}


def _told(index: int, row: StockWrite, store_id: int, sku_id: int) -> ToldLevel:
    return ToldLevel(
        line=index,
        store_id=store_id,
        sku_id=sku_id,
        mode=_MODES[row.mode],
        units=row.units,
        expected=row.expected,
        observed_at=row.observed_at,
        key=row.key,
    )


def _result(row: StockWrite, one: Judgement) -> WriteResult:
    if one.outcome == WriteOutcome.UNCHANGED:
        return WriteResult(row.key, WriteOutcome.UNCHANGED, False, one.before, one.reserved)
    if one.outcome == WriteOutcome.APPLIED:
        return WriteResult(row.key, WriteOutcome.APPLIED, False, one.wanted, one.reserved)
    if one.outcome == "repeated":
        return WriteResult(row.key, WriteOutcome.APPLIED, True, one.before, one.reserved)
    refusals: dict[str, DomainError] = {
        "already_recorded": AlreadyRecorded(field="key"),
        "outdated": ObservationOutdated(field="observed_at", looked_at=one.newer),
        "level_changed": LevelChanged(field="expected", expected=row.expected),
        "below_promised": BelowPromised(field="units", wanted=one.wanted),
        "quantity_out_of_range": QuantityOutOfRange(field="units"),
    }
    return _refused(row, refusals[one.outcome], one)


def _refused(
    row: StockWrite, refusal: DomainError, one: Judgement | None = None
) -> WriteResult:
    figures: dict[str, Any] = (
        {} if one is None else {"on_hand": one.before, "reserved": one.reserved}
    )
    return WriteResult(row.key, WriteOutcome.REFUSED, problem=refusal.summary(), **figures)


def _tell(landed: Sequence[tuple[StockWrite, Judgement]], telling: Telling) -> None:
    applied = [(row, one) for row, one in landed if one.outcome == WriteOutcome.APPLIED]
    outbox.publish_all(
        [
            StockMoved(
                occurred_at=row.observed_at or telling.at,
                store_code=row.store_code,
                sku_code=row.sku_code,
                quantity=abs(one.wanted - one.before),
                source=one.source,
                target="ON_HAND" if one.wanted > one.before else "SHRINKAGE",
                reference=telling.reference,
                on_hand=one.wanted,
                available_to_promise=one.wanted - one.reserved - one.safety_stock,
            )
            for row, one in applied
        ]
    )
    for store_code in {row.store_code for row, _one in applied}:
        nudge(f"stock.{store_code}")
