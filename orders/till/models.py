"""What tills sold while nobody was listening."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from omniretail.kernel.locking import LockableQuerySet


class PosSaleQuerySet(LockableQuerySet["PosSale"]):
    """Questions about till sales."""

    def landed(self) -> "PosSaleQuerySet":
        """Sales that became orders."""
        return self.filter(order__isnull=False)


class PosSale(models.Model):
    """One sale a till reported: it became an order, or it says why it could not.

    A refused sale keeps its place in the till's sequence, as a hole that can be
    seen, until the till sends it again and it lands.
    """

    device = models.ForeignKey(
        "stores.Device",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("till"),
    )
    sequence = models.PositiveBigIntegerField(_("sequence"))
    receipt_number = models.CharField(pgettext_lazy("till", "receipt"), max_length=40)
    sold_at = models.DateTimeField(_("sold at"))
    received_at = models.DateTimeField(_("received at"))
    payload_hash = models.CharField(max_length=64, editable=False)
    order = models.OneToOneField(
        "orders.Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pos_sale",
        verbose_name=_("order"),
    )
    problem = models.JSONField(_("why refused"), null=True, blank=True)

    objects = PosSaleQuerySet.as_manager()

    class Meta:
        verbose_name = _("till sale")
        verbose_name_plural = _("till sales")
        ordering = ["device", "-sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "sequence"], name="pos_sale_once_per_sequence"
            ),
            models.UniqueConstraint(
                fields=["device", "receipt_number"],
                condition=models.Q(order__isnull=False),
                name="pos_sale_once_per_receipt",
            ),
            models.CheckConstraint(
                name="pos_sale_starts_at_one", condition=models.Q(sequence__gte=1)
            ),
            models.CheckConstraint(
                name="pos_sale_landed_or_refused",
                condition=models.Q(order__isnull=False, problem__isnull=True)
                | models.Q(order__isnull=True, problem__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["receipt_number"], name="pos_sale_by_receipt"),
        ]

    def __str__(self) -> str:
        return self.receipt_number
