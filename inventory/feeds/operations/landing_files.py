"""Importing the files that 1C asked to be imported: one at a time, on from where it broke
off, and let go when it is over."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from tempfile import TemporaryFile
from typing import BinaryIO, cast

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext, override

from inventory.feeds.commerceml.contents import CATALOGUE, PACKAGE, Contents
from inventory.feeds.models import ExchangeFile, Feed
from inventory.feeds.operations.ending import ImportUnderWay
from inventory.feeds.operations.exchanging import (
    ExchangeTerms,
    NothingInside,
    import_commerceml,
)
from inventory.feeds.operations.importing import FeedReport
from inventory.feeds.operations.receiving import assembled
from inventory.feeds.running import FeedNotResumable
from inventory.feeds.unpacking import unpacked
from omniretail.kernel import clock
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from omniretail.kernel.market import house_language

_KEY = "hashtextextended('inventory.exchange', %s)"
log = structlog.get_logger(__name__)


def land_exchange_files(*, at: datetime, limit: int) -> int:
    """Import the files that wait, in the order in which they came; answers how many.

    Several workers may do this at once: each takes other files.
    """
    waiting = ExchangeFile.objects.filter(status=ExchangeFile.Status.WAITING)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:limit])
    return sum(_land(key, at) for key in keys)


@transaction.atomic
def forget_exchange_files(*, at: datetime, limit: int) -> int:
    """Let files go that came long ago; answers how many."""
    old = ExchangeFile.objects.filter(came_at__lt=at - limits().exchange_kept)
    keys = list(old.order_by("pk").values_list("pk", flat=True)[:limit])
    ExchangeFile.objects.filter(pk__in=keys).delete()
    return len(keys)


def _land(key: int, at: datetime) -> bool:
    with _alone(key) as is_mine:
        file = ExchangeFile.objects.filter(
            pk=key, status=ExchangeFile.Status.WAITING
        ).first()
        if file is None or not is_mine:
            return False
        ExchangeFile.objects.filter(pk=key).update(tries=file.tries + 1)
        if file.tries >= limits().exchange_tries:
            _end(file, ExchangeFile.Status.REFUSED, gettext("The import died too often."))
            return True
        with override(house_language()):
            _import(file, at)
    return True


def _import(file: ExchangeFile, at: datetime) -> None:
    by = Actor(ActorKind.CLIENT, file.actor_key)
    terms = ExchangeTerms(
        file_name=file.name, price_type=settings.EXCHANGE_PRICE_TYPE, goes_on=True
    )
    try:
        with TemporaryFile() as target:
            stream = cast("BinaryIO", target)
            assembled(file.archive or file, stream)
            with unpacked(stream, ending=".xml", name=file.name) as plain:
                reports = import_commerceml(
                    stream=plain, terms=terms, by=by, at=at, heard=partial(_note_full, file)
                )
    except (ImportUnderWay, FeedNotResumable):
        # Another exchange brought the very same file: this one waits until that has ended.
        ExchangeFile.objects.filter(pk=file.pk).update(tries=file.tries)
    except NothingInside as error:
        # Newer releases tell warehouses, units and types of price in files of their own,
        # and a package of changes may hold none. Refused, it would end the exchange.
        _end(file, ExchangeFile.Status.LANDED, error.title)
    except DomainError as error:
        facts = ", ".join(f"{name}: {value}" for name, value in error.facts.items())
        _end(file, ExchangeFile.Status.REFUSED, f"{error.title} {facts}".strip())
    except Exception:
        log.exception("exchange_file_put_off", file=file.name, tries=file.tries + 1)
    else:
        _end(file, ExchangeFile.Status.LANDED, told(reports))


def _note_full(file: ExchangeFile, contents: Contents) -> None:
    """Keep of which catalogue the file told all goods, or all offers."""
    file.goods_of = contents.catalogue if contents.full(CATALOGUE) else ""
    file.offers_of = contents.catalogue if contents.full(PACKAGE) else ""
    file.save(update_fields=["goods_of", "offers_of"])


def told(reports: Sequence[FeedReport]) -> str:
    """What imports came to, a line each."""
    return "\n".join(
        gettext(
            "%(kind)s %(number)s: %(landed)s landed, %(changed)s changed,"
            " %(refused)s refused"
        )
        % {
            "kind": Feed.Kind(one.kind).label,
            "number": one.number,
            "landed": one.rows_landed,
            "changed": one.rows_changed,
            "refused": one.rows_refused,
        }
        for one in reports
    )


@transaction.atomic
def _end(file: ExchangeFile, status: ExchangeFile.Status, words: str) -> None:
    """Say what came of it; the pieces of a file that lies in no archive go."""
    ExchangeFile.objects.filter(pk=file.pk).update(
        status=status, words=words, ended_at=clock.now()
    )
    if file.archive is None:
        file.parts.all().delete()


@contextmanager
def _alone(key: int) -> Iterator[bool]:
    """Whether nobody else imports this file; the lock ends with the connection."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({_KEY})", [key])
        (is_mine,) = cursor.fetchone()
    try:
        yield bool(is_mine)
    finally:
        if is_mine and not connection.needs_rollback and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock({_KEY})", [key])
