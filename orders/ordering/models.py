"""An order: what was bought, at which price, by whom, and how far it is."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from omniretail.kernel.fields import AmountField, CurrencyField
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.market import house_language
from omniretail.kernel.states import Stateful, legal_steps
from orders.carts.models import Cart, Channel, Intent, Reachable


class OrderStatus(models.TextChoices):
    """Where the order as a whole stands."""

    PENDING = "PENDING", _("payment is being asked")
    PLACED = "PLACED", _("placed")
    COMPLETED = "COMPLETED", _("completed")
    CANCELLED = "CANCELLED", _("cancelled")


ORDER_STEPS: Mapping[str, frozenset[str]] = {
    OrderStatus.PENDING: frozenset({OrderStatus.PLACED, OrderStatus.CANCELLED}),
    OrderStatus.PLACED: frozenset({OrderStatus.COMPLETED, OrderStatus.CANCELLED}),
    OrderStatus.COMPLETED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
}


class OrderQuerySet(LockableQuerySet["Order"]):
    """Orders to choose from."""

    def live(self) -> "OrderQuerySet":
        """Orders that were not called off."""
        return self.exclude(status=OrderStatus.CANCELLED)

    def unanswered_since(self, moment: datetime) -> "OrderQuerySet":
        """Orders whose payment was asked before then and is not settled."""
        return self.filter(status=OrderStatus.PENDING, opened_at__lte=moment)


class Order(Reachable, Stateful):
    """What was bought: one currency, tax included, total to the minor unit."""

    Status = OrderStatus
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = ORDER_STEPS

    number = models.CharField(_("number"), max_length=24, unique=True)
    cart = models.ForeignKey(
        Cart,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
        verbose_name=_("cart"),
    )
    customer = models.ForeignKey(
        "loyalty.Customer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("customer"),
    )
    contact_language = models.CharField(_("language"), max_length=8, default=house_language)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    taken_at_store = models.ForeignKey(
        "stores.Store",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("taken in the store"),
    )
    taken_by = models.CharField(
        pgettext_lazy("order", "taken by"), max_length=64, blank=True
    )
    currency = CurrencyField(_("currency"))
    status = models.CharField(
        _("state"), max_length=12, choices=OrderStatus, default=OrderStatus.PENDING
    )
    items_amount = AmountField(_("goods"))
    discount_amount = AmountField(_("discounts"), default=Decimal(0))
    delivery_amount = AmountField(_("delivery"), default=Decimal(0))
    total_amount = AmountField(_("total"))
    tax_amount = AmountField(_("tax included"))
    price_override = models.CharField(_("why the price differs"), max_length=64, blank=True)
    opened_at = models.DateTimeField(pgettext_lazy("order", "opened at"))
    placed_at = models.DateTimeField(_("placed at"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancel_reason = models.CharField(_("why cancelled"), max_length=40, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cart"],
                condition=~Q(status=OrderStatus.CANCELLED),
                name="one_live_order_per_cart",
            ),
            models.CheckConstraint(
                condition=Q(
                    total_amount=F("items_amount")
                    - F("discount_amount")
                    + F("delivery_amount")
                ),
                name="order_total_is_goods_less_discounts_plus_delivery",
            ),
            models.CheckConstraint(
                condition=Q(
                    items_amount__gte=F("discount_amount"),
                    discount_amount__gte=0,
                    delivery_amount__gte=0,
                    tax_amount__gte=0,
                    tax_amount__lte=F("total_amount"),
                ),
                name="order_amounts_are_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[OrderStatus.PLACED, OrderStatus.COMPLETED])
                | Q(placed_at__isnull=False),
                name="placed_order_says_when",
            ),
            models.CheckConstraint(
                condition=Q(status=OrderStatus.COMPLETED, completed_at__isnull=False)
                | ~Q(status=OrderStatus.COMPLETED) & Q(completed_at__isnull=True),
                name="completed_order_says_when",
            ),
            models.CheckConstraint(
                condition=Q(status=OrderStatus.CANCELLED, cancelled_at__isnull=False)
                & ~Q(cancel_reason="")
                | ~Q(status=OrderStatus.CANCELLED)
                & Q(cancelled_at__isnull=True, cancel_reason=""),
                name="cancelled_order_says_when_and_why",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-opened_at"], name="order_by_customer"),
            models.Index(fields=["channel", "-opened_at"], name="order_by_channel"),
            models.Index(
                fields=["opened_at"],
                name="order_unanswered",
                condition=Q(status=OrderStatus.PENDING),
            ),
        ]
        triggers = [legal_steps("order", ORDER_STEPS)]

    def __str__(self) -> str:
        return self.number


class OrderLineQuerySet(LockableQuerySet["OrderLine"]):
    """Lines of orders."""

    def call_off_rest(self) -> int:
        """Call off every unit that was not handed over."""
        return self.update(cancelled_quantity=F("quantity") - F("fulfilled_quantity"))


class OrderLine(models.Model):
    """Units of one SKU at one price, and how many of them went which way."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="lines", verbose_name=_("order")
    )
    position = models.PositiveIntegerField(_("position"))
    sku = models.ForeignKey(
        "inventory.Sku", on_delete=models.PROTECT, related_name="+", verbose_name=_("SKU")
    )
    sku_code = models.CharField(_("SKU code"), max_length=64)
    name = models.CharField(_("name"), max_length=255)
    quantity = models.PositiveIntegerField(_("units"))
    cancelled_quantity = models.PositiveIntegerField(_("called off"), default=0)
    fulfilled_quantity = models.PositiveIntegerField(_("handed over"), default=0)
    returned_quantity = models.PositiveIntegerField(_("brought back"), default=0)
    unit_price = AmountField(_("unit price"))
    discount_amount = AmountField(_("discount"), default=Decimal(0))
    net_amount = AmountField(_("to pay"))
    tax_rate = models.DecimalField(_("tax, %"), max_digits=5, decimal_places=2)
    tax_amount = AmountField(_("tax included"))
    points_amount = AmountField(_("of it by points"), default=Decimal(0))
    price_override = models.CharField(_("why the price differs"), max_length=64, blank=True)
    intent = models.CharField(_("how it leaves"), max_length=12, choices=Intent)
    store = models.ForeignKey(
        "stores.Store",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("store"),
    )

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "position"], name="order_line_position_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="order_line_has_units"
            ),
            models.CheckConstraint(
                condition=Q(
                    quantity__gte=F("fulfilled_quantity") + F("cancelled_quantity")
                ),
                name="order_line_gives_no_more_than_ordered",
            ),
            models.CheckConstraint(
                condition=Q(returned_quantity__lte=F("fulfilled_quantity")),
                name="order_line_returns_no_more_than_handed_over",
            ),
            models.CheckConstraint(
                condition=Q(
                    net_amount=F("unit_price") * F("quantity") - F("discount_amount")
                ),
                name="order_line_net_is_price_times_units_less_discount",
            ),
            models.CheckConstraint(
                condition=Q(
                    unit_price__gte=0,
                    discount_amount__gte=0,
                    net_amount__gte=0,
                    tax_amount__gte=0,
                    tax_amount__lte=F("net_amount"),
                    points_amount__gte=0,
                    points_amount__lte=F("net_amount"),
                ),
                name="order_line_amounts_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(intent=Intent.SHIP) | Q(store__isnull=False),
                name="order_line_names_its_store_unless_shipped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.quantity} × {self.sku_code}"
