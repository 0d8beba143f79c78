"""The units of one order line that one bag or parcel holds."""

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.fields import AmountField
from omniretail.kernel.locking import LockableQuerySet
from orders.fulfilment.models.fulfilment import Fulfilment

_ALL_PICKED = """
    WITH found AS (
        UPDATE orders_fulfilmentline SET picked_quantity = quantity - short_quantity
        WHERE fulfilment_id = %s RETURNING id, picked_quantity
    )
    UPDATE orders_fulfilmentpart p SET picked_quantity = p.per_kit * f.picked_quantity
    FROM found f WHERE p.line_id = f.id
"""


class FulfilmentLineQuerySet(LockableQuerySet["FulfilmentLine"]):
    """Questions the wing asks about what is in a bag."""

    def of(self, fulfilment: Fulfilment) -> "FulfilmentLineQuerySet":
        """The lines of one bag, in the order's own sequence."""
        return (
            self.filter(fulfilment=fulfilment)
            .select_related("order_line__sku")
            .order_by("order_line__position")
        )

    def pick_all(self, fulfilment: Fulfilment) -> None:
        """Everything asked for is in the bag, of kits all parts."""
        with connection.cursor() as cursor:
            cursor.execute(_ALL_PICKED, [fulfilment.pk])

    def pick(self, pk: int, quantity: int) -> int:
        """Count units found on the shelf; answers whether they were still missing."""
        found = models.F("picked_quantity") + models.F("short_quantity") + quantity
        return self.filter(pk=pk, quantity__gte=found).update(
            picked_quantity=models.F("picked_quantity") + quantity
        )


class FulfilmentLine(models.Model):
    """Some units of one order line: asked for, found, not found. A kit is found when all
    its parts are.

    The amounts cover the units that are not short, so the bag's value is always
    the plain sum of its lines.
    """

    fulfilment = models.ForeignKey(
        Fulfilment,
        on_delete=models.PROTECT,
        related_name="lines",
        verbose_name=_("fulfilment"),
    )
    order_line = models.ForeignKey(
        "orders.OrderLine",
        on_delete=models.PROTECT,
        related_name="fulfilment_lines",
        verbose_name=_("order line"),
    )
    promise_line = models.CharField(_("promise"), max_length=100)
    quantity = models.PositiveIntegerField(_("units"))
    picked_quantity = models.PositiveIntegerField(_("picked"), default=0)
    short_quantity = models.PositiveIntegerField(_("not found"), default=0)
    net_amount = AmountField(_("amount"))
    points_amount = AmountField(_("of it by points"))

    objects = FulfilmentLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("fulfilment line")
        verbose_name_plural = _("fulfilment lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fulfilment", "order_line"],
                name="fulfilment_line_once_per_order_line",
            ),
            models.CheckConstraint(
                name="fulfilment_line_asks_for_units",
                condition=models.Q(quantity__gte=1),
            ),
            models.CheckConstraint(
                name="fulfilment_line_finds_no_more_than_asked",
                condition=models.Q(
                    quantity__gte=models.F("picked_quantity") + models.F("short_quantity")
                ),
            ),
            models.CheckConstraint(
                name="fulfilment_line_points_within_amount",
                condition=models.Q(
                    points_amount__gte=0, net_amount__gte=models.F("points_amount")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fulfilment_id}/{self.order_line_id}"

    @property
    def live_quantity(self) -> int:
        """Units that are still meant to reach the customer."""
        return self.quantity - self.short_quantity

    @property
    def missing_quantity(self) -> int:
        """Units that are neither found nor given up."""
        return self.live_quantity - self.picked_quantity
