import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
from django.db import migrations, models

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
    SELECT c.id, c.listed_since <= moment OR moment <@ ANY (c.listed_before) AS is_listed
    INTO terms FROM inventory_sellingchannel c WHERE c.code = channel_code;
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
AS_LISTED_SINCE = KEPT_BACK.replace(" OR moment <@ ANY (c.listed_before)", "")
# What is known of it: in its networks of then it had places. One without any left no trace.
LISTED_BEFORE = """
UPDATE inventory_sellingchannel c SET listed_before = ARRAY(
    SELECT unnest(
        range_agg(tstzrange(p.starts_at, p.ends_at))
        - COALESCE(tstzmultirange(tstzrange(c.listed_since, NULL)), '{}')
    )
    FROM inventory_channelplace p
    WHERE p.channel_id = c.id AND p.starts_at < p.ends_at
)
"""


class Migration(migrations.Migration):

    dependencies = [("inventory", "0043_holds_that_are_over")]

    operations = [
        migrations.AddField(
            model_name="sellingchannel",
            name="listed_before",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                db_default=[],
                default=list,
                editable=False,
                size=None,
                verbose_name="sold from its own places before",
            ),
        ),
        migrations.RunSQL(LISTED_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(KEPT_BACK, AS_LISTED_SINCE),
    ]
