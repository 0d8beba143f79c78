"""Keeping units for somebody: all that is asked for, or nothing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from inventory.promises.first_holds import FirstHold
from inventory.promises.models import Promise
from inventory.promises.operations.ending import end_rows, keys_of, live_rows
from inventory.promises.operations.refusing import nothing_there, too_few
from inventory.promises.operations.retrying import earlier_holds, kept_until
from inventory.promises.operations.writing_down import Demand as Demand
from inventory.promises.operations.writing_down import Terms, plain_slips, write_promises
from inventory.promises.queries import PromiseSlip
from inventory.stock.demand import Asked, Pair
from inventory.stock.models import StockLevel
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
    again does not keep the units for ever. Where there is too little at the first look
    already, and nothing of this reference is in the way, nobody is waited for.

    Raises:
        NotEnoughStock: some place cannot promise that many; nothing is kept.
        NotInNetwork, NotForSaleHere: some place sells none of it to this channel.
        PaymentUnderWay: the earlier holds of this reference are being paid for.
        TooManyHolds: the owner has as many reservations as one may have at once.
        PlaceClosed, StoreNotFound, SkuNotFound, QuantityOutOfRange, NothingAsked.
    """
    del by  # the door's audit entry says who
    _check_asked(demands)
    terms = Terms(owner, reference, Status.HELD, ends_at, at, channel=channel)
    standing = first.keep() if (first := first_hold(demands, terms)) else None
    if standing is None:
        return _hold_again(demands, terms, _ready(demands, at))
    if left := _short(demands, standing):
        asked = [_asked(index, demands[index]) for index in left]
        raise too_few(asked, {demands[index].pair: units for index, units in left.items()})
    return plain_slips(demands, terms)


def hold_beforehand(
    *,
    demands: Sequence[Demand],
    owner: str,
    reference: str,
    ends_at: datetime,
    at: datetime,
    channel: str = "",
) -> tuple[FirstHold | None, list[PromiseSlip]]:
    """The statement of `hold_stock`, to be carried out as part of another, and what is
    kept if it finds everything there; no statement where lines share a level.

    Raises:
        QuantityOutOfRange, NothingAsked.
    """
    _check_asked(demands)
    terms = Terms(owner, reference, Status.HELD, ends_at, at, channel=channel)
    return first_hold(demands, terms), plain_slips(demands, terms)


def first_hold(demands: Sequence[Demand], terms: Terms) -> FirstHold | None:
    """The statement that keeps these units as the first of their reference; none where
    lines share a level."""
    if len({one.pair for one in demands}) < len(demands):
        return None
    return FirstHold(
        demands, terms.owner, terms.reference, terms.channel, terms.ends_at, terms.at
    )


def _short(demands: Sequence[Demand], standing: Sequence[int]) -> dict[int, int]:
    """The lines that want more than there is, with what there is."""
    pairs = enumerate(zip(demands, standing, strict=True))
    return {i: max(there, 0) for i, (one, there) in pairs if there < one.quantity}


@transaction.atomic
def _hold_again(
    demands: Sequence[Demand], terms: Terms, wanted: Parted
) -> list[PromiseSlip]:
    """Replace what the reference holds, or say why the owner may hold no more."""
    earlier = earlier_holds(terms.owner, terms.reference, at=terms.at)
    return _exchange(earlier, demands, _going_on(earlier, terms), wanted)


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
    terms = Terms(
        owner,
        reference,
        Status.ALLOCATED,
        None,
        at,
        from_safety_stock=from_safety_stock,
        channel=channel,
    )
    return _exchange([], demands, terms, _ready(demands, at))


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
    terms = Terms(owner, reference, Status.ALLOCATED, None, at, channel=channel)
    return _exchange(earlier, demands, terms, _ready(demands, at))


def _going_on(earlier: Sequence[Promise], terms: Terms) -> Terms:
    if terms.ends_at is None:
        return terms
    ends_at, extended_at = kept_until(earlier, terms.ends_at, terms.at)
    return replace(terms, ends_at=ends_at, extended_at=extended_at)


def _exchange(
    earlier: Sequence[Promise],
    demands: Sequence[Demand],
    terms: Terms,
    wanted: Parted,
) -> list[PromiseSlip]:
    """End the earlier promises and make new ones, over levels taken in key order."""
    if earlier:
        lock_levels([*wanted.keys.values(), *keys_of(earlier).values()])
        end_rows(earlier, Status.RELEASED, at=terms.at)
    return write_promises(demands, wanted, terms)


def _ready(demands: Sequence[Demand], at: datetime) -> Parted:
    """What is wanted of the shelves, kits by their parts, at places that trade.

    Raises:
        PlaceClosed, StoreNotFound, SkuNotFound, QuantityOutOfRange, NothingAsked.
        NotEnoughStock: a place never had it.
    """
    _check_asked(demands)
    wanted = parted([(demand.pair, demand.quantity) for demand in demands])
    asked = wanted.asked
    check_quantities(asked.values())
    _refuse_unready(asked, wanted.keys, at)
    return wanted


def _check_asked(demands: Sequence[Demand]) -> None:
    if not demands:
        raise NothingAsked(field="lines")
    check_quantities(_asked(index, demand) for index, demand in enumerate(demands))


def _asked(index: int, demand: Demand) -> Asked:
    return Asked(demand.pair, demand.quantity, index)


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
