"""Orders to suppliers."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.catalogue.models import Sku
from inventory.supply.models.suppliers import Supplier
from omniretail.kernel.fields import AmountField, CurrencyField
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.states import Stateful, legal_steps

_RECEIVE = """
    WITH come AS (
        SELECT * FROM unnest(%(lines)s::bigint[], %(units)s::int[]) AS c(id, units)
    ), taken AS (
        SELECT l.id, c.units FROM inventory_purchaseorderline l JOIN come c USING (id)
        WHERE l.received + c.units <= l.most
        ORDER BY l.id FOR NO KEY UPDATE OF l
    )
    UPDATE inventory_purchaseorderline l SET received = l.received + t.units
    FROM taken t WHERE l.id = t.id
    RETURNING l.id
"""


class PurchaseOrderStatus(models.TextChoices):
    """How far an order to a supplier is."""

    DRAFT = "DRAFT", _("draft")
    ORDERED = "ORDERED", pgettext_lazy("goods", "ordered")
    PARTLY_RECEIVED = "PARTLY_RECEIVED", _("partly received")
    RECEIVED = "RECEIVED", pgettext_lazy("goods", "received")
    CLOSED_SHORT = "CLOSED_SHORT", _("closed short")
    CANCELLED = "CANCELLED", pgettext_lazy("goods", "cancelled")


_P = PurchaseOrderStatus

PURCHASE_STEPS: Mapping[str, frozenset[str]] = {
    _P.DRAFT: frozenset({_P.ORDERED, _P.CANCELLED}),
    _P.ORDERED: frozenset({_P.PARTLY_RECEIVED, _P.RECEIVED, _P.CANCELLED}),
    _P.PARTLY_RECEIVED: frozenset({_P.RECEIVED, _P.CLOSED_SHORT}),
    _P.RECEIVED: frozenset(),
    _P.CLOSED_SHORT: frozenset(),
    _P.CANCELLED: frozenset(),
}
AWAITED = (_P.ORDERED, _P.PARTLY_RECEIVED)
_PLACED = (*AWAITED, _P.RECEIVED, _P.CLOSED_SHORT)
_CLOSED = (_P.RECEIVED, _P.CLOSED_SHORT, _P.CANCELLED)


class PurchaseOrderQuerySet(LockableQuerySet["PurchaseOrder"]):
    """Orders to suppliers."""

    def awaited(self) -> "PurchaseOrderQuerySet":
        """Orders of which goods may still come."""
        return self.filter(status__in=AWAITED)


class PurchaseOrder(Stateful):
    """What one supplier is to deliver to one place."""

    Status = PurchaseOrderStatus
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = PURCHASE_STEPS

    number = models.CharField(_("number"), max_length=32, unique=True)
    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="orders", verbose_name=_("supplier")
    )
    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="+", verbose_name=_("place")
    )
    currency = CurrencyField(_("currency"))
    status = models.CharField(
        _("status"), max_length=16, choices=PurchaseOrderStatus.choices, default=_P.DRAFT
    )
    expected_on = models.DateField(_("expected"))
    under_percent = models.PositiveSmallIntegerField(_("may deliver less, %"), default=0)
    created_at = models.DateTimeField(_("made"))
    created_by = models.CharField(_("made by"), max_length=150)
    ordered_at = models.DateTimeField(_("ordered at"), null=True, blank=True)
    ordered_by = models.CharField(_("ordered by"), max_length=150, blank=True, default="")
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=150, blank=True, default="")
    close_reason = models.CharField(_("why closed"), max_length=200, blank=True, default="")

    objects: ClassVar[PurchaseOrderQuerySet] = PurchaseOrderQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=_PLACED, ordered_at__isnull=False)
                | Q(status=_P.DRAFT, ordered_at=None)
                | Q(status=_P.CANCELLED),
                name="purchase_order_is_placed_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=Q(status__in=_CLOSED, closed_at__isnull=False)
                | ~Q(status__in=_CLOSED) & Q(closed_at=None),
                name="purchase_order_is_closed_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[_P.CLOSED_SHORT, _P.CANCELLED])
                | ~Q(close_reason=""),
                name="purchase_order_closed_early_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "status"], name="purchase_orders_of_a_place"),
        ]
        triggers = [legal_steps("purchase_order", PURCHASE_STEPS)]

    def __str__(self) -> str:
        return self.number


class PurchaseOrderLineQuerySet(LockableQuerySet["PurchaseOrderLine"]):
    """What was ordered."""

    def receive(self, come: Sequence[tuple[int, int]]) -> set[int]:
        """Count units that came where that many may; answers the lines that could."""
        lines = {"lines": [key for key, _n in come], "units": [n for _key, n in come]}
        with connection.cursor() as cursor:
            cursor.execute(_RECEIVE, lines)
            return {row[0] for row in cursor.fetchall()}


class PurchaseOrderLine(models.Model):
    """Units of one SKU that a supplier is to deliver; `most` is what tolerance allows."""

    order = models.ForeignKey(
        PurchaseOrder,
        models.PROTECT,
        related_name="lines",
        verbose_name=_("purchase order"),
    )
    position = models.PositiveSmallIntegerField(_("position"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    quantity = models.PositiveIntegerField(pgettext_lazy("goods", "ordered"))
    most = models.PositiveIntegerField(_("at most"))
    received = models.PositiveIntegerField(pgettext_lazy("goods", "received"), default=0)
    unit_cost_amount = AmountField(_("unit cost"), null=True, blank=True)

    objects: ClassVar[PurchaseOrderLineQuerySet] = PurchaseOrderLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("purchase order line")
        verbose_name_plural = _("purchase order lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "sku"], name="purchase_order_names_a_sku_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, most__gte=F("quantity")),
                name="purchase_order_line_asks_for_something",
            ),
            models.CheckConstraint(
                condition=Q(received__lte=F("most")),
                name="no_more_is_received_than_tolerated",
            ),
            models.CheckConstraint(
                condition=Q(unit_cost_amount=None) | Q(unit_cost_amount__gte=0),
                name="purchase_cost_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"

    @property
    def outstanding(self) -> int:
        """Units that were ordered and have not come."""
        return max(0, self.quantity - self.received)
