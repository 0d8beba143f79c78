"""What a channel may sell of a level, asked of very many levels at once."""

from datetime import datetime
from typing import Any

from inventory.selling.models import SELLABLE

# Looked up once in a statement: with no terms and no block the channel leaves nothing, and
# the function behind SELLABLE need not be asked level by level.
_IS_FREE = """(
    SELECT NOT EXISTS (SELECT FROM inventory_sellingchannel WHERE code = %(channel)s)
       AND NOT EXISTS (SELECT FROM inventory_saleblock
                       WHERE starts_at <= %(at)s AND (ends_at IS NULL OR ends_at > %(at)s))
)"""
UNITS = f"""
    CASE WHEN COALESCE(l.available_to_promise, 0) <= 0 THEN 0
         WHEN {_IS_FREE} THEN l.available_to_promise
         ELSE GREATEST({SELLABLE}, 0) END
"""
"""How many units the channel may sell of the level `l`, which need not exist."""


def asked_for(channel: str, at: datetime) -> dict[str, Any]:
    """What the fragment needs to know of who asks."""
    return {"channel": channel, "at": at}
