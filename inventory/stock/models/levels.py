"""Levels: how much of a SKU lies in which bucket of a place."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models import Sku
from inventory.stock.models.buckets import SHELVES
from inventory.stock.models.changes import TRIGGERS
from omniretail.kernel.ledgers import append_only
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.triggers import BindingTrigger


def _change(columns: Collection[str], guard: str) -> str:
    """The statement that adds to these columns of many levels where the guard allows."""
    arrays = ", ".join(f"%({name})s::int[]" for name in columns)
    added = ", ".join(f"{name} = l.{name} + t.{name}" for name in columns)
    return f"""
        WITH wanted AS (
            SELECT * FROM unnest(%(levels)s::bigint[], {arrays})
                AS w(id, {", ".join(columns)})
        ), taken AS (
            SELECT w.* FROM inventory_stocklevel l JOIN wanted w USING (id)
            WHERE {guard}
            ORDER BY l.id
            FOR NO KEY UPDATE OF l
        )
        UPDATE inventory_stocklevel l SET {added}, changed_at = %(at)s
        FROM taken t WHERE l.id = t.id
        RETURNING l.id, l.on_hand, l.reserved, l.available_to_promise
    """  # noqa: S608 - our own column names


_ASIDE = tuple(column for column in SHELVES.values() if column != "on_hand")
_SHIFTED_COLUMNS = ("reserved", *SHELVES.values())
_SHIFTED = _change(
    _SHIFTED_COLUMNS,
    " AND ".join(
        [
            "l.on_hand + w.on_hand >= l.reserved + w.reserved",
            *(f"l.{name} + w.{name} >= 0" for name in _ASIDE),
        ]
    ),
)
_OPENED = """
    INSERT INTO inventory_stocklevel (store_id, sku_id)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS w(store_id, sku_id)
    ORDER BY store_id, sku_id
    ON CONFLICT DO NOTHING
"""
_LOOKED_AT = """
    UPDATE inventory_stocklevel l SET looked_at = w.moment
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS w(id, moment)
    WHERE l.id = w.id AND l.looked_at IS DISTINCT FROM w.moment
"""
_REMEMBERED = """
    INSERT INTO inventory_safetystockchange (level_id, before, units, at)
    VALUES (NEW.id, {before}, NEW.safety_stock, NEW.changed_at);
    RETURN NULL;
"""

_NO_KIT = """
    PERFORM pg_advisory_xact_lock_shared(hashtext('inventory_kitpart'));
    IF EXISTS (SELECT FROM opened o JOIN inventory_kitpart p ON p.kit_id = o.sku_id) THEN
        RAISE EXCEPTION 'a kit has no stock of its own'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kit_has_no_stock_of_its_own';
    END IF;
    RETURN NULL;
"""

# What explains a level names it by its place and SKU.
_STAYS = """
    IF TG_OP = 'DELETE' OR (OLD.id, OLD.store_id, OLD.sku_id) IS DISTINCT FROM
                           (NEW.id, NEW.store_id, NEW.sku_id) THEN
        RAISE EXCEPTION 'a level stays where it is'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'levels_stay';
    END IF;
    RETURN NEW;
"""


@dataclass(frozen=True)
class Shift:
    """By how much one level is to change."""

    level: int
    on_hand: int = 0
    reserved: int = 0
    display: int = 0
    quarantine: int = 0
    damaged: int = 0
    customer_hold: int = 0


@dataclass(frozen=True)
class Figures:
    """What a level says right after it changed."""

    on_hand: int
    reserved: int
    available_to_promise: int


class StockLevelQuerySet(LockableQuerySet["StockLevel"]):
    """Levels, and the only statements that change them.

    Each takes its rows in key order and decides and writes in one statement. A level
    that cannot do what is asked is left alone and is missing from the answer.
    """

    def shift(self, shifts: Sequence[Shift], *, at: datetime) -> dict[int, Figures]:
        """Move units in or out where what is reserved stays covered and no bucket comes
        to owe any."""
        return _run(_SHIFTED, _SHIFTED_COLUMNS, shifts, at)

    def note_looks(self, looks: Mapping[int, datetime | None]) -> None:
        """Write down when somebody looked at each of these levels, which are locked; None
        where nobody's word stands any more."""
        if looks:
            with connection.cursor() as cursor:
                cursor.execute(_LOOKED_AT, [list(looks), list(looks.values())])

    def open(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Make sure that a level exists for each place and SKU."""
        with connection.cursor() as cursor:
            cursor.execute(_OPENED, [[p[0] for p in pairs], [p[1] for p in pairs]])


def _run(
    sql: str, columns: Sequence[str], shifts: Sequence[Shift], at: datetime
) -> dict[int, Figures]:
    parameters: dict[str, Any] = {
        name: [getattr(shift, name) for shift in shifts] for name in columns
    }
    parameters |= {"levels": [shift.level for shift in shifts], "at": at}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return {row[0]: Figures(*row[1:]) for row in cursor.fetchall()}


class StockLevel(models.Model):
    """How much of one SKU one place has, keeps for somebody, and may still promise.

    All units of the SKU in the place are in this one row, a column per bucket. Only
    what is on hand is promised; what is set aside must first be moved back.
    """

    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("place"),
    )
    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="levels", verbose_name=_("SKU")
    )
    on_hand = models.IntegerField(_("on hand"), db_default=0)
    display = models.IntegerField(_("display samples"), db_default=0)
    quarantine = models.IntegerField(_("in quarantine"), db_default=0)
    damaged = models.IntegerField(_("damaged"), db_default=0)
    customer_hold = models.IntegerField(_("put aside for customers"), db_default=0)
    reserved = models.IntegerField(_("reserved"), db_default=0)
    safety_stock = models.IntegerField(_("safety stock"), db_default=0)
    available_to_promise = models.GeneratedField(
        expression=F("on_hand") - F("reserved") - F("safety_stock"),
        output_field=models.IntegerField(),
        db_persist=True,
        verbose_name=_("available to promise"),
    )
    changed_at = models.DateTimeField(_("changed"), db_default=Now())
    # When somebody last said how many are on hand, if that was not taken back since.
    looked_at = models.DateTimeField(_("last looked at"), null=True, blank=True)
    # Both are the database's own: see `LevelChange`.
    version = models.BigIntegerField(_("last change"), db_default=0, editable=False)
    changed_in = models.BigIntegerField(_("position"), db_default=0, editable=False)

    objects: ClassVar[StockLevelQuerySet] = StockLevelQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "sku"], name="one_level_per_place_and_sku"
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("on_hand")),
                name="reserved_is_between_zero_and_on_hand",
            ),
            models.CheckConstraint(
                condition=Q(safety_stock__gte=0), name="safety_stock_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(
                    display__gte=0,
                    quarantine__gte=0,
                    damaged__gte=0,
                    customer_hold__gte=0,
                ),
                name="no_bucket_of_a_place_owes_units",
            ),
        ]
        triggers = [  # asked of a row only where there is something to remember
            BindingTrigger(
                name="first_safety_stock_is_remembered",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__safety_stock__gt=0),
                func=_REMEMBERED.format(before="0"),
            ),
            BindingTrigger(
                name="safety_stock_is_remembered",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("safety_stock"),
                condition=pgtrigger.Q(
                    old__safety_stock__df=pgtrigger.F("new__safety_stock")
                ),
                func=_REMEMBERED.format(before="OLD.safety_stock"),
            ),
            BindingTrigger(
                name="kit_has_no_stock_of_its_own",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="opened"),
                func=_NO_KIT,
            ),
            BindingTrigger(
                name="levels_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete | pgtrigger.UpdateOf("id", "store_id", "sku_id"),
                func=_STAYS,
            ),
            *TRIGGERS,
        ]

    def __str__(self) -> str:
        return f"{self.sku} · {self.store}"

    def holds(self, bucket: str) -> int:
        """How many units lie in one of the buckets of a place."""
        return int(getattr(self, SHELVES[bucket]))


class SafetyStockChange(models.Model):
    """From then on so many units were kept back. The database itself writes it down,
    whichever way the safety stock of a level changes."""

    level = models.ForeignKey(
        StockLevel,
        models.PROTECT,
        related_name="safety_stock_changes",
        db_index=False,
        verbose_name=_("stock level"),
    )
    before = models.IntegerField(_("before"))
    units = models.IntegerField(_("units"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("change of safety stock")
        verbose_name_plural = _("changes of safety stock")
        constraints = [
            models.CheckConstraint(
                condition=~Q(before=F("units")), name="safety_stock_change_changes_it"
            ),
        ]
        indexes = [
            models.Index(fields=["level", "at", "id"], name="safety_stock_of_a_level"),
        ]
        triggers = [append_only("safety_stock_changes")]

    def __str__(self) -> str:
        return f"{self.before} > {self.units}"
