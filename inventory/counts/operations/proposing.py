"""What is to be counted today."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from inventory.counts.operations.cancelling import cancel_count
from inventory.counts.operations.opening import ProposedAlready, open_count
from inventory.counts.queries import riskiest, unattended
from inventory.counts.queries.risks import proposed
from omniretail.kernel.actors import SYSTEM, Actor
from omniretail.kernel.limits import limits
from omniretail.kernel.periods import business_date
from stores.network.queries import get_store, open_stores

NIGHT_ENDS = 5
"""The hour, where the place stands, from which there is a list for the day."""


@transaction.atomic
def propose_counts(
    *, store_code: str, by: Actor, at: datetime, articles: int | None = None
) -> str | None:
    """Open the directed count of the day with the riskiest articles of the place;
    answers its number, or None when there is nothing to count. Lists of earlier days
    that nobody has begun are called off: their articles are riskier today.

    Raises:
        StoreNotFound: no such place.
        ProposedAlready: the list of the day is made.
        NotYourRole: works there, in a role that does not count.
    """
    place = get_store(store_code)
    day = business_date(at, place.time_zone)
    for number in unattended(store_code, day):
        cancel_count(number=number, reason="Not counted that day", by=SYSTEM, at=at)
    most = min(articles or limits().count_articles, limits().count_lines)
    chosen = riskiest(place, at=at, limit=most)
    if not chosen:
        if proposed([(store_code, day)]):
            raise ProposedAlready(store=store_code, day=day.isoformat())
        return None
    return open_count(
        store_code=store_code,
        sku_codes=[one.sku_code for one in chosen],
        proposed_for=day,
        by=by,
        at=at,
    )


def propose_everywhere(*, at: datetime) -> list[str]:
    """Make the list of the day for each place whose night is over and that has none yet;
    answers the numbers of the counts. Each place is a transaction of its own."""
    places = [place for place in open_stores(at) if _is_day(at, place.time_zone)]
    days = [(place.code, business_date(at, place.time_zone)) for place in places]
    made = proposed(days)
    numbers = [
        propose_counts(store_code=code, by=SYSTEM, at=at)
        for code, _day in days
        if code not in made
    ]
    return [number for number in numbers if number]


def _is_day(at: datetime, time_zone: str) -> bool:
    return at.astimezone(ZoneInfo(time_zone)).hour >= NIGHT_ENDS
