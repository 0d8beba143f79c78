"""A place stops selling something for a time, and sells it again."""

from datetime import datetime

from django.db import transaction

from inventory.catalogue.queries import SkuNotFound, shelf_sku_ids
from inventory.selling.models import SaleBlock, SellingChannel
from inventory.selling.queries import BlockNotFound, BlockView, ChannelNotFound, block_view
from omniretail.contracts.selling import SaleBlocked, SaleUnblocked
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.realtime import nudge
from stores.network.queries import get_store
from stores.people.queries import require
from stores.people.roles import SELLING_BLOCK


class BlockedAlready(DomainError):
    """It is not sold there already. Lift that first."""

    kind = Kind.CONFLICT
    constraints = ("one_block_at_a_time_for_a_place_and_sku",)


class BlockEndsTooEarly(DomainError):
    """It must end after it begins."""

    constraints = ("block_ends_after_it_began",)


class BlockOver(DomainError):
    """It is sold again already."""

    kind = Kind.CONFLICT


@transaction.atomic
def block_sale(
    *,
    store_code: str,
    sku_code: str,
    reason: str,
    by: Actor,
    at: datetime,
    until: datetime | None = None,
    starts_at: datetime | None = None,
    channel: str | None = None,
    note: str = "",
) -> BlockView:
    """Let the place sell none of it until a moment (until lifted, if none is named), in
    one channel or in any. What is promised stays promised.

    Raises:
        StoreNotFound, SkuNotFound, ChannelNotFound: no such thing.
        NotInYourStore, NotYourRole: not somebody who may decide that there.
        BlockEndsTooEarly: it would end before it begins, or has ended.
        BlockedAlready: another block of the same covers a part of that time.
    """
    place = get_store(store_code)
    require(by, SELLING_BLOCK, store_code, at)
    known = shelf_sku_ids([sku_code])
    if sku_code not in known:
        raise SkuNotFound(field="sku", sku=sku_code)
    begins = max(starts_at or at, at)
    if until is not None and until <= begins:
        raise BlockEndsTooEarly(field="until")
    channel_id = _channel(channel)
    same = SaleBlock.objects.filter(
        store_id=place.id, sku_id=known[sku_code], channel_id=channel_id
    )
    if same.meeting(begins, until).exists():
        raise BlockedAlready(store=store_code, sku=sku_code)
    row = SaleBlock.objects.create(
        number=new_number("B"),
        store_id=place.id,
        sku_id=known[sku_code],
        channel_id=channel_id,
        starts_at=begins,
        ends_at=until,
        reason=reason,
        note=note,
        blocked_by=by.key,
    )
    outbox.publish(
        SaleBlocked(
            number=row.number,
            store_code=store_code,
            sku_code=sku_code,
            channel=channel,
            starts_at=begins,
            until=until,
            reason=reason,
            by=by.key,
            occurred_at=at,
        )
    )
    nudge(f"stock.{store_code}")
    return block_view(row.number)


@transaction.atomic
def lift_block(*, number: str, by: Actor, at: datetime) -> BlockView:
    """Let the place sell it again from now on.

    Raises:
        BlockNotFound: no such block.
        NotInYourStore, NotYourRole: not somebody who may decide that there.
        BlockOver: it has ended by itself, or somebody lifted it.
    """
    rows = SaleBlock.objects.filter(number=number).select_related("store", "sku", "channel")
    row = rows.locked().first()
    if row is None:
        raise BlockNotFound(number=number)
    require(by, SELLING_BLOCK, row.store.code, at)
    if row.ends_at is not None and row.ends_at <= at:
        raise BlockOver(number=number)
    row.ends_at = max(at, row.starts_at)
    row.lifted_by = by.key
    row.save(update_fields=["ends_at", "lifted_by"])
    outbox.publish(
        SaleUnblocked(
            number=row.number,
            store_code=row.store.code,
            sku_code=row.sku.code,
            channel=row.channel.code if row.channel else None,
            by=by.key,
            occurred_at=at,
        )
    )
    nudge(f"stock.{row.store.code}")
    return block_view(number)


def _channel(code: str | None) -> int | None:
    if code is None:
        return None
    key = SellingChannel.objects.filter(code=code).values_list("pk", flat=True).first()
    if key is None:
        raise ChannelNotFound(field="channel", channel=code)
    return key
