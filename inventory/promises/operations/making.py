"""Keeping units for somebody: all that is asked for, or nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from inventory.promises.models import Promise
from inventory.promises.operations.ending import end_rows, keys_of, live_rows
from inventory.promises.operations.refusing import nothing_there, refusal
from inventory.promises.operations.retrying import earlier_holds, kept_until
from inventory.promises.queries import PromiseSlip, slip_of
from inventory.selling.models import promise_levels
from inventory.stock.demand import Asked, Pair
from inventory.stock.models import Shift, StockLevel
from inventory.stock.operations import check_codes, check_quantities
from inventory.stock.queries import LevelKey, Parted, parted
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind

Status = Promise.Status


class PlaceClosed(DomainError):
    """This place is closed for good or has not opened yet."""

    kind = Kind.CONFLICT


class NothingAsked(DomainError):
    """Ask for something."""


class LinePromisedTwice(DomainError):
    """Something is already promised for this line."""

    kind = Kind.CONFLICT
    constraints = (
        "one_live_promise_per_reference_and_line",
        "one_live_promise_per_part_of_a_line",
    )


@dataclass(frozen=True)
class Demand:
    """Units of one SKU wanted at one place; `line` says what for, once per reference. A
    kit is kept by its parts, all in that place."""

    store_code: str
    sku_code: str
    quantity: int
    line: str

    @property
    def pair(self) -> Pair:
        return self.store_code, self.sku_code


@dataclass(frozen=True)
class _Terms:
    owner: str
    reference: str
    status: Promise.Status
    ends_at: datetime | None
    at: datetime
    extended_at: datetime | None = None
    from_safety_stock: bool = False
    channel: str | None = ""


@transaction.atomic
def hold_stock(
    *,
    demands: Sequence[Demand],
    owner: str,
    reference: str,
    ends_at: datetime,
    by: Actor,
    at: datetime,
    channel: str = "",
) -> list[PromiseSlip]:
    """Keep units until a moment, for a payment to be made, out of what the channel may
    sell.

    Earlier holds of the same reference are replaced in the same step: a second try
    never competes with the first. It counts as their one extension: who asks again and
    again does not keep the units for ever.

    Raises:
        NotEnoughStock: some place cannot promise that many; nothing is kept.
        NotInNetwork, NotForSaleHere: some place sells none of it to this channel.
        PaymentUnderWay: the earlier holds of this reference are being paid for.
        TooManyHolds: the owner has as many reservations as one may have at once.
        PlaceClosed, StoreNotFound, SkuNotFound, QuantityOutOfRange, NothingAsked.
    """
    del by  # the door's audit entry says who
    earlier = earlier_holds(owner, reference)
    terms = _Terms(owner, reference, Status.HELD, ends_at, at, channel=channel)
    return _exchange(earlier, demands, _going_on(earlier, terms))


@transaction.atomic
def allocate_stock(
    *,
    demands: Sequence[Demand],
    reference: str,
    by: Actor,
    at: datetime,
    owner: str = "",
    from_safety_stock: bool = False,
    channel: str | None = "",
) -> list[PromiseSlip]:
    """Keep units for an order that stands: this promise does not expire.

    Without a channel (None) it is no sale: neither blocks nor buffers bind it. Goods that
    were promised before they came are kept for their owner even where the place has less
    than its safety stock (`from_safety_stock`).

    Raises:
        NotEnoughStock: some place cannot promise that many; nothing is kept.
        NotInNetwork, NotForSaleHere: some place sells none of it to this channel.
        LinePromisedTwice: units are already kept for one of the lines.
        PlaceClosed, StoreNotFound, SkuNotFound, QuantityOutOfRange, NothingAsked.
    """
    del by
    owner = owner or f"order:{reference}"
    terms = _Terms(
        owner,
        reference,
        Status.ALLOCATED,
        None,
        at,
        from_safety_stock=from_safety_stock,
        channel=channel,
    )
    return _exchange([], demands, terms)


@transaction.atomic
def move_promises(
    *,
    reference: str,
    lines: Collection[str],
    demands: Sequence[Demand],
    by: Actor,
    at: datetime,
) -> list[PromiseSlip]:
    """Keep the units of these lines elsewhere, for the same channel: at no moment is
    nothing promised.

    Raises:
        NotEnoughStock: some place cannot promise that many; all stays as it was.
        NotInNetwork, NotForSaleHere: some place sells none of it to this channel.
        PlaceClosed, StoreNotFound, SkuNotFound, QuantityOutOfRange, NothingAsked.
    """
    del by
    earlier = live_rows(reference, lines)
    owner = earlier[0].owner if earlier else f"order:{reference}"
    channel = earlier[0].channel if earlier else ""
    terms = _Terms(owner, reference, Status.ALLOCATED, None, at, channel=channel)
    return _exchange(earlier, demands, terms)


def _going_on(earlier: Sequence[Promise], terms: _Terms) -> _Terms:
    if terms.ends_at is None:
        return terms
    ends_at, extended_at = kept_until(earlier, terms.ends_at, terms.at)
    return replace(terms, ends_at=ends_at, extended_at=extended_at)


def _exchange(
    earlier: Sequence[Promise], demands: Sequence[Demand], terms: _Terms
) -> list[PromiseSlip]:
    """End the earlier promises and make new ones, over levels taken in key order."""
    wanted = _wanted(demands)
    asked, keys = wanted.asked, wanted.keys
    check_quantities(asked.values())
    _refuse_unready(asked, keys, terms.at)
    if earlier:
        lock_levels([*keys.values(), *keys_of(earlier).values()])
        end_rows(earlier, Status.RELEASED, at=terms.at)
    spare = _promise(asked, keys, terms)
    return _written(demands, wanted, terms, spare)


def _wanted(demands: Sequence[Demand]) -> Parted:
    """What is wanted of the shelves: kits by their parts."""
    if not demands:
        raise NothingAsked(field="lines")
    check_quantities(
        Asked(demand.pair, demand.quantity, index) for index, demand in enumerate(demands)
    )
    return parted([(demand.pair, demand.quantity) for demand in demands])


def _refuse_unready(
    asked: dict[Pair, Asked], keys: dict[Pair, LevelKey], at: datetime
) -> None:
    missing = [one for pair, one in asked.items() if pair not in keys]
    if missing:
        check_codes(missing)
        raise nothing_there(missing)
    for pair, one in asked.items():
        if not keys[pair].is_trading_on(at.date()):
            raise PlaceClosed(field=one.field.replace("/sku", "/store"), store=pair[0])


def lock_levels(keys: Iterable[LevelKey]) -> None:
    """Lock these levels in key order, before any of them changes."""
    list(StockLevel.objects.filter(pk__in=[key.id for key in keys]).locked())


def _promise(
    asked: dict[Pair, Asked], keys: dict[Pair, LevelKey], terms: _Terms
) -> dict[int, int | None]:
    """Reserve what is asked; answers what each level has left for the channel (None where
    the safety stock may be used too)."""
    shifts = [Shift(keys[pair].id, reserved=one.units) for pair, one in asked.items()]
    kept: dict[int, int | None]
    if terms.from_safety_stock:
        kept = dict.fromkeys(StockLevel.objects.shift(shifts, at=terms.at))
    else:
        levels = promise_levels(shifts, channel=terms.channel, at=terms.at)
        kept = {key: level.spare for key, level in levels.items()}
    short = [one for pair, one in asked.items() if keys[pair].id not in kept]
    if short:
        raise refusal(short, keys, channel=terms.channel, at=terms.at)
    return kept


def _written(
    demands: Sequence[Demand],
    wanted: Parted,
    terms: _Terms,
    spare: Mapping[int, int | None],
) -> list[PromiseSlip]:
    rows = [
        Promise(
            store_id=wanted.keys[pair].store_id,
            sku_id=wanted.keys[pair].sku_id,
            kit_id=piece.share.kit.id if piece.share else None,
            per_kit=piece.share.per_kit if piece.share else 1,
            quantity=piece.quantity,
            status=terms.status,
            owner=terms.owner,
            reference=terms.reference,
            line=demands[piece.index].line,
            ends_at=terms.ends_at,
            extended_at=terms.extended_at,
            created_at=terms.at,
            allocated_at=terms.at if terms.status is Status.ALLOCATED else None,
            channel=terms.channel or "",
            spare=spare[wanted.keys[pair].id],
            from_safety_stock=terms.from_safety_stock,
        )
        for pair, piece in wanted.pieces
    ]
    Promise.objects.bulk_create(rows)
    return [
        slip_of(row, *pair, kit_code=piece.share.kit.code if piece.share else "")
        for row, (pair, piece) in zip(rows, wanted.pieces, strict=True)
    ]
