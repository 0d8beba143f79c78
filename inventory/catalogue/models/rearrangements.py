"""Goods that went to another category."""

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.ledgers import append_only
from omniretail.kernel.triggers import BindingTrigger

_NOTED = """
    INSERT INTO inventory_rearrangement (position)
    VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
    RETURN NULL;
"""


class Rearrangement(models.Model):
    """A transaction in which products, SKUs or whole categories went to another category:
    what is bound by category is bound differently since. The database itself writes it
    down, once a transaction, and nobody waits for anybody.
    """

    position = models.BigIntegerField(_("position"), primary_key=True)
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())

    class Meta:
        verbose_name = _("change of categories")
        verbose_name_plural = _("changes of categories")
        triggers = [append_only("rearrangements")]

    def __str__(self) -> str:
        return str(self.position)


def noted(column: str) -> pgtrigger.Trigger:
    """Another value in this column is a rearrangement."""
    return BindingTrigger(
        name="rearrangement_is_noted",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf(column),
        condition=pgtrigger.Condition(f"OLD.{column} IS DISTINCT FROM NEW.{column}"),
        func=_NOTED,
    )
