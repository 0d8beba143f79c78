"""What came back, where, and what was paid back for it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.fields import AmountField
from omniretail.kernel.locking import LockableQuerySet


class Disposition(models.TextChoices):
    """What becomes of the returned unit."""

    RESTOCK = "RESTOCK", _("back on sale")
    QUARANTINE = "QUARANTINE", _("set aside for a check")
    REFURBISH = "REFURBISH", _("to be refurbished")
    RETURN_TO_VENDOR = "RETURN_TO_VENDOR", _("back to the supplier")
    WRITE_OFF = "WRITE_OFF", _("written off")


class ReturnQuerySet(LockableQuerySet["Return"]):
    """Returns to choose from."""

    def of_order(self, number: str) -> "ReturnQuerySet":
        """What came back of one order, the oldest first."""
        return self.filter(order__number=number).order_by("received_at", "pk")


class ReturnLineQuerySet(LockableQuerySet["ReturnLine"]):
    """Returned units to choose from."""


class Return(models.Model):
    """One visit in which a customer brought goods back to a store."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.PROTECT,
        related_name="returns",
        verbose_name=_("order"),
    )
    store = models.ForeignKey(
        "stores.Store",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("received in"),
    )
    received_at = models.DateTimeField(_("received at"))
    received_by = models.CharField(_("received by"), max_length=64)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    refund_amount = AmountField(_("refund"))

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="return_refund_not_negative",
                condition=models.Q(refund_amount__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(models.Model):
    """Units of one order line that came back in one visit."""

    Disposition = Disposition

    of_return = models.ForeignKey(
        Return, on_delete=models.PROTECT, related_name="lines", verbose_name=_("return")
    )
    order_line = models.ForeignKey(
        "orders.OrderLine",
        on_delete=models.PROTECT,
        related_name="return_lines",
        verbose_name=_("order line"),
    )
    quantity = models.PositiveIntegerField(_("units"))
    disposition = models.CharField(
        _("what becomes of it"),
        max_length=16,
        choices=Disposition,
        default=Disposition.RESTOCK,
    )
    serials = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("serial numbers"),
        blank=True,
        default=list,
        db_default=[],
    )
    refund_amount = AmountField(_("refund"))
    points_amount = AmountField(_("of it in points"))

    objects = ReturnLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("return line")
        verbose_name_plural = _("return lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["of_return", "order_line"],
                name="return_line_once_per_order_line",
            ),
            models.CheckConstraint(
                name="return_line_brings_units",
                condition=models.Q(quantity__gte=1),
            ),
            models.CheckConstraint(
                name="return_line_points_within_refund",
                condition=models.Q(
                    points_amount__gte=0, refund_amount__gte=models.F("points_amount")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_return_id}/{self.order_line_id}"
