"""What a clerk has scanned so far, before it becomes a receipt or a transfer."""

from datetime import date, datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.catalogue.models import Sku
from inventory.supply.models.receipts import ReceiptLine
from omniretail.kernel.locking import LockableQuerySet

_ADD = """
    INSERT INTO inventory_tallyline AS t
        (store_id, employee, document, sku_id, condition, lot, expires_on, quantity,
         serials, changed_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 1, %s, %s)
    ON CONFLICT (store_id, employee, document, sku_id, condition, lot)
    DO UPDATE SET quantity = t.quantity + 1, serials = t.serials || EXCLUDED.serials,
                  changed_at = EXCLUDED.changed_at
"""


class TallyLineQuerySet(LockableQuerySet["TallyLine"]):
    """Scanned goods."""

    def of(self, store_code: str, employee: str, document: str) -> "TallyLineQuerySet":
        """What one clerk has scanned for one document."""
        return self.filter(store__code=store_code, employee=employee, document=document)

    def add(
        self,
        *,
        store: int,
        employee: str,
        document: str,
        sku: int,
        condition: str,
        lot: str,
        expires_on: date | None,
        at: datetime,
        serial: str = "",
    ) -> None:
        """Count one unit more, in one statement: two scans at once are two units."""
        serials = [serial] if serial else []
        with connection.cursor() as cursor:
            row = (store, employee, document, sku, condition, lot, expires_on, serials, at)
            cursor.execute(_ADD, row)


class TallyLine(models.Model):
    """Units of one SKU that a clerk has scanned for a document: working paper, thrown
    away when the receipt or the transfer is made."""

    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="+", verbose_name=_("place")
    )
    employee = models.CharField(_("employee"), max_length=150)
    document = models.CharField(_("document"), max_length=40)
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    condition = models.CharField(
        _("condition"), max_length=8, choices=ReceiptLine.Condition.choices
    )
    lot = models.CharField(
        pgettext_lazy("goods", "lot"),
        max_length=20,
        blank=True,
        default="",
        db_default="",
    )
    expires_on = models.DateField(_("good until"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    serials = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("serial numbers"),
        blank=True,
        default=list,
        db_default=[],
    )
    changed_at = models.DateTimeField(_("changed"))

    objects: ClassVar[TallyLineQuerySet] = TallyLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("scanned line")
        verbose_name_plural = _("scanned lines")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "employee", "document", "sku", "condition", "lot"],
                name="one_tally_per_clerk_document_sku_condition_and_lot",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, quantity__lte=1_000_000),
                name="tally_counts_something",
            ),
            models.CheckConstraint(
                condition=Q(serials__len__lte=models.F("quantity")),
                name="tally_names_no_more_than_it_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.quantity}"
