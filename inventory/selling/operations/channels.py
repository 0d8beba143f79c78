"""Channels are written down: where they sell from, and how they show what there is."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from inventory.selling.models import ChannelPlace, SellingChannel
from inventory.selling.models.channels import CODE_PATTERN
from inventory.selling.operations.telling import locked_channel, tell_terms
from inventory.selling.queries import NetworkPlace
from inventory.selling.showing import Display, Policy
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from stores.network.queries import StoreNotFound, get_stores

_NUMBERED = (Policy.FEW, Policy.CAP)
MOST_UNITS = 1_000_000


class CodeNotPlain(DomainError):
    """A channel's code is capital letters, digits, hyphens and underscores."""

    constraints = ("channel_code_is_plain",)


class DisplayNeedsNumber(DomainError):
    """Say from or up to how many; the number and yes or no need none."""

    constraints = ("display_names_its_number_exactly_when_it_has_one",)


class PlaceListedTwice(DomainError):
    """A place is in a network once."""

    constraints = ("place_is_once_in_a_network",)


@transaction.atomic
def save_channel(*, code: str, name: str, by: Actor, at: datetime) -> bool:
    """Write a channel down, or give it another name; answers whether it is new.

    A new one sells from every place, leaves nothing and shows the number, as before.

    Raises:
        CodeNotPlain: nobody could have a channel of this code.
    """
    if not re.fullmatch(CODE_PATTERN, code):
        raise CodeNotPlain(field="code")
    row, is_new = SellingChannel.objects.update_or_create(
        code=code, defaults={"name": name}
    )
    tell_terms(row, "name", by, at)
    return is_new


@transaction.atomic
def set_network(
    *,
    channel: str,
    places: Sequence[NetworkPlace] | None,
    by: Actor,
    at: datetime,
) -> None:
    """Let the channel sell from these places only (none at all, if none is named), or
    (None) from every place. What is promised elsewhere stays promised.

    Raises:
        ChannelNotFound, StoreNotFound: no such channel or place.
        PlaceListedTwice: a place is named twice.
    """
    row = locked_channel(channel)
    wanted = _by_store(places or ())
    current = {one.store_id: one for one in row.places.filter(ends_at=None)}
    for store_id, member in current.items():
        if store_id not in wanted:
            member.ends_at = max(at, member.starts_at)
            member.save(update_fields=["ends_at"])
        elif member.priority != wanted[store_id]:
            member.priority = wanted[store_id]
            member.save(update_fields=["priority"])
    ChannelPlace.objects.bulk_create(
        ChannelPlace(channel=row, store_id=store_id, priority=priority, starts_at=at)
        for store_id, priority in wanted.items()
        if store_id not in current
    )
    _list(row, is_listed=places is not None, at=at)
    tell_terms(row, "network", by, at)


@transaction.atomic
def set_display(*, channel: str, display: Display, by: Actor, at: datetime) -> None:
    """Let the channel show what there is in this way.

    Raises:
        ChannelNotFound: no such channel.
        DisplayNeedsNumber: the policy has a number and none is given, or the reverse.
    """
    if (display.policy in _NUMBERED) != (1 <= display.units <= MOST_UNITS):
        raise DisplayNeedsNumber(field="units")
    row = locked_channel(channel)
    row.display, row.display_units = display.policy.value, display.units
    row.save(update_fields=["display", "display_units"])
    tell_terms(row, "display", by, at)


def _list(row: SellingChannel, *, is_listed: bool, at: datetime) -> None:
    """Its own places are all it sells from, or are no more; when they were is kept."""
    since = row.listed_since
    if since is not None and since < at and not is_listed:
        row.listed_before = [*row.listed_before, DateTimeTZRange(since, at)]
    row.listed_since = (since or at) if is_listed else None
    row.save(update_fields=["listed_since", "listed_before"])


def _by_store(places: Sequence[NetworkPlace]) -> dict[int, int]:
    """The priority of each place by its key."""
    known = get_stores([place.store_code for place in places])
    wanted: dict[int, int] = {}
    for index, place in enumerate(places):
        if place.store_code not in known:
            raise StoreNotFound(field=f"places/{index}/store", store=place.store_code)
        key = known[place.store_code].id
        if key in wanted:
            raise PlaceListedTwice(field=f"places/{index}/store")
        wanted[key] = place.priority
    return wanted
