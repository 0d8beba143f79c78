"""What may be sold of a level: the one place where this wing asks for it.

SQL over the alias `l` of a level; the statements that hold it are given what it needs.
"""

from datetime import datetime
from typing import Any

_FREE = "l.available_to_promise"
UNITS = f"COALESCE(CASE WHEN l.available_to_promise > 0 THEN GREATEST({_FREE}, 0) END, 0)"
"""How many units may be sold; a level that does not exist has none."""


def asked_for(at: datetime) -> dict[str, Any]:
    """What the fragment needs to know of who asks."""
    return {"at": at}
