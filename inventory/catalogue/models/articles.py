"""Categories, products, SKUs and their barcodes."""

from typing import Any

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models.rearrangements import noted
from omniretail.kernel.triggers import BindingTrigger, one_at_a_time

MOST_DAYS_LEFT = 3_650
CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"


class Folded(Func):
    """Text as people compare it: lower case, «ё» read as «е»."""

    function = "translate"
    output_field = models.TextField()

    def __init__(self, text: str | Value, **extra: Any) -> None:
        super().__init__(Lower(text), Value("ё"), Value("е"), **extra)


# `OFFSET 0` keeps it a look-up for each, however few there were when it was planned.
_NOT_BELOW_ITSELF = """
    IF EXISTS (
        WITH RECURSIVE above(id) AS (
            SELECT NEW.parent_id
            UNION
            SELECT c.parent_id FROM above a CROSS JOIN LATERAL (
                SELECT parent_id FROM inventory_category WHERE id = a.id OFFSET 0
            ) c
            WHERE c.parent_id IS NOT NULL
        )
        SELECT FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'a category is not inside one that is inside it'
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'category_is_not_below_itself';
    END IF;
    RETURN NULL;
"""


class Category(models.Model):
    """A shelf of the catalogue; shelves stand inside shelves.

    They are hung up one at a time: two that each look right may close a ring.
    """

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=150)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("inside"),
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("name", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE_PATTERN), name="category_code_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="category_is_not_inside_itself",
            ),
        ]
        triggers = [
            noted("parent_id"),
            one_at_a_time(
                "categories_are_hung_one_at_a_time",
                table="inventory_category",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),
            ),
            BindingTrigger(
                name="category_is_not_below_itself",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),
                condition=pgtrigger.Q(new__parent_id__isnull=False),
                func=_NOT_BELOW_ITSELF,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """What a customer would call one thing, in however many colours and sizes."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=250)
    brand = models.CharField(_("brand"), max_length=100, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="products", verbose_name=_("category")
    )
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE_PATTERN), name="product_code_is_plain"
            ),
        ]
        triggers = [noted("category_id")]

    def __str__(self) -> str:
        return self.name


_STILL_NAMED = """
    IF EXISTS (SELECT FROM inventory_serial WHERE sku_id = NEW.id
               AND (store_id IS NOT NULL OR bucket = 'IN_TRANSIT')) THEN
        RAISE EXCEPTION 'units with serials are in stock'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'serials_of_a_sku_are_kept';
    END IF;
    RETURN NEW;
"""


class Sku(models.Model):
    """Exactly what is counted, promised and sold."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="skus", verbose_name=_("product")
    )
    name = models.CharField(_("name"), max_length=250)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    tax_rate = models.DecimalField(_("tax rate, %"), max_digits=5, decimal_places=2)
    is_active = models.BooleanField(_("on sale"), default=True)
    is_kit = models.BooleanField(_("kit"), db_default=False, editable=False)
    is_serialised = models.BooleanField(
        _("units have serial numbers"), default=False, db_default=False
    )
    keeps_lots = models.BooleanField(
        _("kept by lots"),
        db_default=False,
        default=False,
        help_text=_("Units are told apart by lot and date."),
    )
    shelf_life_left_days = models.PositiveSmallIntegerField(
        _("days left at sale"),
        blank=True,
        db_default=0,
        default=0,
        help_text=_("A unit is sold while it is good for so many days more."),
    )

    class Meta:
        verbose_name = _("SKU")
        verbose_name_plural = _("SKUs")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE_PATTERN), name="sku_code_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(tax_rate__gte=0, tax_rate__lte=100),
                name="tax_rate_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(is_kit=False) | Q(is_serialised=False),
                name="kit_has_no_serials_of_its_own",
            ),
            models.CheckConstraint(
                condition=Q(is_kit=False) | Q(keeps_lots=False), name="kit_keeps_no_lots"
            ),
            models.CheckConstraint(
                condition=Q(is_serialised=False) | Q(keeps_lots=False),
                name="units_are_told_apart_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(shelf_life_left_days__lte=MOST_DAYS_LEFT),
                name="shelf_life_left_is_under_ten_years",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(keeps_lots=True), name="skus_by_lots"),
            GinIndex(
                OpClass(Folded("name"), name="gin_trgm_ops"), name="sku_name_trigrams"
            ),
        ]
        triggers = [
            noted("product_id"),
            BindingTrigger(
                name="serials_of_a_sku_are_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.is_serialised AND NOT NEW.is_serialised"
                ),
                func=_STILL_NAMED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Barcode(models.Model):
    """A GTIN printed on the goods; one SKU may carry several."""

    sku = models.ForeignKey(
        Sku, models.CASCADE, related_name="barcodes", verbose_name=_("SKU")
    )
    gtin = models.CharField(_("GTIN"), max_length=14, unique=True)

    class Meta:
        verbose_name = _("barcode")
        verbose_name_plural = _("barcodes")
        constraints = [
            models.CheckConstraint(
                condition=Q(gtin__regex=r"^([0-9]{8}|[0-9]{12,14})$"),
                name="gtin_has_8_12_13_or_14_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.gtin
