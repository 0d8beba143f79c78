"""How far what was committed can be read without a hole that fills up later.

Whoever follows rows by the number of the transaction that wrote them stays below the
oldest transaction that is still running. PostgreSQL's own `pg_snapshot_xmin` counts the
transactions of every database of the server: one that runs for hours in a neighbour would
hold back all that is read here. A transaction counts unless it is seen to hold a lock on
a table of another database, which ours never does; where nothing is known of it, it
counts.
"""

HORIZON = "kernel_horizon()"
"""Every transaction of this database below it has ended, and is seen by the statement
that asks. Two calls in one statement may differ: ask once."""

FUNCTION = """
    CREATE FUNCTION kernel_horizon() RETURNS bigint LANGUAGE sql STABLE AS $$
        WITH locks AS MATERIALIZED (
            SELECT * FROM pg_locks WHERE granted
        ), elsewhere AS (
            SELECT t.transactionid::text::bigint AS number FROM locks t
            WHERE t.locktype = 'transactionid' AND t.mode = 'ExclusiveLock'
              AND EXISTS (
                SELECT FROM locks r
                WHERE r.virtualtransaction = t.virtualtransaction
                  AND r.locktype = 'relation' AND r.database <> 0
                  AND r.database <> (
                    SELECT oid FROM pg_database WHERE datname = current_database()
                  )
              )
        )
        SELECT LEAST(
            pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
            pg_current_xact_id_if_assigned()::text::bigint,
            (SELECT MIN(running::text::bigint)
             FROM pg_snapshot_xip(pg_current_snapshot()) AS running
             WHERE running::text::bigint % 4294967296
                   NOT IN (SELECT number FROM elsewhere))
        )
    $$
"""
