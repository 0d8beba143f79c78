from django.db import migrations

KEEP_FIRST = """
CREATE OR REPLACE FUNCTION inventory_keep_first(at_most int, 
    level_ids bigint[], level_units int[], for_channel text, moment timestamptz,
    as_status text, for_owner text, under text, until timestamptz, extended timestamptz,
    firm_since timestamptz, part_levels bigint[], part_units int[], part_lines text[],
    part_kits bigint[], part_per_kits int[]
)
RETURNS bigint[] LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('hold:' || for_owner, 0));
    IF EXISTS (
        SELECT FROM inventory_promise WHERE reference = under AND status = 'HELD'
    ) OR at_most <= (
        SELECT COUNT(DISTINCT reference) FROM inventory_promise
        WHERE owner = for_owner AND status = 'HELD' AND (ends_at > moment OR payment_in_flight)
    ) THEN
        RETURN NULL;
    END IF;
    RETURN inventory_keep(
        level_ids, level_units, for_channel, moment, as_status, for_owner, under, until,
        extended, firm_since, part_levels, part_units, part_lines, part_kits, part_per_kits
    );
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0042_looks_at_levels")]

    operations = [migrations.RunSQL(KEEP_FIRST, migrations.RunSQL.noop)]
