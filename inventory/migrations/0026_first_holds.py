from django.db import migrations

KEPT_BACK = """
CREATE OR REPLACE FUNCTION inventory_kept_back(
    channel_code text, place bigint, article bigint, moment timestamptz
) RETURNS integer LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    terms record;
    leaves record;
    shelf bigint;
    of_category integer;
BEGIN
    IF channel_code IS NULL THEN
        RETURN 0;
    END IF;
    SELECT c.id, c.listed_since <= moment AS is_listed INTO terms
    FROM inventory_sellingchannel c WHERE c.code = channel_code;
    PERFORM FROM inventory_saleblock b
    WHERE b.store_id = place AND b.sku_id = article
      AND (b.channel_id IS NULL OR b.channel_id = terms.id)
      AND b.starts_at <= moment AND (b.ends_at IS NULL OR b.ends_at > moment);
    IF FOUND THEN
        RETURN NULL;
    END IF;
    IF terms.id IS NULL THEN
        RETURN 0;
    END IF;
    IF terms.is_listed THEN
        PERFORM FROM inventory_channelplace p
        WHERE p.channel_id = terms.id AND p.store_id = place
          AND p.starts_at <= moment AND (p.ends_at IS NULL OR p.ends_at > moment);
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    SELECT b.sku_id, b.units INTO leaves FROM inventory_channelbuffer b
    WHERE b.channel_id = terms.id AND b.category_id IS NULL
      AND (b.sku_id IS NULL OR b.sku_id = article)
      AND (b.store_id IS NULL OR b.store_id = place)
      AND b.starts_at <= moment AND (b.ends_at IS NULL OR b.ends_at > moment)
    ORDER BY b.sku_id NULLS LAST, b.store_id NULLS LAST LIMIT 1;
    IF leaves.sku_id IS NOT NULL THEN
        RETURN leaves.units;
    END IF;
    PERFORM FROM inventory_channelbuffer b
    WHERE b.channel_id = terms.id AND b.category_id IS NOT NULL;
    IF FOUND THEN
        SELECT p.category_id INTO shelf
        FROM inventory_sku k JOIN inventory_product p ON p.id = k.product_id
        WHERE k.id = article;
        FOR outwards IN 1..50 LOOP
            EXIT WHEN shelf IS NULL;
            SELECT b.units INTO of_category FROM inventory_channelbuffer b
            WHERE b.channel_id = terms.id AND b.category_id = shelf
              AND (b.store_id IS NULL OR b.store_id = place)
              AND b.starts_at <= moment AND (b.ends_at IS NULL OR b.ends_at > moment)
            ORDER BY b.store_id NULLS LAST LIMIT 1;
            IF FOUND THEN
                RETURN of_category;
            END IF;
            SELECT g.parent_id INTO shelf FROM inventory_category g WHERE g.id = shelf;
        END LOOP;
    END IF;
    RETURN COALESCE(leaves.units, 0);
END
$$
"""
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
        WHERE owner = for_owner AND status = 'HELD'
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

    dependencies = [("inventory", "0025_rearrangements")]

    operations = [
        migrations.RunSQL(KEPT_BACK, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, "DROP FUNCTION inventory_keep"),
        migrations.RunSQL(KEEP_FIRST, "DROP FUNCTION inventory_keep_first"),
    ]
