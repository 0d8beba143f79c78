"""Who decided how many units a level keeps back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.stock.models import StockLevel


class SafetyRuling(models.Model):
    """A rule's last word on a level. As long as the level says the same, the rules go on
    deciding; another figure is somebody's own decision, and is kept."""

    level = models.OneToOneField(
        StockLevel,
        models.PROTECT,
        related_name="safety_ruling",
        verbose_name=_("stock level"),
    )
    rule = models.CharField(_("rule"), max_length=60, blank=True)
    units = models.PositiveIntegerField(_("units"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("ruling on safety stock")
        verbose_name_plural = _("rulings on safety stock")

    def __str__(self) -> str:
        return f"{self.level}: {self.units} {self.rule}"
