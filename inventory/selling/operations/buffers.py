"""What a channel leaves lying is set and dropped."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from inventory.catalogue.models import Category
from inventory.catalogue.queries import SkuNotFound, shelf_sku_ids
from inventory.selling.models import ChannelBuffer, SellingChannel
from inventory.selling.operations.telling import locked_channel, tell_terms
from inventory.stock.operations import QuantityOutOfRange
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from stores.network.queries import get_store

MOST_UNITS = 1_000_000


class SkuOrCategory(DomainError):
    """A buffer is of a SKU or of a category, not of both."""

    constraints = ("buffer_is_of_a_sku_or_of_a_category",)


class CategoryNotFound(DomainError):
    """There is no such category."""

    kind = Kind.MISSING


class BufferNotFound(DomainError):
    """No buffer is set for these goods."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class Goods:
    """Of what units are left: a SKU, a category and all inside it, or everything; at one
    place, or at each."""

    store_code: str | None = None
    category_code: str | None = None
    sku_code: str | None = None


@transaction.atomic
def set_buffer(*, channel: str, goods: Goods, units: int, by: Actor, at: datetime) -> bool:
    """Let the channel leave so many units of these goods (none is an answer too: it keeps
    a wider buffer away); answers whether that is a change.

    Raises:
        ChannelNotFound, StoreNotFound, CategoryNotFound, SkuNotFound: no such thing.
        SkuOrCategory: both are named.
        QuantityOutOfRange: nobody can mean that many.
    """
    if not 0 <= units <= MOST_UNITS:
        raise QuantityOutOfRange(field="units")
    row = locked_channel(channel)
    keys = _keys(goods)
    current = _current(row, keys)
    if current is not None and current.units == units:
        return False
    if current is not None:
        _end(current, at)
    ChannelBuffer.objects.create(
        channel=row, **keys, units=units, starts_at=at, set_by=by.key
    )
    _tell(row, goods, by, at)
    return True


@transaction.atomic
def drop_buffer(*, channel: str, goods: Goods, by: Actor, at: datetime) -> None:
    """Forget the buffer of exactly these goods; a wider one may bind again.

    Raises:
        BufferNotFound: none is set for them.
        ChannelNotFound, StoreNotFound, CategoryNotFound, SkuNotFound: no such thing.
    """
    row = locked_channel(channel)
    current = _current(row, _keys(goods))
    if current is None:
        raise BufferNotFound(channel=channel)
    _end(current, at)
    _tell(row, goods, by, at)


def _tell(row: SellingChannel, goods: Goods, by: Actor, at: datetime) -> None:
    where, what = goods.store_code, goods.sku_code
    tell_terms(row, "buffer", by, at, store_code=where, sku_code=what)


def _current(row: SellingChannel, keys: dict[str, int | None]) -> ChannelBuffer | None:
    return row.buffers.filter(ends_at=None, **keys).first()


def _end(buffer: ChannelBuffer, at: datetime) -> None:
    buffer.ends_at = max(at, buffer.starts_at)
    buffer.save(update_fields=["ends_at"])


def _keys(goods: Goods) -> dict[str, int | None]:
    if goods.sku_code is not None and goods.category_code is not None:
        raise SkuOrCategory(field="category")
    return {
        "store_id": get_store(goods.store_code).id if goods.store_code else None,
        "category_id": _category(goods.category_code),
        "sku_id": _sku(goods.sku_code),
    }


def _category(code: str | None) -> int | None:
    if code is None:
        return None
    key = Category.objects.filter(code=code).values_list("pk", flat=True).first()
    if key is None:
        raise CategoryNotFound(field="category", category=code)
    return key


def _sku(code: str | None) -> int | None:
    if code is None:
        return None
    known = shelf_sku_ids([code])
    if code not in known:
        raise SkuNotFound(field="sku", sku=code)
    return known[code]
