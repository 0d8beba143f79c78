from django.db import migrations

HORIZON = """
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


class Migration(migrations.Migration):

    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunSQL(HORIZON, "DROP FUNCTION kernel_horizon")]
