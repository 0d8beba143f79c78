"""A write whose answer is known beforehand: one statement carries out all of it.

The key, the audit entry, the change and its end are one round trip, and whatever the change
locks is locked for no longer than that. Where it does not come as foretold, nothing is
done, and the request goes the ordinary way, which finds out why.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import DatabaseError, connection, transaction

from omniretail.kernel import audit, idempotency
from omniretail.kernel.prepared import prepared

# Refused by a law, by a key that is taken, for want of a lock, or not as foretold.
_OTHERWISE = ("23", "55P03", "40P01", "OR001")


@dataclass(frozen=True)
class Foretold:
    """A change, and what is answered if it comes about, printed: `condition` is the SQL
    expression that makes it and says whether it did."""

    condition: str
    parameters: Mapping[str, Any]
    status: int
    data: Mapping[str, Any]


def comes_about(
    foretold: Foretold, told: Mapping[str, Any], noted: Mapping[str, Any]
) -> bool:
    """Make the change together with its key (`idempotency.told`) and its entry in the
    audit trail (`audit.columns`); False, and nothing is done, if it is not as foretold."""
    try:
        with _apart():
            prepared(_written(foretold.condition), {**foretold.parameters, **told, **noted})
    except DatabaseError as error:
        if not str(getattr(error.__cause__, "sqlstate", "")).startswith(_OTHERWISE):
            raise
        return False
    return True


def _apart() -> AbstractContextManager[None]:
    """One statement is a transaction of its own, unless it stands inside another."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


@cache
def _written(condition: str) -> str:
    """The change comes last: what it locks is locked for itself alone."""
    return f"""
        WITH told AS MATERIALIZED ({idempotency.TOLD}),
        recorded AS MATERIALIZED ({audit.RECORDED})
        SELECT kernel_as_foretold(({condition}))::text FROM told CROSS JOIN recorded
    """  # noqa: S608 - our own names
