"""The only way to lock rows."""

from typing import Self, TypeVar

from django.db import connection, models

from omniretail.kernel.errors import DomainError, Kind

M = TypeVar("M", bound=models.Model, covariant=True)

PATIENCE = "3s"


class Busy(DomainError):
    """Somebody else is working on this. Try again in a moment."""

    kind = Kind.BUSY


class LockableQuerySet(models.QuerySet[M]):
    """Rows that can be locked in one safe way."""

    def locked(self) -> Self:
        """Lock the rows in key order, so that two callers never wait for each other.

        NO KEY UPDATE lets foreign keys to the row be written meanwhile. A wait of over
        three seconds ends in `Busy` (translated where the door catches it).
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)
