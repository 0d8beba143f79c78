"""What landing a batch came to."""

from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Landing:
    """How many rows landed, and how many of them changed anything."""

    landed: int = 0
    changed: int = 0

    def __add__(self, other: "Landing") -> "Landing":
        return Landing(self.landed + other.landed, self.changed + other.changed)


def affected(sql: str, parameters: dict[str, Any]) -> int:
    """Run one statement; answers how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return max(0, int(cursor.rowcount))


def staged_between(first: int, behind: int) -> int:
    """How many rows of these lines are still staged."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM feed_stage WHERE line >= %s AND line < %s",
            [first, behind],
        )
        (count,) = cursor.fetchone()
    return int(count)
