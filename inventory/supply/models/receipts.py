"""What came in, written once."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.catalogue.models import Sku
from inventory.supply.models.notices import ShipNotice
from inventory.supply.models.purchases import PurchaseOrder
from inventory.supply.models.suppliers import Supplier
from inventory.supply.models.transfers import Transfer
from omniretail.kernel.ledgers import append_only


class Receipt(models.Model):
    """Goods taken in at one place: for an order, an announced delivery or a transfer, or
    blind. Written once per reference, never changed."""

    class Kind(models.TextChoices):
        ORDER = "ORDER", _("purchase order")
        NOTICE = "NOTICE", _("ship notice")
        TRANSFER = "TRANSFER", _("transfer")
        BLIND = "BLIND", _("blind")

    number = models.CharField(_("number"), max_length=24, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="+", verbose_name=_("place")
    )
    order = models.ForeignKey(
        PurchaseOrder,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receipts",
        verbose_name=_("purchase order"),
    )
    notice = models.ForeignKey(
        ShipNotice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receipts",
        verbose_name=_("ship notice"),
    )
    transfer = models.ForeignKey(
        Transfer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receipts",
        verbose_name=_("transfer"),
    )
    supplier = models.ForeignKey(
        Supplier,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("supplier"),
    )
    reference = models.CharField(_("reference"), max_length=100)
    told = models.CharField(
        _("fingerprint of what was told"),
        max_length=64,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    received_by = models.CharField(_("received by"), max_length=150)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = pgettext_lazy("goods", "receipt")
        verbose_name_plural = pgettext_lazy("goods", "receipts")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "reference"], name="one_receipt_per_place_and_reference"
            ),
            models.CheckConstraint(
                condition=~Q(reference=""), name="receipt_has_a_reference"
            ),
            models.CheckConstraint(
                condition=Q(told="") | Q(told__regex=r"^[0-9a-f]{64}$"),
                name="receipt_knows_its_words_by_a_fingerprint",
            ),
            models.CheckConstraint(
                condition=Q(kind="ORDER", order__isnull=False, notice=None, transfer=None)
                | Q(kind="NOTICE", order__isnull=False, notice__isnull=False, transfer=None)
                | Q(kind="TRANSFER", order=None, notice=None, transfer__isnull=False)
                | Q(kind="BLIND", order=None, notice=None, transfer=None),
                name="receipt_belongs_to_its_document",
            ),
        ]
        indexes = [models.Index(fields=["store", "-at"], name="receipts_of_a_place")]
        triggers = [append_only("receipts")]

    def __str__(self) -> str:
        return self.number


class ReceiptLine(models.Model):
    """Units of one SKU that came in, and in which condition."""

    class Condition(models.TextChoices):
        GOOD = "GOOD", _("good")
        DAMAGED = "DAMAGED", _("damaged")

    receipt = models.ForeignKey(
        Receipt,
        models.PROTECT,
        related_name="lines",
        verbose_name=pgettext_lazy("goods", "receipt"),
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    condition = models.CharField(_("condition"), max_length=8, choices=Condition.choices)
    quantity = models.PositiveIntegerField(_("quantity"))
    was_lost = models.PositiveIntegerField(_("of them counted as lost before"), default=0)
    serials = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("serial numbers"),
        blank=True,
        default=list,
        db_default=[],
    )

    class Meta:
        verbose_name = _("receipt line")
        verbose_name_plural = _("receipt lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "sku", "condition"],
                name="receipt_names_a_sku_and_condition_once",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, was_lost__lte=models.F("quantity")),
                name="receipt_line_takes_something_in",
            ),
        ]
        triggers = [append_only("receipt_lines")]

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.quantity}"
