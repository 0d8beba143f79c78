"""How fast a SKU sells at a place, and what follows from that."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models import Sku
from inventory.replenishment.models.policies import ReorderPolicy


class Velocity(models.Model):
    """Units that one business day of a place takes, over the days on which there were
    any; a projection of movements, computed anew every day. The three marks stand where
    a policy says how the shelf is to be kept."""

    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("place"),
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    per_day = models.DecimalField(_("units a day"), max_digits=12, decimal_places=4)
    deviation = models.DecimalField(
        _("standard deviation"), max_digits=12, decimal_places=4
    )
    days = models.PositiveSmallIntegerField(_("days with stock"))
    sold = models.PositiveIntegerField(_("sold"))
    lost = models.PositiveIntegerField(_("asked for in vain"), default=0)
    since_date = models.DateField(_("since"))
    until_date = models.DateField(_("until"))
    computed_at = models.DateTimeField(_("computed"))
    policy = models.ForeignKey(
        ReorderPolicy,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("policy"),
    )
    safety_stock = models.PositiveIntegerField(_("safety stock"), null=True, blank=True)
    reorder_point = models.PositiveIntegerField(_("reorder point"), null=True, blank=True)
    target = models.PositiveIntegerField(_("order up to"), null=True, blank=True)

    class Meta:
        verbose_name = _("velocity")
        verbose_name_plural = _("velocities")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "sku"], name="one_velocity_per_place_and_sku"
            ),
            models.CheckConstraint(
                condition=Q(per_day__gte=0, deviation__gte=0),
                name="velocity_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(safety_stock=None, reorder_point=None, target=None)
                | Q(
                    safety_stock__lte=models.F("reorder_point"),
                    reorder_point__lte=models.F("target"),
                ),
                name="marks_stand_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id}/{self.sku_id}: {self.per_day}"
