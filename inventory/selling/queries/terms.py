"""The terms of channels as they stand: places, buffers, display, blocks."""

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from inventory.selling.models import ChannelBuffer, ChannelPlace, SaleBlock, SellingChannel
from inventory.selling.models.blocks import SaleBlockQuerySet
from inventory.selling.showing import Display
from omniretail.kernel.errors import DomainError, Kind


class ChannelNotFound(DomainError):
    """There is no such selling channel."""

    kind = Kind.MISSING


class BlockNotFound(DomainError):
    """There is no such block."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class NetworkPlace:
    """A place a channel sells from; the lowest priority comes first."""

    store_code: str
    priority: int


@dataclass(frozen=True)
class BufferView:
    """Units a channel leaves: of a SKU, of a category, or of everything; at one place, or
    at each."""

    units: int
    store_code: str | None = None
    category_code: str | None = None
    sku_code: str | None = None


@dataclass(frozen=True)
class ChannelView:
    """A channel and its terms; `places` is None where it sells from every place."""

    code: str
    name: str
    display: Display
    places: tuple[NetworkPlace, ...] | None
    buffers: tuple[BufferView, ...]


@dataclass(frozen=True)
class ChannelTerms:
    """What whoever prints many figures must know of a channel."""

    display: Display
    listed_since: datetime | None = None
    listed_before: Sequence[Container[datetime]] = ()

    def is_listed(self, at: datetime) -> bool:
        """Whether it sells from its listed places only, or did at that moment."""
        since = self.listed_since
        is_now = since is not None and since <= at
        return is_now or any(at in time for time in self.listed_before)


@dataclass(frozen=True)
class BlockView:
    """What a place does not sell for a time; `channel` is None where to nobody."""

    number: str
    store_code: str
    sku_code: str
    sku_name: str
    channel: str | None
    starts_at: datetime
    ends_at: datetime | None
    reason: str
    note: str
    blocked_by: str
    lifted_by: str

    def is_in_force(self, at: datetime) -> bool:
        """Whether it holds at that moment."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


def places_of(channel: str | None, *, at: datetime) -> frozenset[str] | None:
    """The codes of the places a channel sells from; None where it is every place."""
    if not channel or not terms_of(channel).is_listed(at):
        return None
    return listed_places(channel, at=at)


def listed_places(channel: str, *, at: datetime) -> frozenset[str]:
    """The codes of the places a channel names as its own."""
    rows = ChannelPlace.objects.at(at).filter(channel__code=channel)
    return frozenset(rows.values_list("store__code", flat=True))


def priorities_of(channel: str, *, at: datetime) -> dict[str, int]:
    """How the places of a channel with places of its own stand to each other: the lowest
    comes first; nothing, where it sells from every place."""
    rows = ChannelPlace.objects.at(at).filter(
        channel__code=channel, channel__listed_since__lte=at
    )
    return dict(rows.values_list("store__code", "priority"))


def bound_by_category(*, at: datetime) -> list[str]:
    """The channels that leave units of some category now, by code."""
    rows = ChannelBuffer.objects.at(at).filter(category__isnull=False)
    codes = rows.order_by("channel__code").values_list("channel__code", flat=True)
    return list(codes.distinct())


def display_of(channel: str | None) -> Display:
    """How a channel shows what there is; the number, if it says nothing else."""
    return terms_of(channel).display


def terms_of(channel: str | None) -> ChannelTerms:
    """How a channel shows what there is and since when it has places of its own, in one
    look."""
    row = SellingChannel.objects.filter(code=channel or "").first()
    if row is None:
        return ChannelTerms(Display())
    return ChannelTerms(row.shows(), row.listed_since, row.listed_before)


def channel_view(code: str, *, at: datetime) -> ChannelView:
    """A channel and its terms.

    Raises:
        ChannelNotFound: nobody wrote it down.
    """
    found = channel_views(at=at, codes=[code])
    if not found:
        raise ChannelNotFound(channel=code)
    return found[0]


def channel_views(
    *, at: datetime, codes: Collection[str] | None = None
) -> list[ChannelView]:
    """The channels somebody wrote down (or these of them), by code."""
    rows = SellingChannel.objects.order_by("code")
    if codes is not None:
        rows = rows.filter(code__in=codes)
    channels = list(rows)
    keys = [row.pk for row in channels]
    places: dict[int, list[NetworkPlace]] = {key: [] for key in keys}
    for one in (
        ChannelPlace.objects.at(at)
        .filter(channel__in=keys)
        .select_related("store")
        .order_by("priority", "store__code")
    ):
        places[one.channel_id].append(NetworkPlace(one.store.code, one.priority))
    buffers: dict[int, list[BufferView]] = {key: [] for key in keys}
    for buffer in (
        ChannelBuffer.objects.at(at)
        .filter(channel__in=keys)
        .select_related("store", "category", "sku")
        .order_by("pk")
    ):
        buffers[buffer.channel_id].append(_buffer(buffer))
    return [
        ChannelView(
            code=row.code,
            name=row.name,
            display=row.shows(),
            places=tuple(places[row.pk]) if row.listed_since else None,
            buffers=tuple(buffers[row.pk]),
        )
        for row in channels
    ]


def block_view(number: str) -> BlockView:
    """A block, in force or not.

    Raises:
        BlockNotFound: no block has this number.
    """
    found = block_views(SaleBlock.objects.filter(number=number))
    if not found:
        raise BlockNotFound(number=number)
    return found[0]


def blocks_ahead(store_code: str, sku_code: str, *, at: datetime) -> list[BlockView]:
    """The blocks of a SKU at a place that hold now or later, the first to end first."""
    rows = SaleBlock.objects.ahead(at).filter(store__code=store_code, sku__code=sku_code)
    return block_views(rows.order_by("ends_at", "pk"))


def blocks_ended(since: datetime, until: datetime) -> set[tuple[int, int]]:
    """What (place, SKU) was blocked until some moment of that time, by key."""
    rows = SaleBlock.objects.filter(ends_at__gt=since, ends_at__lte=until)
    return set(rows.values_list("store", "sku"))


def block_views(rows: SaleBlockQuerySet) -> list[BlockView]:
    """The values of rows that are already chosen, in their order."""
    return [block_of(row) for row in rows.select_related("store", "sku", "channel")]


def block_of(row: SaleBlock) -> BlockView:
    """The value of a row with its place, SKU and channel."""
    return BlockView(
        number=row.number,
        store_code=row.store.code,
        sku_code=row.sku.code,
        sku_name=row.sku.name,
        channel=row.channel.code if row.channel else None,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
        note=row.note,
        blocked_by=row.blocked_by,
        lifted_by=row.lifted_by,
    )


def _buffer(row: ChannelBuffer) -> BufferView:
    return BufferView(
        units=row.units,
        store_code=row.store.code if row.store else None,
        category_code=row.category.code if row.category else None,
        sku_code=row.sku.code if row.sku else None,
    )
