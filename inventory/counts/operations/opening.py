"""Beginning a count."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from inventory.catalogue.queries import SkuNotFound, shelf_sku_ids
from inventory.counts.models import CountLine, CountSession
from inventory.counts.operations.telling import brief_of, due_at, show_at
from omniretail.contracts.inventory import CountOpened
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from stores.network.queries import StoreNotFound, get_store
from stores.people.queries import require
from stores.people.roles import COUNTS_COUNT


class ZoneMissing(DomainError):
    """Say which part of the place is counted."""


class NothingToCount(DomainError):
    """Name the articles to count."""


class TooManyArticles(DomainError):
    """That is more than one count can hold."""


class ProposedAlready(DomainError):
    """The list of this day is already made."""

    kind = Kind.CONFLICT
    constraints = ("one_directed_count_per_place_and_day",)


@transaction.atomic
def open_count(
    *,
    store_code: str,
    by: Actor,
    at: datetime,
    zone: str = "",
    sku_codes: Sequence[str] = (),
    proposed_for: date | None = None,
) -> str:
    """Begin to count a zone, or articles that are named; answers the count's number.

    Raises:
        StoreNotFound, SkuNotFound: no such place or SKU.
        ZoneMissing, NothingToCount: neither a zone nor articles, or both.
        TooManyArticles: more than one count can hold.
        ProposedAlready: the directed count of that day exists.
        NotYourRole: works there, in a role that does not count.
    """
    zone = zone.strip()
    place = get_store(store_code)
    if by.kind is ActorKind.STAFF and by.store not in (None, store_code):
        raise StoreNotFound(store=store_code)
    require(by, COUNTS_COUNT, store_code, at)
    codes = list(dict.fromkeys(sku_codes))
    _check_question(zone, codes)
    known = _known(codes)
    of_that_day = CountSession.objects.filter(store_id=place.id, proposed_for=proposed_for)
    if proposed_for is not None and of_that_day.exists():
        raise ProposedAlready(store=store_code, day=proposed_for.isoformat())
    session = CountSession.objects.create(
        number=new_number("C"),
        store_id=place.id,
        kind=CountSession.Kind.ZONE if zone else CountSession.Kind.DIRECTED,
        zone=zone,
        proposed_for=proposed_for,
        currency=place.currency,
        opened_at=at,
        opened_by=by.key,
    )
    CountLine.objects.bulk_create(
        CountLine(session=session, sku_id=known[code]) for code in codes
    )
    outbox.publish(
        CountOpened(
            count=brief_of(session),
            round=session.round,
            by=by.key,
            due_at=due_at(at),
            occurred_at=at,
        )
    )
    show_at(session)
    return session.number


def _check_question(zone: str, codes: Sequence[str]) -> None:
    if zone and codes:
        raise ZoneMissing(field="zone")
    if not zone and not codes:
        raise NothingToCount(field="lines")
    if len(codes) > limits().count_lines:
        raise TooManyArticles(field="lines", most=limits().count_lines)


def _known(codes: Sequence[str]) -> dict[str, int]:
    known = shelf_sku_ids(codes)
    for index, code in enumerate(codes):
        if code not in known:
            raise SkuNotFound(field=f"lines/{index}/sku", sku=code)
    return known
