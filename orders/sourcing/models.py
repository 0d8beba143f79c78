"""Which place serves which units, and why: the decision is kept."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.ordering.models import Order, OrderLine


class SourcingReason(models.TextChoices):
    """Why this place was chosen."""

    ASKED = "ASKED", _("the customer named it")
    NEAREST = "NEAREST", _("nearest place that has everything")
    PREFERRED = "PREFERRED", _("the channel's first place that has everything")
    SPLIT = "SPLIT", _("no place has everything")
    RESOURCED = "RESOURCED", _("another place ran short")


class SourcingDecision(models.Model):
    """Units of an order line and the place that was chosen for them."""

    Reason = SourcingReason

    order = models.ForeignKey(
        Order,
        on_delete=models.PROTECT,
        related_name="sourcing_decisions",
        verbose_name=_("order"),
    )
    order_line = models.ForeignKey(
        OrderLine,
        on_delete=models.PROTECT,
        related_name="sourcing_decisions",
        verbose_name=_("order line"),
    )
    store = models.ForeignKey(
        "stores.Store",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("chosen place"),
    )
    store_code = models.CharField(_("place"), max_length=64)
    quantity = models.PositiveIntegerField(_("units"))
    reason = models.CharField(_("why"), max_length=12, choices=SourcingReason)
    refused_places = models.JSONField(_("places that refused"), default=list)
    considered = models.JSONField(_("places considered"), default=list)
    decided_at = models.DateTimeField(_("decided at"))

    objects = models.Manager["SourcingDecision"]()

    class Meta:
        verbose_name = _("sourcing decision")
        verbose_name_plural = _("sourcing decisions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="sourcing_decides_about_units"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} ← {self.store_code}"
