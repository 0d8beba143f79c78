"""Saying that the terms of a channel changed."""

from datetime import datetime

from inventory.selling.models import SellingChannel
from inventory.selling.queries import ChannelNotFound
from omniretail.contracts.selling import ChannelTermsChanged
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor


def locked_channel(code: str) -> SellingChannel:
    """The channel, locked: its terms change one after another.

    Raises:
        ChannelNotFound: nobody wrote it down.
    """
    row = SellingChannel.objects.filter(code=code).locked().first()
    if row is None:
        raise ChannelNotFound(channel=code)
    return row


def tell_terms(
    channel: SellingChannel,
    what: str,
    by: Actor,
    at: datetime,
    *,
    store_code: str | None = None,
    sku_code: str | None = None,
) -> None:
    """What the channel may sell, or how it shows it, is different now; of one SKU or at
    one place only, if they are named."""
    outbox.publish(
        ChannelTermsChanged(
            channel=channel.code,
            what=what,
            by=by.key,
            store_code=store_code,
            sku_code=sku_code,
            occurred_at=at,
        )
    )
