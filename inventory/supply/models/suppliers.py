"""Who sends goods, and how exact the deliveries have to be."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MOST_PERCENT = 100
MOST_DAYS = 365


class Supplier(models.Model):
    """A firm that delivers goods."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=200)
    lead_time_days = models.PositiveSmallIntegerField(_("lead time, days"), default=7)
    over_percent = models.PositiveSmallIntegerField(
        _("may deliver more, %"),
        default=0,
        help_text=_("of what was ordered of an article"),
    )
    under_percent = models.PositiveSmallIntegerField(
        _("may deliver less, %"),
        default=0,
        help_text=_("with so much less an order closed by hand counts as complete"),
    )
    is_active = models.BooleanField(_("delivers"), default=True)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    over_percent__lte=MOST_PERCENT, under_percent__lte=MOST_PERCENT
                ),
                name="supplier_tolerances_are_percentages",
            ),
            models.CheckConstraint(
                condition=Q(lead_time_days__lte=MOST_DAYS),
                name="supplier_delivers_within_a_year",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name=""), name="supplier_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name
