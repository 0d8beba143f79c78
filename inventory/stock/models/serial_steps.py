"""How serial numbers follow the goods: the database itself keeps where each one is.

A movement names serials; each is taken from where the movement takes its units, and no
other way. What moves without being named (a feed, a count, a sale over the till that
nobody scanned) is some unit that has no name here; where all have one, those seen longest
ago are missing from then on. So a place never has more names than units.

Which of the goods have serials at all is asked by a statement that is planned anew each
time (`EXECUTE`): one movement or ten thousand of a feed are looked up in different ways.
"""

import pgtrigger

from inventory.stock.models.buckets import SHELVES
from omniretail.kernel.triggers import BindingTrigger

_SHELVES = ", ".join(f"'{bucket}'" for bucket in SHELVES)
_HELD = " ".join(f"WHEN '{bucket}' THEN l.{column}" for bucket, column in SHELVES.items())


def _refuse(name: str, words: str) -> str:
    return (
        f"RAISE EXCEPTION '{words}'"
        f" USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';"
    )


_ELSEWHERE = _refuse(
    "serial_is_where_it_is_taken_from", "this serial is not where it is taken from"
)
_ALL_NAMED = _refuse(
    "every_unit_there_has_another_serial", "every unit there has another serial"
)

_STEP = f"""
    SELECT * INTO known FROM inventory_serial WHERE id = NEW.serial_id
    FOR NO KEY UPDATE;
    IF NEW.kind IN ('FIRST_SEEN', 'TURNED_UP') THEN
        NEW.kind := CASE WHEN EXISTS (
            SELECT FROM inventory_serialstep WHERE serial_id = NEW.serial_id
        ) THEN 'TURNED_UP' ELSE 'FIRST_SEEN' END;
    END IF;
    IF NEW.kind <> 'TURNED_UP' AND known.bucket <> 'SHRINKAGE' AND NOT (
        known.bucket = NEW.source
        AND (known.store_id IS NULL OR known.store_id = NEW.store_id)
        AND (known.bucket <> 'IN_TRANSIT' OR known.reference = NEW.reference)
    ) THEN
        {_ELSEWHERE}
    END IF;
    UPDATE inventory_serial
    SET bucket = NEW.target, reference = NEW.reference,
        store_id = CASE WHEN NEW.target IN ({_SHELVES}) THEN NEW.store_id END,
        seen_at = CASE NEW.kind WHEN 'MISSING' THEN seen_at
                                ELSE GREATEST(seen_at, NEW.at) END
    WHERE id = NEW.serial_id;
    RETURN NEW;
"""  # noqa: S608 - our own column names
_ROOM = f"""
    SELECT (SELECT COUNT(*) FROM inventory_serial o
            WHERE o.sku_id = s.sku_id AND o.store_id = NEW.store_id
              AND o.bucket = NEW.target)
           - CASE NEW.target {_HELD} END
    INTO excess
    FROM inventory_serial s
    JOIN inventory_stocklevel l ON l.sku_id = s.sku_id AND l.store_id = NEW.store_id
    WHERE s.id = NEW.serial_id
    FOR NO KEY UPDATE OF l;
    IF excess IS NULL OR (excess > 0 AND NEW.kind = 'SEEN' AND NOT EXISTS (
        SELECT FROM inventory_serialstep WHERE serial_id = NEW.serial_id AND id < NEW.id
    )) THEN
        {_ALL_NAMED}
    END IF;
    INSERT INTO inventory_serialstep (serial_id, kind, store_id, source, target,
        reference, actor_kind, actor_key, at)
    SELECT o.id, 'MISSING', NEW.store_id, NEW.target, 'SHRINKAGE', NEW.reference,
           NEW.actor_kind, NEW.actor_key, NEW.at
    FROM inventory_serial s JOIN inventory_serial o
      ON o.sku_id = s.sku_id AND o.store_id = NEW.store_id AND o.bucket = NEW.target
    WHERE s.id = NEW.serial_id AND o.id <> s.id
    ORDER BY o.seen_at, o.id LIMIT GREATEST(excess, 0);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone < excess THEN
        {_ALL_NAMED}
    END IF;
    RETURN NULL;
"""  # noqa: S608 - our own column names
_MOVED = f"""
    EXECUTE $look$
        SELECT array_agg(DISTINCT k.id) FROM written w JOIN inventory_sku k
          ON k.id = w.sku_id
        WHERE k.is_serialised OR cardinality(w.serials) > 0
    $look$ INTO followed;
    IF followed IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM FROM inventory_sku WHERE id IN (
        SELECT sku_id FROM written WHERE cardinality(serials) > 0
    ) ORDER BY id FOR SHARE;
    IF EXISTS (SELECT FROM inventory_sku
               WHERE id = ANY(followed) AND NOT is_serialised) THEN
        {_refuse("only_serialised_units_have_serials", "its units have no serials")}
    END IF;
    IF EXISTS (SELECT FROM written w, unnest(w.serials) AS n(number)
               GROUP BY w.sku_id, n.number HAVING COUNT(*) > 1) THEN
        {_refuse("serial_moves_once_at_a_time", "a serial is named twice")}
    END IF;
    INSERT INTO inventory_serial (sku_id, number, bucket, reference, seen_at)
    SELECT w.sku_id, n.number, 'SHRINKAGE', '', w.at
    FROM written w, unnest(w.serials) AS n(number)
    ORDER BY w.sku_id, n.number
    ON CONFLICT (sku_id, number) DO NOTHING;
    PERFORM FROM inventory_serial WHERE (sku_id, number) IN (
        SELECT w.sku_id, n.number FROM written w, unnest(w.serials) AS n(number)
    ) ORDER BY sku_id, number FOR NO KEY UPDATE;
    SELECT COALESCE(array_agg(s.id), '{{}}') INTO turned_up
    FROM written w JOIN inventory_serial s
      ON s.sku_id = w.sku_id AND s.number = ANY(w.serials)
    WHERE s.bucket = 'SHRINKAGE' AND w.source <> 'SHRINKAGE'
      AND EXISTS (SELECT FROM inventory_serialstep WHERE serial_id = s.id);
    INSERT INTO inventory_serialstep (serial_id, movement_id, kind, store_id, source,
        target, reference, actor_kind, actor_key, at)
    SELECT s.id, w.id, 'MOVED', w.store_id, w.source, w.target, w.reference, w.actor_kind,
           w.actor_key, w.at
    FROM written w JOIN inventory_serial s
      ON s.sku_id = w.sku_id AND s.number = ANY(w.serials)
    ORDER BY w.id, s.id;
    FOR place IN
        SELECT w.sku_id, w.source,
               CASE WHEN w.source <> 'IN_TRANSIT' THEN w.store_id END AS store_id,
               CASE WHEN w.source = 'IN_TRANSIT' THEN w.reference END AS transfer,
               MAX(w.id) AS movement_id,
               SUM(w.quantity - cardinality(w.serials)) + COALESCE(SUM((
                   SELECT COUNT(*) FROM inventory_serial s
                   WHERE s.id = ANY(turned_up) AND s.sku_id = w.sku_id
                     AND s.number = ANY(w.serials))), 0) AS unnamed
        FROM written w
        WHERE w.sku_id = ANY(followed) AND w.source IN ({_SHELVES}, 'IN_TRANSIT')
        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    LOOP
        SELECT COUNT(*) INTO excess FROM inventory_serial s
        WHERE s.sku_id = place.sku_id AND s.bucket = place.source
          AND (s.store_id = place.store_id OR s.reference = place.transfer);
        CONTINUE WHEN excess = 0;
        excess := excess - CASE WHEN place.transfer IS NULL THEN (
            SELECT CASE place.source {_HELD} END FROM inventory_stocklevel l
            WHERE l.sku_id = place.sku_id AND l.store_id = place.store_id
        ) ELSE (
            SELECT SUM(CASE WHEN m.target = 'IN_TRANSIT' THEN m.quantity
                            ELSE -m.quantity END)
            FROM inventory_stockmovement m
            WHERE m.kind IN ('TRANSFER', 'RECEIPT', 'LOSS', 'REVERSAL')
              AND m.reference = place.transfer AND m.sku_id = place.sku_id
              AND 'IN_TRANSIT' IN (m.source, m.target)
        ) END;
        IF excess > place.unnamed THEN
            {_ALL_NAMED}
        END IF;
        INSERT INTO inventory_serialstep (serial_id, movement_id, kind, store_id, source,
            target, reference, actor_kind, actor_key, at)
        SELECT s.id, w.id, 'MISSING', w.store_id, place.source, 'SHRINKAGE', w.reference,
               w.actor_kind, w.actor_key, w.at
        FROM inventory_serial s JOIN written w ON w.id = place.movement_id
        WHERE s.sku_id = place.sku_id AND s.bucket = place.source
          AND (s.store_id = place.store_id OR s.reference = place.transfer)
        ORDER BY s.seen_at, s.id LIMIT GREATEST(excess, 0);
    END LOOP;
    RETURN NULL;
"""  # noqa: S608 - our own column names
_NO_BARCODE = f"""
    IF EXISTS (
        SELECT FROM inventory_sku k WHERE k.id = NEW.sku_id AND (
            upper(k.code) = NEW.number OR EXISTS (
                SELECT FROM inventory_barcode b WHERE b.sku_id = k.id
                  AND ltrim(b.gtin, '0') = ltrim(NEW.number, '0')))
    ) THEN
        {_refuse("serial_is_no_barcode", "this is the barcode of the article")}
    END IF;
    RETURN NULL;
"""  # noqa: S608 - our own column names

NAMED_MOVEMENTS = BindingTrigger(
    name="serials_follow_the_goods",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="written"),
    declare=[
        ("followed", "bigint[]"),
        ("place", "RECORD"),
        ("excess", "bigint"),
        ("turned_up", "bigint[]"),
    ],
    func=_MOVED,
)
STEPS = [
    BindingTrigger(
        name="step_begins_where_the_serial_is",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("known", "inventory_serial%ROWTYPE")],
        func=_STEP,
    ),
    BindingTrigger(
        name="seen_serial_has_a_unit",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.kind IN ('SEEN', 'FIRST_SEEN', 'TURNED_UP')"),
        declare=[("excess", "bigint"), ("gone", "bigint")],
        func=_ROOM,
    ),
]
NO_BARCODE = BindingTrigger(
    name="serial_is_no_barcode",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func=_NO_BARCODE,
)
