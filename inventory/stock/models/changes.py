"""Changes of levels, as whoever follows the stock is told them."""

import pgtrigger
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models import Sku
from omniretail.kernel.triggers import BindingProtect, BindingTrigger

_OTHER = (
    "OLD.on_hand <> NEW.on_hand OR OLD.reserved <> NEW.reserved"
    " OR OLD.safety_stock <> NEW.safety_stock"
)
_NUMBERED = """
    NEW.version := nextval('inventory_levelchange_id_seq');
    NEW.changed_in := GREATEST(before, pg_current_xact_id()::text::bigint);
    RETURN NEW;
"""
_TOLD = """
    INSERT INTO inventory_levelchange
        (id, position, store_id, sku_id, on_hand, reserved, safety_stock)
    SELECT version, changed_in, store_id, sku_id, on_hand, reserved, safety_stock
    FROM written w WHERE version <> 0 AND NOT EXISTS (  -- it stayed as it was: told before
        SELECT FROM inventory_levelchange c WHERE c.id = w.version OFFSET 0
    );
    RETURN NULL;
"""


class LevelChange(models.Model):
    """From then on a level said this. The database itself writes it down, whichever way
    a level changes.

    `position` is where the change stands in the order of commits: the transaction that
    made it, or that of an earlier change of the same level if it has a higher number. A
    reader who stays below the oldest running transaction meets no hole that fills up
    later, and the changes of one level in their true order; `id` rises with each change
    of a level.

    The last change of a level is kept for ever, so that whoever reads from the beginning
    reads how things stand; earlier ones only for a time.
    """

    position = models.BigIntegerField(_("position"))
    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,  # copied from a level, which has its own
        verbose_name=_("place"),
    )
    sku = models.ForeignKey(
        Sku,
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("SKU"),
    )
    on_hand = models.IntegerField(_("on hand"))
    reserved = models.IntegerField(_("reserved"))
    safety_stock = models.IntegerField(_("safety stock"))
    recorded_at = models.DateTimeField(
        _("recorded"),
        db_default=Func(function="clock_timestamp", output_field=models.DateTimeField()),
    )

    class Meta:
        verbose_name = _("change of a level")
        verbose_name_plural = _("changes of levels")
        constraints = [
            models.CheckConstraint(
                condition=Q(position__gt=0), name="level_change_has_a_position"
            )
        ]
        indexes = [models.Index(fields=["position", "id"], name="level_changes_by_commit")]
        triggers = [
            BindingProtect(name="level_changes_stay_as_told", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return f"{self.position}.{self.pk}"


TRIGGERS = [
    BindingTrigger(
        name="change_is_numbered",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(_OTHER),
        declare=[("before", "bigint := OLD.changed_in")],
        func=_NUMBERED,
    ),
    BindingTrigger(
        name="change_is_told",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        referencing=pgtrigger.Referencing(new="written"),
        func=_TOLD,
    ),
    BindingTrigger(
        name="last_change_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            f"NOT ({_OTHER}) AND"
            " (OLD.version <> NEW.version OR OLD.changed_in <> NEW.changed_in)"
        ),
        func="""
            NEW.version := OLD.version;
            NEW.changed_in := OLD.changed_in;
            RETURN NEW;
        """,
    ),
    BindingTrigger(
        name="first_units_are_numbered",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition(
            "NEW.on_hand <> 0 OR NEW.reserved <> 0 OR NEW.safety_stock <> 0"
        ),
        declare=[("before", "bigint := 0")],
        func=_NUMBERED,
    ),
    BindingTrigger(
        name="first_units_are_told",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="written"),
        func=_TOLD,
    ),
]
"""What keeps the changes and the levels one: a level knows its last change. Each row is
numbered by itself; what a statement wrote is told by one statement more, however many rows
it were: one for each row cost more than all the rest of an import. Opening a level with
nothing in it changes nothing.

What was told before is looked up (`OFFSET 0` keeps it a look-up for each row): to let a
conflict pass costs twice as much. Nobody else tells of a level while a statement holds it.
"""
