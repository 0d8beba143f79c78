"""What must hold of every request that was answered."""

from omniretail.kernel.laws import Row, rows_of


def requests_with_two_effects() -> list[Row]:
    """E3: a principal's key that stands for two requests, was carried out twice, or is
    kept without an answer though nobody is at work on it."""
    return rows_of(
        """
        SELECT 'two requests' AS fault, principal, key
        FROM kernel_idempotencykey GROUP BY principal, key HAVING COUNT(*) > 1
        UNION ALL
        SELECT 'two effects', detail->>'principal', detail->>'key'
        FROM kernel_auditentry
        WHERE detail ? 'key' AND recorded_at > clock_timestamp() - interval '30 days'
        GROUP BY detail->>'principal', detail->>'key' HAVING COUNT(*) > 1
        UNION ALL
        SELECT 'no answer', principal, key
        FROM kernel_idempotencykey
        WHERE (state = 'running') <> (status IS NULL)
           OR state = 'running' AND lease_ends_at IS NULL
        """
    )


def changes_without_an_audit_entry() -> list[Row]:
    """E5: answers that say something was changed, and nobody wrote down by whom; or an
    attempt died, maybe after it had changed something, and after a day nobody has."""
    return rows_of(
        """
        SELECT k.principal, k.key, k.operation, k.status
        FROM kernel_idempotencykey k
        WHERE k.state = 'done' AND k.status < 400 AND NOT EXISTS (
            SELECT FROM kernel_auditentry a
            WHERE a.detail->>'key' = k.key AND a.detail->>'principal' = k.principal
              AND a.action = k.operation
        )
        UNION ALL
        SELECT principal, key, operation, status FROM kernel_idempotencykey
        WHERE entry IS NOT NULL AND lease_ends_at < clock_timestamp() - interval '1 day'
        """
    )
