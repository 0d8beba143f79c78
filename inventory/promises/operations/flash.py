"""Many owners want the same few units at the same moment: one statement serves them all."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import IntegrityError, transaction

from inventory.catalogue.kits import Piece
from inventory.promises.models import Intent, Promise
from inventory.promises.operations.ending import end_rows, keys_of
from inventory.promises.operations.making import LinePromisedTwice, lock_levels
from inventory.promises.operations.refusing import barred
from inventory.promises.operations.wishes import Book, Tried, earlier_of, kept_among, short
from inventory.promises.operations.wishes import Wish as Wish
from inventory.promises.operations.wishes import WishAnswer as WishAnswer
from inventory.selling.models import promise_levels
from inventory.selling.queries import sellable_of
from inventory.stock.models import Shift
from inventory.stock.queries import LevelKey, Parted, parted
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, from_integrity
from omniretail.kernel.locking import Busy


@transaction.atomic
def hold_first_come(
    *,
    wishes: Sequence[Wish],
    ends_at: datetime,
    by: Actor,
    at: datetime,
    channel: str = "",
) -> list[WishAnswer]:
    """Keep units for each wish in the order of arrival; each has its own answer.

    A wish that is already kept is kept, until the same moment as before: asking again
    takes nothing more. Once that moment has passed it is a new wish. A wish that cannot be
    kept is refused, and those behind it go on:

    NotEnoughStock, NotInNetwork, NotForSaleHere, TooManyHolds, PlaceClosed,
    QuantityOutOfRange, StoreNotFound, SkuNotFound, and LinePromisedTwice for a reference
    that keeps something else.
    Wishes of one call count towards their owner's most whether or not they are kept.

    Whoever keeps one of these references in the meantime has it; that wish is refused by
    itself.
    """
    del by  # the door's audit entry says who
    Promise.objects.one_at_a_time(chain.from_iterable(wish.turns for wish in wishes))
    wanted = parted([(wish.pair, wish.quantity) for wish in wishes])
    for _again in wishes:
        try:
            with transaction.atomic():
                return _serve(wishes, wanted, channel=channel, ends_at=ends_at, at=at)
        except IntegrityError as race:
            if not isinstance(from_integrity(race), LinePromisedTwice):
                raise
    raise Busy


def _serve(
    wishes: Sequence[Wish],
    wanted: Parted,
    *,
    channel: str,
    ends_at: datetime,
    at: datetime,
) -> list[WishAnswer]:
    """Look at what is kept, and keep the rest as far as it goes."""
    earlier = earlier_of(wishes)
    if any(one.ends_at and one.ends_at <= at for one in earlier):
        _end_overdue(wishes, wanted, at)
        earlier = earlier_of(wishes)
    book = Book(
        wishes=wishes,
        wanted=wanted,
        kept=kept_among(earlier),
        held=Promise.objects.references_held_by((wish.owner for wish in wishes), at=at),
        at=at,
    )
    refusals = [book.enter(wish, index) for index, wish in enumerate(wishes)]
    lost = _try(book, channel=channel, ends_at=ends_at, at=at)
    ends = {one.reference: one.ends_at for one in earlier}
    told = [
        (wish, refusal or lost.get(wish.reference))
        for wish, refusal in zip(wishes, refusals, strict=True)
    ]
    return [
        WishAnswer(wish, why)
        if why
        else WishAnswer(wish, ends_at=ends.get(wish.reference, ends_at))
        for wish, why in told
    ]


def _end_overdue(wishes: Sequence[Wish], wanted: Parted, at: datetime) -> None:
    """What these references held until a moment that has passed is over, though nobody
    has swept it up yet: they ask for it anew."""
    overdue = Promise.objects.overdue(at)
    rows = list(overdue.filter(reference__in=[one.reference for one in wishes]).locked())
    lock_levels([*wanted.keys.values(), *keys_of(rows).values()])
    end_rows(rows, Promise.Status.EXPIRED, at=at)


def _try(
    book: Book, *, channel: str, ends_at: datetime, at: datetime
) -> dict[str, DomainError]:
    """Ask the levels; answers the references that got nothing, and why."""
    if any(piece.share for _pair, piece in book.wanted.pieces):
        return _try_kits(book, channel=channel, ends_at=ends_at, at=at)
    intents = [
        Intent(key.id, piece.quantity, one.wish.owner, one.wish.reference)
        for one in book.tried
        for key, piece in one.pieces
    ]
    decisions = Promise.objects.first_come(intents, channel=channel, ends_at=ends_at, at=at)
    lost = [
        (one, decision.free)
        for one, decision in zip(book.tried, decisions, strict=True)
        if not decision.is_kept
    ]
    return _refusals(lost, channel, at)


def _refusals(
    lost: Sequence[tuple[Tried, int]], channel: str, at: datetime
) -> dict[str, DomainError]:
    """Why wishes got nothing: the channel may sell none of it there, or there is too
    little."""
    levels = {key.id for one, _free in lost for key, _piece in one.pieces}
    found = sellable_of(levels, channel=channel, at=at) if levels else {}
    told = dict[str, DomainError]()
    for one, free in lost:
        looks = [found.get((key.store_code, key.sku_code)) for key, _piece in one.pieces]
        why = [barred(look, channel) for look in looks if look is not None]
        is_barred = next((error for error in why if error is not None), None)
        told[one.wish.reference] = is_barred or short(one.wish, free)
    return told


def _try_kits(
    book: Book, *, channel: str, ends_at: datetime, at: datetime
) -> dict[str, DomainError]:
    """The same where a wish wants several levels at once: all of them are taken in key
    order, then it is decided in order of arrival."""
    keys = {key.id: key for one in book.tried for key, _piece in one.pieces}
    lock_levels(keys.values())
    found = sellable_of(keys, channel=channel, at=at)
    free = {key.id: found[key.store_code, key.sku_code].units for key in keys.values()}
    kept, lost, taken = list[Tried](), list[tuple[Tried, int]](), Counter[int]()
    for one in book.tried:
        if one.available(free) < one.wish.quantity:
            lost.append((one, one.available(free)))
            continue
        kept.append(one)
        for key, piece in one.pieces:
            free[key.id] -= piece.quantity
            taken[key.id] += piece.quantity
    shifts = [Shift(key, reserved=units) for key, units in taken.items()]
    levels = promise_levels(shifts, channel=channel, at=at) if shifts else {}
    if len(levels) != len(shifts):
        raise Busy
    Promise.objects.bulk_create(
        Promise(
            **_row(one.wish, key, piece),
            ends_at=ends_at,
            created_at=at,
            channel=channel,
            spare=levels[key.id].spare,
        )
        for one in kept
        for key, piece in one.pieces
    )
    return _refusals(lost, channel, at)


def _row(wish: Wish, key: LevelKey, piece: Piece) -> dict[str, Any]:
    return {
        "store_id": key.store_id,
        "sku_id": key.sku_id,
        "kit_id": piece.share.kit.id if piece.share else None,
        "per_kit": piece.share.per_kit if piece.share else 1,
        "quantity": piece.quantity,
        "status": Promise.Status.HELD,
        "owner": wish.owner,
        "reference": wish.reference,
        "line": "1",
    }
