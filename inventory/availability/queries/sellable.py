"""What a channel may sell of a level, asked of very many levels at once."""

from datetime import datetime
from typing import Any

from inventory.selling.models import SELLABLE

UNITS = f"""
    CASE WHEN COALESCE(l.available_to_promise, 0) <= 0 THEN 0
         ELSE GREATEST({SELLABLE}, 0) END
"""
"""How many units the channel may sell of the level `l`, which need not exist."""


def asked_for(channel: str, at: datetime) -> dict[str, Any]:
    """What the fragment needs to know of who asks."""
    return {"channel": channel, "at": at}
