"""Attempts of which nobody ever heard the end: the audit trail names them all the same."""

from django.db import connection, transaction

from omniretail.kernel.limits import limits

# What the attempt did, if anything, is not known: its key stands under another word than
# that of one that was answered, and a later one under the same key has its own entry.
_NOTED = """
    WITH died AS (
        SELECT id, entry FROM kernel_idempotencykey
        WHERE entry IS NOT NULL
          AND lease_ends_at < clock_timestamp() - make_interval(secs => %s)
        ORDER BY lease_ends_at LIMIT %s FOR UPDATE SKIP LOCKED
    ), known AS (
        UPDATE kernel_idempotencykey k SET entry = NULL FROM died WHERE k.id = died.id
    )
    INSERT INTO kernel_auditentry (at, actor_kind, actor_key, device, store, action,
        subject, request_id, detail)
    SELECT (entry->>'at')::timestamptz, entry->>'actor_kind', entry->>'actor_key',
           entry->>'device', entry->>'store', entry->>'action', entry->>'subject',
           entry->>'request_id', (entry->>'detail')::jsonb
    FROM died
"""


@transaction.atomic
def note_unended(*, limit: int) -> int:
    """Write down who began what and never came to its end, once nobody can still be at
    work on it; answers how many attempts those were. Each is written down once."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTED, [limits().unended_noted_after.total_seconds(), limit])
        return max(0, int(cursor.rowcount))
