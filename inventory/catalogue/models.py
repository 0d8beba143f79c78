"""Categories, products, SKUs, their barcodes and prices."""

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.fields import AmountField, CurrencyField
from omniretail.kernel.ledgers import append_only

CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"


class Folded(Func):
    """Text as people compare it: lower case, «ё» read as «е»."""

    function = "translate"
    output_field = models.TextField()

    def __init__(self, text: str | Value, **extra: Any) -> None:
        super().__init__(Lower(text), Value("ё"), Value("е"), **extra)


class Category(models.Model):
    """A shelf of the catalogue; shelves stand inside shelves."""

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
        ]
        indexes = [
            GinIndex(
                OpClass(Folded("name"), name="gin_trgm_ops"), name="sku_name_trigrams"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
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


_ONE_AT_A_TIME = (
    "PERFORM pg_advisory_xact_lock(hashtext('inventory_kitpart')); RETURN NULL;"
)
_MADE_UP = """
    IF EXISTS (
        SELECT FROM inventory_kitpart p JOIN made m ON m.kit_id = p.kit_id
        WHERE p.id NOT IN (SELECT id FROM made)
    ) THEN
        RAISE EXCEPTION 'this kit was made up before'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kit_is_made_up_once';
    END IF;
    IF EXISTS (
        SELECT FROM inventory_kitpart p JOIN inventory_kitpart q ON q.kit_id = p.part_id
        WHERE p.id IN (SELECT id FROM made) OR q.id IN (SELECT id FROM made)
    ) THEN
        RAISE EXCEPTION 'a kit is part of no kit'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kit_is_part_of_no_kit';
    END IF;
    IF EXISTS (SELECT FROM inventory_stocklevel l JOIN made m ON m.kit_id = l.sku_id) THEN
        RAISE EXCEPTION 'a kit was never stocked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kit_was_never_stocked';
    END IF;
    UPDATE inventory_sku SET is_kit = true WHERE id IN (SELECT kit_id FROM made);
    RETURN NULL;
"""


class KitPart(models.Model):
    """One kit takes so many units of this part. Said once for all parts of a kit, never
    changed: another content is another kit.

    Kits are made up one at a time, and while no level is being opened: what is looked at
    here stays so.
    """

    kit = models.ForeignKey(
        Sku, models.PROTECT, related_name="parts", db_index=False, verbose_name=_("kit")
    )
    part = models.ForeignKey(
        Sku, models.PROTECT, related_name="kits", verbose_name=_("part")
    )
    quantity = models.PositiveIntegerField(_("units in one kit"))

    class Meta:
        verbose_name = _("part of a kit")
        verbose_name_plural = _("parts of kits")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["kit", "part"], name="part_stands_once_in_a_kit"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=1_000),
                name="kit_takes_some_of_each_part",
            ),
            models.CheckConstraint(
                condition=~Q(kit=F("part")), name="kit_is_no_part_of_itself"
            ),
        ]
        triggers = [
            append_only("kit_parts"),
            pgtrigger.Trigger(
                name="kits_are_made_up_one_at_a_time",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_ONE_AT_A_TIME,
            ),
            pgtrigger.Trigger(
                name="kit_is_made_up_once",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="made"),
                func=_MADE_UP,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.part}"


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
