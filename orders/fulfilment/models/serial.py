"""The serial numbers of units that one bag holds, or that are being paid for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.locking import LockableQuerySet
from orders.fulfilment.models.fulfilment import Fulfilment
from orders.fulfilment.models.line import FulfilmentLine
from orders.ordering.models import Order


class PickedSerialQuerySet(LockableQuerySet["PickedSerial"]):
    """Questions the wing asks about units with numbers."""

    def in_bag(self, fulfilment: Fulfilment) -> "PickedSerialQuerySet":
        """What lies in a bag that has not left, in the order it was picked."""
        return self.filter(line__fulfilment=fulfilment, left_at=None).order_by("pk")

    def being_paid(self, order: Order) -> "PickedSerialQuerySet":
        """What the customer of an order has in hand while the payment is asked."""
        return self.filter(order=order)


class PickedSerial(models.Model):
    """One unit with a serial number lies in a bag, or left with it; or its customer has it
    in hand at the counter while the payment of the order is asked. What is taken out again
    stands here no more. `sold_at` a till was found to have sold it: it stands here until
    another one is put in."""

    line = models.ForeignKey(
        FulfilmentLine,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="serials",
        verbose_name=_("fulfilment line"),
    )
    order = models.ForeignKey(
        Order,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("being paid for with the order"),
    )
    sku = models.ForeignKey(
        "inventory.Sku",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("SKU"),
    )
    sku_code = models.CharField(_("SKU code"), max_length=64)
    number = models.CharField(_("serial number"), max_length=60)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    sold_at = models.DateTimeField(_("sold over a till, told at"), null=True, blank=True)

    objects = PickedSerialQuerySet.as_manager()

    class Meta:
        verbose_name = _("serial number in a bag")
        verbose_name_plural = _("serial numbers in bags")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sku", "number"],
                condition=Q(left_at=None, sold_at=None),
                name="serial_lies_in_one_bag",
            ),
            models.CheckConstraint(
                condition=Q(line__isnull=False, order=None)
                | Q(line=None, order__isnull=False, left_at=None),
                name="unit_lies_in_a_bag_or_is_being_paid_for",
            ),
            models.CheckConstraint(
                condition=Q(sold_at=None) | Q(line__isnull=False, left_at=None),
                name="what_a_till_has_sold_leaves_with_no_bag",
            ),
        ]

    def __str__(self) -> str:
        return self.number
