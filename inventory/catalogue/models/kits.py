"""What kits are made of."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models.articles import Sku
from omniretail.kernel.ledgers import append_only
from omniretail.kernel.triggers import BindingTrigger, one_at_a_time

_MADE_UP = """
    IF EXISTS (
        SELECT FROM inventory_kitpart p JOIN made m ON m.kit_id = p.kit_id
        WHERE p.id NOT IN (SELECT id FROM made)
    ) THEN
        RAISE EXCEPTION 'this kit was made up before'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kit_is_made_up_once';
    END IF;
    IF EXISTS (
        SELECT FROM inventory_kitpart p JOIN inventory_kitpart q ON q.kit_id = p.part_id
        WHERE p.id IN (SELECT id FROM made) OR q.id IN (SELECT id FROM made)
    ) THEN
        RAISE EXCEPTION 'a kit is part of no kit'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kit_is_part_of_no_kit';
    END IF;
    IF EXISTS (SELECT FROM inventory_stocklevel l JOIN made m ON m.kit_id = l.sku_id) THEN
        RAISE EXCEPTION 'a kit was never stocked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kit_was_never_stocked';
    END IF;
    UPDATE inventory_sku SET is_kit = true WHERE id IN (SELECT kit_id FROM made);
    RETURN NULL;
"""


class KitPart(models.Model):
    """One kit takes so many units of this part. Said once for all parts of a kit, never
    changed: another content is another kit.

    Kits are made up one at a time, and while no level is being opened: what is looked at
    here stays so.
    """

    kit = models.ForeignKey(
        Sku, models.PROTECT, related_name="parts", db_index=False, verbose_name=_("kit")
    )
    part = models.ForeignKey(
        Sku, models.PROTECT, related_name="kits", verbose_name=_("part")
    )
    quantity = models.PositiveIntegerField(_("units in one kit"))

    class Meta:
        verbose_name = _("part of a kit")
        verbose_name_plural = _("parts of kits")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["kit", "part"], name="part_stands_once_in_a_kit"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=1_000),
                name="kit_takes_some_of_each_part",
            ),
            models.CheckConstraint(
                condition=~Q(kit=F("part")), name="kit_is_no_part_of_itself"
            ),
        ]
        triggers = [
            append_only("kit_parts"),
            one_at_a_time(
                "kits_are_made_up_one_at_a_time",
                table="inventory_kitpart",
                operation=pgtrigger.Insert,
            ),
            BindingTrigger(
                name="kit_is_made_up_once",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="made"),
                func=_MADE_UP,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.part}"
