"""Importing a file of 1C: its parts one after another, each an import of its own."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from inventory.feeds.commerceml.contents import (
    CATALOGUE,
    PACKAGE,
    Contents,
    look_through,
)
from inventory.feeds.commerceml.prices import read_prices
from inventory.feeds.commerceml.rows import (
    Source,
    in_file_order,
    read_goods,
    read_groups,
    read_stock,
    read_variants,
)
from inventory.feeds.models import Feed, FeedError, OutsideCode
from inventory.feeds.operations.ending import import_of, keep_rehearsals, last_import
from inventory.feeds.operations.importing import (
    FeedReport,
    FeedTerms,
    Progress,
    begun,
    import_readings,
    report_of,
)
from inventory.feeds.operations.naming import (
    FullExchange,
    database_now,
    note_names,
    report_absent,
    switch_off,
)
from inventory.feeds.shapes import SHAPES, Reading
from inventory.feeds.unpacking import digest_of, unpacked
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError


class PriceTypeNotChosen(DomainError):
    """The file holds several types of price: say which one is published."""


class NothingInside(DomainError):
    """The file holds nothing that is imported."""


@dataclass(frozen=True)
class ExchangeTerms:
    """How a file of 1C is to be treated. `price_type` is the Ид or the name of the type
    of price that is published; `goes_on` takes up what broke off of this very file and
    leaves alone the parts before it that have landed. `takes_off` takes what a full
    catalogue does not name off sale, if it lies in this one file."""

    file_name: str = ""
    is_dry_run: bool = False
    is_all_or_nothing: bool = False
    price_type: str = ""
    goes_on: bool = False
    request: str = ""
    takes_off: bool = False


@dataclass(frozen=True)
class _Part:
    name: str
    kind: str
    read: Callable[[Source], Iterator[Reading]]
    count: Callable[[Contents], int]


_LANDED = Feed.Status.LANDED
_PARTS = (
    _Part("groups", "categories", read_groups, lambda found: found.groups),
    _Part("goods", "catalogue", read_goods, lambda found: found.goods),
    _Part("variants", "catalogue", read_variants, lambda found: found.described),
    _Part("prices", "prices", read_prices, lambda found: found.priced),
    _Part("stock", "stock", read_stock, lambda found: found.counted),
)


def import_commerceml(
    *,
    stream: BinaryIO,
    terms: ExchangeTerms,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
    heard: Callable[[Contents], None] | None = None,
) -> list[FeedReport]:
    """Import groups, goods, characteristics, prices and stock of a file of 1C, plain or
    zipped, in this order; each part is reported as a feed of its own. `heard` is told what
    the file holds once it has landed.

    Raises:
        FeedUnreadable: it is no CommerceML.
        ArchiveRefused: what is zipped is too large, or is no such file.
        PriceTypeNotChosen: there are several types of price, and none was chosen.
        NothingInside: there is nothing to import.
        ImportUnderWay: it is to go on, and has not stopped.
        FeedStillRunning: an earlier attempt at this request has not stopped.
    """
    with unpacked(stream, ending=".xml") as plain:
        digest = digest_of(plain)
        contents = look_through(plain)
        parts = [part for part in _PARTS if part.count(contents)]
        if not parts:
            raise NothingInside
        chosen = _price_type(contents, terms.price_type) if contents.priced else ""
        source = Source(plain, contents, chosen, at)
        run = _Run(source, terms, digest, by, at, progress)
        reports = run.rehearsed(parts) if terms.is_dry_run else run.all(parts)
        if heard is not None:
            heard(contents)
        return reports


@dataclass(frozen=True)
class _Run:
    """One run over a file."""

    source: Source
    terms: ExchangeTerms
    digest: str
    by: Actor
    at: datetime
    progress: Progress | None

    def all(self, parts: Sequence[_Part]) -> list[FeedReport]:
        """Each part in its turn, and who was named. If all have landed before, all of it
        comes once more."""
        before = [self._before(part) for part in parts]
        broke_off = not all(one and one.status == _LANDED for one in before)
        reports = [
            report_of(feed)
            if broke_off and feed is not None and feed.status == _LANDED
            else self._one(part)
            for part, feed in zip(parts, before, strict=True)
        ]
        return reports + self._names()

    def rehearsed(self, parts: Sequence[_Part]) -> list[FeedReport]:
        """All parts in one transaction that is taken back, each of which finds what those
        before it would have landed; what they came to is written down. Asked again by the
        same request it is told again."""
        told = [import_of(self._request(part), self.at) for part in parts]
        if all(told):
            return [report_of(feed) for feed in told if feed is not None]
        with transaction.atomic():
            reports = [*map(self._one, parts), *self._names()]
            numbers = [report.number for report in reports]
            feeds = list(Feed.objects.filter(number__in=numbers).order_by("pk"))
            errors = list(FeedError.objects.filter(feed__in=feeds).order_by("pk"))
            transaction.set_rollback(True)
        keep_rehearsals(feeds, errors)
        return [replace(report, is_dry_run=True) for report in reports]

    def _names(self) -> list[FeedReport]:
        """Who was named is known from then on; what was not may go off sale."""
        contents = self.source.contents
        takes_off = self.terms.takes_off and contents.full(CATALOGUE)
        with transaction.atomic():
            began = database_now()
            note_names(self.source)
            whole = FullExchange(contents.catalogue, began, contents.full(PACKAGE))
            found = switch_off(whole) if takes_off else None
        if found is None:
            return []
        return [report_absent(whole, found, by=self.by, at=self.at)]

    def _before(self, part: _Part) -> Feed | None:
        if not self.terms.goes_on:
            return None
        return last_import(part.kind, self._own(part), self.at)

    def _one(self, part: _Part) -> FeedReport:
        asked = FeedTerms(
            kind=part.kind,
            file_name=self.terms.file_name,
            is_all_or_nothing=self.terms.is_all_or_nothing,
            goes_on=self.terms.goes_on and not self.terms.is_dry_run,
            request=self._request(part),
        )
        feed = begun(asked, self.by, self.at, digest=self._own(part))
        readings = in_file_order(part.read(self.source))
        shape = SHAPES[part.kind]
        return import_readings(readings, shape, feed, self.by, self.at, self.progress)

    def _request(self, part: _Part) -> str:
        """Each part that a request brings is an import of its own."""
        asked = self.terms.request
        return asked and hashlib.sha256(f"{asked} {part.name}".encode()).hexdigest()

    def _own(self, part: _Part) -> str:
        return hashlib.sha256(f"{self.digest} {part.name}".encode()).hexdigest()


def _price_type(contents: Contents, asked: str) -> str:
    """The Ид of the type of price: as asked, as mapped, or the only one there is."""
    types = contents.price_types
    if asked:
        named = [own_id for own_id, name in types.items() if asked in (own_id, name)]
        return named[0] if named else asked
    mapped = OutsideCode.objects.filter(kind=OutsideCode.Kind.PRICE_TYPE)
    known = list(mapped.values_list("outside_id", flat=True))
    for own_id, name in types.items():
        if own_id in known or name in known:
            return own_id
    if len(types) == 1:
        return next(iter(types))
    if not types and len(known) == 1:
        return known[0]
    raise PriceTypeNotChosen(types=sorted(types.values()))
