from django.db import migrations

HOLD = """
CREATE OR REPLACE FUNCTION inventory_hold(
    stores text[], skus text[], units int[], line_names text[], at_most int,
    for_channel text, moment timestamptz, trading_day date, for_owner text, under text,
    until timestamptz
) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    levels bigint[];
    standing int[];
    kept bigint[];
BEGIN
    SELECT array_agg(l.id ORDER BY w.place),
           array_agg(l.available_to_promise - b.kept ORDER BY w.place)
    INTO levels, standing
    FROM unnest(stores, skus) WITH ORDINALITY AS w(store, sku, place)
    CROSS JOIN LATERAL (SELECT * FROM stores_store WHERE code = w.store OFFSET 0) AS s
    CROSS JOIN LATERAL (SELECT * FROM inventory_sku WHERE code = w.sku OFFSET 0) AS k
    JOIN inventory_stocklevel l ON l.store_id = s.id AND l.sku_id = k.id
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
    WHERE (s.opened_on IS NULL OR s.opened_on <= trading_day)
      AND (s.closed_on IS NULL OR trading_day < s.closed_on);
    IF levels IS NULL OR cardinality(levels) < cardinality(stores)
        OR array_position(standing, NULL) IS NOT NULL
    THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM unnest(standing, units) AS w(there, units) WHERE there < w.units)
    THEN
        RETURN CASE WHEN NOT EXISTS (
            SELECT FROM inventory_promise WHERE reference = under AND status = 'HELD'
        ) THEN standing END;
    END IF;
    kept := inventory_keep_first(
        at_most, levels, units, for_channel, moment, 'HELD', for_owner, under, until,
        NULL, NULL, levels, units, line_names,
        array_fill(NULL::bigint, ARRAY[cardinality(units)]),
        array_fill(1, ARRAY[cardinality(units)])
    );
    RETURN CASE WHEN cardinality(kept) = cardinality(levels) THEN standing END;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0034_serials_first_seen")]

    operations = [migrations.RunSQL(HOLD, "DROP FUNCTION inventory_hold")]
