"""What units cost, and when."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models.articles import Sku
from omniretail.kernel.fields import AmountField, CurrencyField


class PriceQuerySet(models.QuerySet["Price"]):
    def at(self, moment: object) -> "PriceQuerySet":
        """The prices published at that moment."""
        return self.filter(valid__contains=moment)


class Price(models.Model):
    """What one unit costs, tax included, while the price is valid."""

    sku = models.ForeignKey(
        Sku, models.CASCADE, related_name="prices", verbose_name=_("SKU")
    )
    currency = CurrencyField(_("currency"))
    amount = AmountField(_("amount"))
    valid = DateTimeRangeField(_("valid"))

    objects: ClassVar[PriceQuerySet] = PriceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="price_is_above_zero"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="price_has_a_currency"
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False, valid__startswith__isnull=False),
                name="price_is_valid_from_some_moment",
            ),
            ExclusionConstraint(
                name="one_price_per_sku_and_currency_at_a_time",
                expressions=[
                    ("sku", RangeOperators.EQUAL),
                    ("currency", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
