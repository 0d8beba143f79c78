"""What suppliers say is on its way."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.catalogue.models import Sku
from inventory.supply.models.purchases import PurchaseOrder
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.states import Stateful, legal_steps


class ShipNoticeStatus(models.TextChoices):
    """How far an announced delivery is."""

    ANNOUNCED = "ANNOUNCED", _("announced")
    PARTLY_RECEIVED = "PARTLY_RECEIVED", _("partly received")
    RECEIVED = "RECEIVED", pgettext_lazy("goods", "received")
    CLOSED_SHORT = "CLOSED_SHORT", _("closed short")
    CANCELLED = "CANCELLED", pgettext_lazy("goods", "cancelled")


_N = ShipNoticeStatus

NOTICE_STEPS: Mapping[str, frozenset[str]] = {
    _N.ANNOUNCED: frozenset({_N.PARTLY_RECEIVED, _N.RECEIVED, _N.CANCELLED}),
    _N.PARTLY_RECEIVED: frozenset({_N.RECEIVED, _N.CLOSED_SHORT}),
    _N.RECEIVED: frozenset(),
    _N.CLOSED_SHORT: frozenset(),
    _N.CANCELLED: frozenset(),
}
ON_THE_WAY = (_N.ANNOUNCED, _N.PARTLY_RECEIVED)


class ShipNoticeQuerySet(LockableQuerySet["ShipNotice"]):
    """Announced deliveries."""

    def on_the_way(self) -> "ShipNoticeQuerySet":
        """Deliveries of which goods may still come."""
        return self.filter(status__in=ON_THE_WAY)


class ShipNotice(Stateful):
    """One delivery that a supplier announces, by the number on its delivery note."""

    Status = ShipNoticeStatus
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = NOTICE_STEPS

    number = models.CharField(_("delivery note"), max_length=32, unique=True)
    order = models.ForeignKey(
        PurchaseOrder,
        models.PROTECT,
        related_name="notices",
        verbose_name=_("purchase order"),
    )
    status = models.CharField(
        _("status"), max_length=16, choices=ShipNoticeStatus.choices, default=_N.ANNOUNCED
    )
    expected_at = models.DateTimeField(_("expected"))
    carrier = models.CharField(_("carrier"), max_length=80, blank=True, default="")
    tracking_number = models.CharField(
        _("tracking number"), max_length=64, blank=True, default=""
    )
    announced_at = models.DateTimeField(_("announced at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects: ClassVar[ShipNoticeQuerySet] = ShipNoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("ship notice")
        verbose_name_plural = _("ship notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ON_THE_WAY, closed_at=None)
                | ~Q(status__in=ON_THE_WAY) & Q(closed_at__isnull=False),
                name="ship_notice_is_closed_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(number=""), name="ship_notice_has_a_number"
            ),
        ]
        triggers = [legal_steps("ship_notice", NOTICE_STEPS)]

    def __str__(self) -> str:
        return self.number


class ShipNoticeLine(models.Model):
    """Units of one SKU in an announced delivery, and how many of them came."""

    notice = models.ForeignKey(
        ShipNotice, models.PROTECT, related_name="lines", verbose_name=_("ship notice")
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    quantity = models.PositiveIntegerField(_("announced"))
    received = models.PositiveIntegerField(pgettext_lazy("goods", "received"), default=0)

    class Meta:
        verbose_name = _("ship notice line")
        verbose_name_plural = _("ship notice lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "sku"], name="ship_notice_names_a_sku_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="ship_notice_line_announces_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.quantity}"

    @property
    def outstanding(self) -> int:
        """Units that were announced and have not come."""
        return max(0, self.quantity - self.received)
