from django.db import migrations

KEEP = """
CREATE OR REPLACE FUNCTION inventory_keep(
    level_ids bigint[], level_units int[], for_channel text, moment timestamptz,
    as_status text, for_owner text, under text, until timestamptz, extended timestamptz,
    firm_since timestamptz, part_levels bigint[], part_units int[], part_lines text[],
    part_kits bigint[], part_per_kits int[]
)
RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    bearing bigint[];
BEGIN
    PERFORM FROM inventory_stocklevel WHERE id = ANY(level_ids)
    ORDER BY id FOR NO KEY UPDATE;
    WITH wanted AS (
        SELECT * FROM unnest(level_ids::bigint[], level_units::int[]) AS w(id, units)
    ), taken AS (
        SELECT w.*, kept FROM inventory_stocklevel l JOIN wanted w USING (id)
            CROSS JOIN LATERAL (SELECT 
    CASE WHEN (
        SELECT EXISTS (
            SELECT FROM inventory_sellingchannel WHERE code = for_channel::text
        ) OR EXISTS (
            SELECT FROM inventory_saleblock WHERE for_channel::text IS NOT NULL
            AND (ends_at IS NULL OR ends_at > moment::timestamptz)
        )
    ) THEN inventory_kept_back(for_channel::text, l.store_id, l.sku_id, moment::timestamptz) ELSE 0 END
) AS b(kept)
        WHERE l.available_to_promise - kept >= w.units
        ORDER BY l.id
        FOR NO KEY UPDATE OF l
    ), changed AS (
        UPDATE inventory_stocklevel l
        SET reserved = l.reserved + t.units, changed_at = moment
        FROM taken t
        WHERE l.id = t.id AND (SELECT COUNT(*) FROM taken) = cardinality(level_ids)
        RETURNING l.id, l.store_id, l.sku_id, l.available_to_promise - t.kept AS spare
    ), written AS (
        INSERT INTO inventory_promise
            (store_id, sku_id, kit_id, per_kit, quantity, status, owner, reference, line,
             ends_at, extended_at, payment_in_flight, channel, spare, from_safety_stock,
             created_at, allocated_at)
        SELECT c.store_id, c.sku_id, p.kit, p.per_kit, p.quantity, as_status, for_owner,
               under, p.line, until, extended, false, COALESCE(for_channel, ''), c.spare,
               false, moment, firm_since
        FROM unnest(part_levels, part_units, part_lines, part_kits, part_per_kits)
            WITH ORDINALITY AS p(level, quantity, line, kit, per_kit, place)
        JOIN changed c ON c.id = p.level
        ORDER BY p.place
    )
    SELECT COALESCE(array_agg(id), '{}') INTO bearing FROM taken;
    RETURN bearing;
END
$$
"""


class Migration(migrations.Migration):

    dependencies = [("inventory", "0038_categories_in_no_ring")]

    operations = [migrations.RunSQL(KEEP, migrations.RunSQL.noop)]
