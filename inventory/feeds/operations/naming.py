"""What a catalogue of 1C named, and taking off sale what its full exchange did not name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext

from inventory.feeds.commerceml.contents import CATALOGUE, GOODS, OFFER, PACKAGE, is_variant
from inventory.feeds.commerceml.elements import elements
from inventory.feeds.commerceml.rows import Source
from inventory.feeds.models import ExchangeFile, Feed
from inventory.feeds.operations.ending import close, tell
from inventory.feeds.operations.importing import FeedReport, report_of
from inventory.feeds.operations.receiving import Session
from omniretail.kernel import audit
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind

_AT_ONCE = 5_000
_SAID = 100
_NAMED = """
    WITH named AS (
        SELECT id FROM inventory_outsidecode
        WHERE kind = 'SKU' AND outside_id = ANY(%(ids)s)
          AND (%(is_full)s OR catalogue <> %(catalogue)s)
        ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE inventory_outsidecode o
    SET catalogue = %(catalogue)s,
        named_at = CASE WHEN %(is_full)s THEN clock_timestamp() ELSE named_at END
    FROM named n WHERE o.id = n.id
"""
# A characteristic goes with its good; by itself only where all offers were told, too.
_ABSENT = """
    WITH ours AS (
        SELECT outside_id, code, COALESCE(named_at >= %(began)s, false) AS is_named
        FROM inventory_outsidecode WHERE kind = 'SKU' AND catalogue = %(catalogue)s
    ), named AS (
        SELECT outside_id, code FROM ours WHERE is_named
    ), absent AS (
        SELECT DISTINCT code FROM ours o
        WHERE NOT is_named AND EXISTS (SELECT FROM named)
          AND NOT EXISTS (SELECT FROM named n WHERE n.code = o.code)
          AND (position('#' IN outside_id) = 0 OR %(with_offers)s OR NOT EXISTS (
              SELECT FROM named n
              WHERE n.outside_id = split_part(o.outside_id, '#', 1)))
    ), off AS (
        UPDATE inventory_sku k SET is_active = false
        FROM absent a WHERE k.code = a.code AND k.is_active
        RETURNING k.code
    )
    SELECT (SELECT COUNT(*) FROM ours), (SELECT COUNT(*) FROM absent),
           ARRAY(SELECT code FROM off ORDER BY code)
"""


class ExchangeNotWhole(DomainError):
    """Not all files of this exchange have landed. Nothing was taken off sale."""

    kind = Kind.CONFLICT


@dataclass(frozen=True)
class FullExchange:
    """A catalogue whose goods were told in full since a moment, maybe all offers, too."""

    catalogue: str
    began: datetime
    with_offers: bool


@dataclass(frozen=True)
class Absent:
    """How many SKUs a catalogue has here, how many of them it did not name, and which of
    these were on sale until now."""

    known: int
    absent: int
    off: list[str]


def note_names(source: Source) -> None:
    """Write down with which catalogue these goods and characteristics came, refused ones
    too, and of a full one that they are still in it."""
    contents = source.contents
    if not contents.catalogue:
        return
    goods = (one.value("Ид") for one in elements(source.stream, [GOODS]))
    if contents.goods:
        _note(goods, contents.catalogue, is_full=contents.full(CATALOGUE))
    offers = elements(source.stream, [OFFER])
    variants = (one.value("Ид") for one in offers if is_variant(one))
    if contents.variants:
        _note(variants, contents.catalogue, is_full=contents.full(PACKAGE))


@transaction.atomic
def take_off_unnamed(*, session: Session, at: datetime) -> list[FeedReport]:
    """Take off sale the SKUs of each catalogue that this exchange told in full and that it
    did not name. Again it changes nothing; after a package of changes there is nothing to
    do.

    Raises:
        ExchangeNotWhole: a file still waits, or was refused.
    """
    files = ExchangeFile.objects.of(session.key)
    asked = files.exclude(status=ExchangeFile.Status.COMING)
    if asked.exclude(status=ExchangeFile.Status.LANDED).exists():
        raise ExchangeNotWhole
    told = list(asked.order_by("came_at"))
    # Names are written down by the database's clock, and ours may differ from it.
    began = database_now() - (at - min((one.came_at for one in told), default=at))
    offers = {one.offers_of for one in told}
    goods = dict.fromkeys(one.goods_of for one in told if one.goods_of)
    whole = [FullExchange(one, began, one in offers) for one in goods]
    return [report_absent(one, switch_off(one), by=session.by, at=at) for one in whole]


def switch_off(whole: FullExchange) -> Absent:
    """Switch off what a full exchange did not name; one that named nothing takes nothing
    off."""
    asked: dict[str, Any] = {
        "catalogue": whole.catalogue,
        "began": whole.began,
        "with_offers": whole.with_offers,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ABSENT, asked)
        known, absent, off = cursor.fetchone()
    return Absent(known, absent, list(off))


@transaction.atomic
def report_absent(
    whole: FullExchange,
    found: Absent,
    *,
    by: Actor,
    at: datetime,
) -> FeedReport:
    """Reported like an import: the SKUs of the catalogue were read, those it did not name
    landed, those that were still on sale changed."""
    feed = Feed(
        number=new_number("I"),
        kind=Feed.Kind.CATALOGUE,
        file_name=(gettext("not named in full: %s") % whole.catalogue)[:200],
        rows_read=found.known,
        rows_tried=found.known,
        rows_landed=found.absent,
        rows_changed=len(found.off),
        actor_key=by.key,
        started_at=at,
    )
    close(feed, Feed.Status.LANDED)
    if found.off:
        audit.record(
            actor=by,
            action="exchange.take_off",
            subject=f"catalogue:{whole.catalogue}"[:150],
            at=at,
            detail={"feed": feed.number, "skus": found.off[:_SAID]},
        )
        tell(feed, at)
    return report_of(feed)


def database_now() -> datetime:
    """By the clock that names are written down with."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def _note(ids: Iterator[str], catalogue: str, *, is_full: bool) -> None:
    while batch := list(islice(ids, _AT_ONCE)):
        asked: dict[str, Any] = {
            "ids": batch,
            "catalogue": catalogue,
            "is_full": is_full,
        }
        with connection.cursor() as cursor:
            cursor.execute(_NAMED, asked)
