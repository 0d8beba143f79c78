"""What was asked for and not there."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.catalogue.models import Sku


class LostDemand(models.Model):
    """Units somebody asked for and did not get: where, through which channel, how many.
    One asker counts once a day; who it was is not written down, only a digest of the
    cart or session that does not lead back to it."""

    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="+", db_index=False, verbose_name=_("SKU")
    )
    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("place"),
    )
    channel = models.CharField(pgettext_lazy("stock", "channel"), max_length=20)
    quantity = models.PositiveIntegerField(_("quantity"))
    session = models.CharField(_("digest of the session"), max_length=64)
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("lost demand")
        verbose_name_plural = _("lost demand")
        constraints = [
            models.UniqueConstraint(
                fields=["sku", "store", "session", "day"],
                nulls_distinct=False,
                name="lost_demand_is_counted_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="lost_demand_asks_for_something"
            ),
            models.CheckConstraint(
                condition=Q(session__regex="^[0-9a-f]{64}$"),
                name="lost_demand_names_nobody",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "sku", "day"], name="lost_demand_of_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id}: {self.quantity}"
