"""The parts of a kit that one bag holds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.fulfilment.models.line import FulfilmentLine


class FulfilmentPart(models.Model):
    """A part that the kits of one bag line are made of, and how much of it is found.

    What is in a kit never changes, so this is what was promised and what may come back.
    """

    line = models.ForeignKey(
        FulfilmentLine,
        on_delete=models.PROTECT,
        related_name="parts",
        verbose_name=_("fulfilment line"),
    )
    sku = models.ForeignKey(
        "inventory.Sku", on_delete=models.PROTECT, related_name="+", verbose_name=_("SKU")
    )
    sku_code = models.CharField(_("SKU code"), max_length=64)
    name = models.CharField(_("name"), max_length=250)
    per_kit = models.PositiveIntegerField(_("units in one kit"))
    picked_quantity = models.PositiveIntegerField(_("picked"), default=0)

    objects = models.Manager["FulfilmentPart"]()

    class Meta:
        verbose_name = _("part in a bag")
        verbose_name_plural = _("parts in bags")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "sku"], name="part_stands_once_in_a_fulfilment_line"
            ),
            models.CheckConstraint(
                condition=models.Q(per_kit__gte=1), name="fulfilment_part_is_of_some_units"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku_code}: {self.picked_quantity}"

    def live_quantity(self, line: FulfilmentLine) -> int:
        """Units that are still meant to reach the customer in kits of its line."""
        return self.per_kit * line.live_quantity

    def missing_quantity(self, line: FulfilmentLine) -> int:
        """Units that are neither found nor given up."""
        return self.live_quantity(line) - self.picked_quantity
