"""By how much counts of a category may be off before they are repeated."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models import Category
from inventory.counts.counting import Tolerance


class CountTolerance(models.Model):
    """What is believed at once in a category and everything inside it; without a
    category, in the whole catalogue. The nearest one decides."""

    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    units = models.PositiveIntegerField(_("units off at most"), default=0)
    percent = models.PositiveSmallIntegerField(_("percent off at most"), default=0)
    by_another = models.BooleanField(_("somebody else counts again"), default=True)

    class Meta:
        verbose_name = _("count tolerance")
        verbose_name_plural = _("count tolerances")
        constraints = [
            models.UniqueConstraint(
                fields=["category"],
                nulls_distinct=False,
                name="one_count_tolerance_per_category",
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100), name="count_tolerance_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return str(self.category or _("everything"))

    def value(self) -> Tolerance:
        """The tolerance as arithmetic takes it."""
        return Tolerance(self.units, self.percent, self.by_another)
