"""How the database splits movements over lots, in the statement that writes them.

**Which lots.** In this order, each as far as it reaches:

1. the lots the movement names (what a clerk scanned, what a delivery note says), and for
   a reversal those of the movement it takes back;
2. for goods that come off the road, or are found after they were lost on it: the lots
   that left under the same reference;
3. out of a bucket of a place: what lies in no bag, the first to expire first; what may no
   longer be sold goes to customers only when nothing else is there;
4. what lies in bags.

Units without a lot come after those with a date: a date must not pass behind goods that
have none. A correction downwards takes them first, for it is there that corrections
upwards were put. What comes from outside and is of no known lot has no lot here either.

**Why here.** Movements are written by operations, by feeds of a million rows and by bulk
writes in one statement; a rule beside each would be forgotten by the next. A movement of a
SKU without lots costs one look at an index that holds only those that keep them (`OFFSET
0` keeps it that way, however many movements the plan was first made for); the statements
below are planned once a session, which is dearer than running them. The level
of each movement is locked by whoever writes it, so nobody else splits the same units.
"""

import pgtrigger
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models import Sku
from inventory.stock.models import CORRECTIONS, SHELVES, StockMovement
from omniretail.kernel.triggers import BindingTrigger

_IN_A_PLACE = ", ".join(f"'{bucket}'" for bucket in SHELVES)
_CORRECTIONS = ", ".join(f"'{kind}'" for kind in (*CORRECTIONS, "DELTA"))

_STEPS = f"""
    WITH named AS (
        SELECT l.id AS lot_id, w.value::int AS units
        FROM jsonb_each_text(COALESCE(m.lots, '{{}}')) w
        JOIN inventory_lot l ON l.sku_id = m.sku_id AND l.code = w.key
        UNION ALL
        SELECT lot_id, quantity FROM inventory_lotstep WHERE movement_id = m.reverses_id
    ), left_before AS (
        SELECT s.lot_id, SUM(
            CASE WHEN o.target = m.source THEN s.quantity ELSE -s.quantity END
        ) AS units
        FROM inventory_stockmovement o JOIN inventory_lotstep s ON s.movement_id = o.id
        WHERE m.source IN ('IN_TRANSIT', 'SHRINKAGE') AND o.reference = m.reference
          AND o.kind IN ('TRANSFER', 'RECEIPT', 'LOSS') AND o.sku_id = m.sku_id
          AND m.source IN (o.source, o.target)
        GROUP BY s.lot_id
    ), bagged AS (
        SELECT k.lot_id, SUM(k.units) AS units
        FROM inventory_lotpick k JOIN inventory_lot l ON l.id = k.lot_id
        WHERE m.source = 'ON_HAND' AND l.sku_id = m.sku_id AND k.store_id = m.store_id
          AND EXISTS (
              SELECT FROM inventory_promise p
              WHERE p.reference = k.reference AND p.line = k.line
                AND p.store_id = k.store_id AND p.sku_id = m.sku_id
                AND p.status IN ('HELD', 'ALLOCATED')
          )
        GROUP BY k.lot_id
    ), lots AS (
        SELECT l.id AS lot_id, l.code, l.expires_on,
               COALESCE((SELECT SUM(units) FROM named n WHERE n.lot_id = l.id), 0) AS named,
               COALESCE((SELECT units FROM left_before b WHERE b.lot_id = l.id), 0)
                   AS left_before,
               CASE WHEN m.source IN ({_IN_A_PLACE}) THEN COALESCE(v.units, 0)
                    ELSE m.quantity END AS there,
               COALESCE((SELECT units FROM bagged b WHERE b.lot_id = l.id), 0) AS bagged
        FROM inventory_lot l
        LEFT JOIN inventory_lotlevel v
          ON v.lot_id = l.id AND v.store_id = m.store_id AND v.bucket = m.source
        WHERE l.sku_id = m.sku_id
    ), parts AS (
        SELECT l.*, p.turn, p.units FROM lots l CROSS JOIN LATERAL (
            SELECT LEAST(named, there) AS wish,
                   GREATEST(there - LEAST(named, there), 0) AS other
        ) w CROSS JOIN LATERAL (
            VALUES (1, w.wish),
                   (2, CASE WHEN m.source IN ({_IN_A_PLACE}) THEN 0
                            ELSE LEAST(left_before - w.wish, w.other) END),
                   (3, CASE WHEN m.source IN ({_IN_A_PLACE})
                            THEN GREATEST(w.other - bagged, 0)
                            WHEN code = '' THEN w.other ELSE 0 END),
                   (4, CASE WHEN m.source IN ({_IN_A_PLACE})
                            THEN LEAST(w.other, bagged) ELSE 0 END)
        ) p(turn, units) WHERE p.units > 0
    ), queue AS (
        SELECT lot_id, units, SUM(units) OVER (
            ORDER BY turn,
                     m.target = 'CUSTOMER'
                         AND COALESCE(expires_on - m.shelf_life_left_days < m.today, false),
                     CASE WHEN code <> '' THEN 1
                          WHEN m.target = 'SHRINKAGE' AND m.kind IN ({_CORRECTIONS}) THEN 0
                          ELSE 2 END,
                     expires_on, lot_id
        ) AS up_to
        FROM parts
    )
    INSERT INTO inventory_lotstep (movement_id, lot_id, quantity)
    SELECT m.id, lot_id, SUM(LEAST(units, m.quantity - (up_to - units)))
    FROM queue WHERE up_to - units < m.quantity GROUP BY lot_id;
"""  # noqa: S608 - our own words

_SPLIT = f"""
    IF NOT EXISTS (SELECT FROM inventory_sku WHERE keeps_lots) THEN
        RETURN NULL;
    END IF;
    was := current_setting('plan_cache_mode');
    PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
    FOR m IN
        SELECT n.id, n.store_id, n.sku_id, n.quantity, n.source, n.target, n.kind,
               n.reference, n.lots, n.reverses_id, k.shelf_life_left_days,
               timezone(s.time_zone, n.at)::date AS today
        FROM moved n
        CROSS JOIN LATERAL (
            SELECT shelf_life_left_days FROM inventory_sku
            WHERE id = n.sku_id AND keeps_lots OFFSET 0
        ) k
        JOIN stores_store s ON s.id = n.store_id
        ORDER BY n.id
    LOOP
        INSERT INTO inventory_lot (sku_id, code)
        SELECT m.sku_id, '' WHERE NOT EXISTS (
            SELECT FROM inventory_lot WHERE sku_id = m.sku_id AND code = ''
        ) ON CONFLICT DO NOTHING;
        IF EXISTS (
            SELECT FROM jsonb_object_keys(COALESCE(m.lots, '{{}}')) w(code)
            WHERE NOT EXISTS (SELECT FROM inventory_lot l
                              WHERE l.sku_id = m.sku_id AND l.code = w.code)
        ) THEN
            RAISE EXCEPTION 'nobody knows such a lot'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'lot_is_known';
        END IF;
        {_STEPS}
        SELECT COALESCE(SUM(quantity), 0) INTO done
        FROM inventory_lotstep WHERE movement_id = m.id;
        IF done <> m.quantity THEN
            RAISE EXCEPTION 'the lots do not account for these units'
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'lots_account_for_every_unit';
        END IF;
        UPDATE inventory_lotlevel v SET units = v.units - s.quantity
        FROM inventory_lotstep s
        WHERE s.movement_id = m.id AND v.lot_id = s.lot_id AND v.store_id = m.store_id
          AND v.bucket = m.source;
        IF m.target IN ({_IN_A_PLACE}) THEN
            INSERT INTO inventory_lotlevel AS v (lot_id, store_id, bucket, units)
            SELECT s.lot_id, m.store_id, m.target, s.quantity
            FROM inventory_lotstep s WHERE s.movement_id = m.id ORDER BY s.lot_id
            ON CONFLICT (lot_id, store_id, bucket)
            DO UPDATE SET units = v.units + EXCLUDED.units;
        END IF;
    END LOOP;
    PERFORM set_config('plan_cache_mode', was, true);
    RETURN NULL;
"""  # noqa: S608 - our own words

_BEGUN = f"""
    IF OLD.keeps_lots THEN
        IF EXISTS (SELECT FROM inventory_stockmovement WHERE sku_id = NEW.id) THEN
            RAISE EXCEPTION 'its units are told apart by lots'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'lots_are_kept_for_good';
        END IF;
        RETURN NULL;
    END IF;
    -- Who has written a movement is waited for; who will, splits it. It happens once in the
    -- life of an article, and a lock on its levels misses one that is just being opened.
    LOCK TABLE inventory_stockmovement IN SHARE ROW EXCLUSIVE MODE;
    INSERT INTO inventory_lot (sku_id, code) VALUES (NEW.id, '') ON CONFLICT DO NOTHING;
    INSERT INTO inventory_lotstep (movement_id, lot_id, quantity)
    SELECT m.id, l.id, m.quantity
    FROM inventory_stockmovement m JOIN inventory_lot l ON l.sku_id = m.sku_id
    WHERE m.sku_id = NEW.id AND l.code = '';
    INSERT INTO inventory_lotlevel (lot_id, store_id, bucket, units)
    SELECT l.id, v.store_id, b.bucket, b.units
    FROM inventory_stocklevel v JOIN inventory_lot l ON l.sku_id = v.sku_id
    CROSS JOIN LATERAL unnest(
        ARRAY[{_IN_A_PLACE}], ARRAY[{", ".join(f"v.{name}" for name in SHELVES.values())}]
    ) AS b(bucket, units)
    WHERE v.sku_id = NEW.id AND l.code = '' AND b.units <> 0;
    RETURN NULL;
"""  # noqa: S608 - our own words


class SplitMovement(StockMovement):
    """A movement, as lots see it: the database splits it when it is written."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("movement by lots")
        verbose_name_plural = _("movements by lots")
        triggers = [
            BindingTrigger(
                name="movements_are_split_over_lots",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="moved"),
                declare=[("m", "record"), ("done", "bigint"), ("was", "text")],
                func=_SPLIT,
            )
        ]


class SkuWithLots(Sku):
    """A SKU, as lots see it: what lies there when lots begin to be kept has no lot yet, and
    once units have moved, lots are kept for good."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("SKU with lots")
        verbose_name_plural = _("SKUs with lots")
        triggers = [
            BindingTrigger(
                name="lots_begin_to_be_kept",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("keeps_lots"),
                condition=pgtrigger.Q(old__keeps_lots__df=pgtrigger.F("new__keeps_lots")),
                func=_BEGUN,
            )
        ]
