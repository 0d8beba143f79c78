"""What a rule of the shop is for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models import Category, Sku


class CategoryRule(models.Model):
    """For a category and everything inside it, or everything; at a place, or everywhere."""

    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("place"),
    )
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )

    class Meta:
        abstract = True


class ScopedRule(CategoryRule):
    """For a SKU alone, too."""

    sku = models.ForeignKey(
        Sku,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("SKU"),
    )

    class Meta:
        abstract = True
