"""A cart: what a shopper means to buy, and how each line should reach them."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from omniretail.kernel.fields import CurrencyField
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.states import Stateful, legal_steps


class Channel(models.TextChoices):
    """Where a sale is made."""

    SITE = "SITE", _("website")
    APP = "APP", _("app")
    TABLET = "TABLET", _("shop tablet")
    POS = "POS", _("till")
    PHONE = "PHONE", _("by telephone")


class Intent(models.TextChoices):
    """How the units of a line are to reach the customer."""

    CARRY_OUT = "CARRY_OUT", _("take along")
    COLLECT = "COLLECT", _("collect in a store")
    SHIP = "SHIP", _("ship home")


class CartStatus(models.TextChoices):
    """What became of a cart."""

    OPEN = "OPEN", _("open")
    CHECKED_OUT = "CHECKED_OUT", _("ordered")
    MERGED = "MERGED", _("merged at sign-in")
    ABANDONED = "ABANDONED", _("abandoned")


CART_STEPS: Mapping[str, frozenset[str]] = {
    CartStatus.OPEN: frozenset(
        {CartStatus.CHECKED_OUT, CartStatus.MERGED, CartStatus.ABANDONED}
    ),
    CartStatus.CHECKED_OUT: frozenset({CartStatus.OPEN, CartStatus.MERGED}),
    CartStatus.MERGED: frozenset(),
    CartStatus.ABANDONED: frozenset(),
}


class Reachable(models.Model):
    """Whom to tell and where to send: an own snapshot, since a guest is known nowhere
    else. An order keeps what its cart said."""

    contact_name = models.CharField(_("name"), max_length=120, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=20, blank=True)
    contact_email = models.CharField(_("e-mail"), max_length=254, blank=True)
    contact_language = models.CharField(_("language"), max_length=8, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)

    class Meta:
        abstract = True


class CartQuerySet(LockableQuerySet["Cart"]):
    """Carts to choose from."""

    def open(self) -> "CartQuerySet":
        """Carts that may still change."""
        return self.filter(status=CartStatus.OPEN)

    def untouched_since(self, moment: datetime) -> "CartQuerySet":
        """Open carts nobody changed since then."""
        return self.open().filter(changed_at__lte=moment)


class Cart(Reachable, Stateful):
    """What a shopper means to buy; one open cart per customer in all channels."""

    Status = CartStatus
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = CART_STEPS

    token = models.UUIDField(_("token"), unique=True, default=uuid.uuid4)
    customer = models.ForeignKey(
        "loyalty.Customer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("customer"),
    )
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    taken_at_store = models.ForeignKey(
        "stores.Store",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("taken in the store"),
    )
    currency = CurrencyField(_("currency"))
    status = models.CharField(
        _("state"), max_length=12, choices=CartStatus, default=CartStatus.OPEN
    )
    redeem_points = models.PositiveIntegerField(_("points to spend"), default=0)
    version = models.PositiveIntegerField(_("version"), default=1)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("merged into"),
    )
    opened_at = models.DateTimeField(pgettext_lazy("order", "opened at"))
    changed_at = models.DateTimeField(_("changed at"))

    objects = CartQuerySet.as_manager()

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status=CartStatus.OPEN),
                name="one_open_cart_per_customer",
            ),
            models.CheckConstraint(
                condition=Q(status=CartStatus.MERGED) & Q(merged_into__isnull=False)
                | ~Q(status=CartStatus.MERGED) & Q(merged_into__isnull=True),
                name="merged_cart_names_its_target",
            ),
            models.CheckConstraint(
                condition=Q(redeem_points=0) | Q(customer__isnull=False),
                name="only_a_customer_spends_points",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="a_cart_address_lies_on_the_globe",
            ),
        ]
        indexes = [
            models.Index(
                fields=["changed_at"],
                name="cart_open_by_change",
                condition=Q(status=CartStatus.OPEN),
            ),
        ]
        triggers = [legal_steps("cart", CART_STEPS)]

    def __str__(self) -> str:
        return str(self.token)


class CartLineQuerySet(LockableQuerySet["CartLine"]):
    """Lines of carts."""


class CartLine(models.Model):
    """Units of one SKU that should reach the customer in one way."""

    cart = models.ForeignKey(
        Cart, on_delete=models.CASCADE, related_name="lines", verbose_name=_("cart")
    )
    sku = models.ForeignKey(
        "inventory.Sku",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("SKU"),
    )
    sku_code = models.CharField(_("SKU code"), max_length=64)
    quantity = models.PositiveIntegerField(_("units"))
    intent = models.CharField(_("how it leaves"), max_length=12, choices=Intent)
    store = models.ForeignKey(
        "stores.Store",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("store"),
    )
    serials = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("serial numbers"),
        default=list,
        blank=True,
    )

    objects = CartLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("cart line")
        verbose_name_plural = _("cart lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cart", "sku", "intent", "store"],
                name="cart_line_once_per_sku_and_way",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=999),
                name="cart_line_within_its_limit",
            ),
            models.CheckConstraint(
                condition=Q(intent=Intent.SHIP, store__isnull=True)
                | ~Q(intent=Intent.SHIP) & Q(store__isnull=False),
                name="cart_line_names_its_store_unless_shipped",
            ),
            models.CheckConstraint(
                condition=Q(intent=Intent.CARRY_OUT) | Q(serials=[]),
                name="only_what_is_taken_along_has_serials",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_code} ({self.intent})"
