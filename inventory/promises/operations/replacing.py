"""Units that a place could not find are kept elsewhere before they are given up here."""

from datetime import datetime

from django.db import transaction

from inventory.promises.models import Promise
from inventory.promises.operations.ending import keys_of, live_rows
from inventory.promises.operations.leaving import PromiseNotFound, write_off_short
from inventory.promises.operations.making import lock_levels
from inventory.promises.operations.ranking import RankedDemand, keep, read_book
from inventory.promises.queries import PromiseSlip
from inventory.promises.ranked import RankedTerms
from inventory.stock.operations import NotEnoughStock
from omniretail.kernel.actors import Actor


@transaction.atomic
def replace_short(
    *,
    reference: str,
    line: str,
    quantity: int,
    demand: RankedDemand,
    most_places: int,
    by: Actor,
    at: datetime,
    part: str = "",
) -> list[PromiseSlip]:
    """A picker did not find units of a promise: the first of other places that can keeps
    as many, and only then they are written off here. Answers where they stand now;
    nothing, if nobody has them. Of a kit, units of one `part` were not found, and whole
    kits are kept elsewhere.

    At no moment is less promised than there was, unless nobody can.

    Raises:
        PromiseNotFound: nothing is kept for the line.
        MoreThanPromised: fewer units are kept than are missing.
        PartNotNamed: it is a kit, and which part is missing is not said.
        StoreNotFound, SkuNotFound, QuantityOutOfRange, NothingAsked.
    """
    rows = live_rows(reference, [line])
    if not rows:
        raise PromiseNotFound(line=line)
    book = read_book([demand], at)
    lock_levels([*book.keys.values(), *keys_of(rows).values()])
    terms = RankedTerms(
        owner=rows[0].owner,
        reference=reference,
        status=Promise.Status.ALLOCATED,
        at=at,
        allocated_at=at,
        most_places=most_places,
        channel=rows[0].channel,
    )
    try:
        slips = keep(book, terms, is_locked=True)
    except NotEnoughStock:
        slips = []
    write_off_short(
        reference=reference, line=line, quantity=quantity, part=part, by=by, at=at
    )
    return slips
