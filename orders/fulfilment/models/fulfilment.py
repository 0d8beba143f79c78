"""One bag or parcel of an order, prepared at one place."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.fields import AmountField
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.states import Stateful, legal_steps
from orders.carts.models import Intent


class FulfilmentStatus(models.TextChoices):
    """What is happening to it now."""

    ALLOCATED = "ALLOCATED", _("waits for the store")
    ACCEPTED = "ACCEPTED", _("accepted")
    PICKING = "PICKING", _("being picked")
    READY = "READY", _("ready for collection")
    COLLECTED = "COLLECTED", _("collected")
    PACKED = "PACKED", _("packed")
    SHIPPED = "SHIPPED", _("on its way")
    DELIVERED = "DELIVERED", _("delivered")
    CANCELLED = "CANCELLED", _("cancelled")
    EXPIRED = "EXPIRED", _("not collected in time")


_S = FulfilmentStatus

STEPS: Mapping[str, frozenset[str]] = {
    _S.ALLOCATED: frozenset({_S.ACCEPTED, _S.COLLECTED, _S.CANCELLED}),
    _S.ACCEPTED: frozenset({_S.PICKING, _S.CANCELLED}),
    _S.PICKING: frozenset({_S.READY, _S.PACKED, _S.CANCELLED}),
    _S.READY: frozenset({_S.COLLECTED, _S.EXPIRED, _S.CANCELLED}),
    _S.PACKED: frozenset({_S.SHIPPED, _S.CANCELLED}),
    _S.SHIPPED: frozenset({_S.DELIVERED}),
    _S.COLLECTED: frozenset(),
    _S.DELIVERED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.EXPIRED: frozenset(),
}

TO_PREPARE = (
    _S.ALLOCATED,
    _S.ACCEPTED,
    _S.PICKING,
)
AT_THE_STORE = (*TO_PREPARE, _S.READY, _S.PACKED)
WITH_THE_CUSTOMER = (
    _S.COLLECTED,
    _S.SHIPPED,
    _S.DELIVERED,
)


class FulfilmentQuerySet(LockableQuerySet["Fulfilment"]):
    """Questions the wing asks about bags and parcels."""

    def uncollected(self, at: datetime) -> "FulfilmentQuerySet":
        """Ready, and kept as long as was promised."""
        return self.filter(status=_S.READY, keep_until__lte=at)

    def unnoticed_late(self, at: datetime) -> "FulfilmentQuerySet":
        """Due, not ready, and nobody was told yet."""
        return self.filter(
            status__in=TO_PREPARE, due_at__lte=at, late_noticed_at__isnull=True
        )

    def at_the_store(self) -> "FulfilmentQuerySet":
        """Not with the customer and not called off."""
        return self.filter(status__in=AT_THE_STORE)

    def count_wrong_code(self, pk: int, most: int) -> int:
        """Remember a wrong pickup code; answers how many rows still had a try."""
        return self.filter(pk=pk, code_tries__lt=most).update(
            code_tries=models.F("code_tries") + 1
        )


class Fulfilment(Stateful):
    """One bag or parcel of an order: what, where, for when, and how far it is."""

    Kind = Intent
    Status = FulfilmentStatus
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = STEPS

    number = models.CharField(_("number"), max_length=24, unique=True)
    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.PROTECT,
        related_name="fulfilments",
        verbose_name=_("order"),
    )
    store = models.ForeignKey(
        "stores.Store",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("store"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Intent)
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=FulfilmentStatus,
        default=_S.ALLOCATED,
    )
    delivery_amount = AmountField(_("delivery charge"), default=Decimal(0))
    replaces = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        verbose_name=_("re-sourced from"),
    )

    allocated_at = models.DateTimeField(_("allocated at"))
    due_at = models.DateTimeField(_("due at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    picking_at = models.DateTimeField(_("picking since"), null=True, blank=True)
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    keep_until = models.DateTimeField(_("kept until"), null=True, blank=True)
    collected_at = models.DateTimeField(_("collected at"), null=True, blank=True)
    packed_at = models.DateTimeField(_("packed at"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("called off at"), null=True, blank=True)
    cancel_reason = models.CharField(_("why called off"), max_length=40, blank=True)
    late_noticed_at = models.DateTimeField(_("late since"), null=True, blank=True)
    on_the_way_at = models.DateTimeField(_("customer set out"), null=True, blank=True)

    accepted_by = models.CharField(_("accepted by"), max_length=64, blank=True)
    picked_by = models.CharField(_("picked by"), max_length=64, blank=True)
    packed_by = models.CharField(_("packed by"), max_length=64, blank=True)
    released_by = models.CharField(_("handed over by"), max_length=64, blank=True)
    released_in = models.CharField(_("handed over in"), max_length=64, blank=True)
    bay = models.CharField(_("bay"), max_length=20, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=64, blank=True)

    code_generation = models.PositiveSmallIntegerField(_("code issued times"), default=0)
    code_hash = models.CharField(max_length=128, blank=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(_("wrong codes"), default=0)
    code_verified_at = models.DateTimeField(_("code verified at"), null=True, blank=True)
    override_by = models.CharField(_("code waived by"), max_length=64, blank=True)
    override_reason = models.CharField(_("why waived"), max_length=200, blank=True)

    objects = FulfilmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("fulfilment")
        verbose_name_plural = _("fulfilments")
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="fulfilment_ready_means_bagged_and_kept",
                condition=~models.Q(status=_S.READY)
                | models.Q(
                    kind=Intent.COLLECT,
                    ready_at__isnull=False,
                    keep_until__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="fulfilment_collected_means_handed_over",
                condition=models.Q(status=_S.COLLECTED, collected_at__isnull=False)
                & ~models.Q(kind=Intent.SHIP)
                | ~models.Q(status=_S.COLLECTED) & models.Q(collected_at__isnull=True),
            ),
            models.CheckConstraint(
                name="fulfilment_collected_means_code_or_override",
                condition=~models.Q(status=_S.COLLECTED, kind=Intent.COLLECT)
                | models.Q(ready_at__isnull=False)
                & (models.Q(code_verified_at__isnull=False) | ~models.Q(override_by="")),
            ),
            models.CheckConstraint(
                name="fulfilment_override_has_its_reason",
                condition=models.Q(override_by="", override_reason="")
                | ~models.Q(override_by="") & ~models.Q(override_reason=""),
            ),
            models.CheckConstraint(
                name="fulfilment_shipped_means_it_left",
                condition=~models.Q(status__in=[_S.SHIPPED, _S.DELIVERED])
                & models.Q(shipped_at__isnull=True)
                | models.Q(
                    status__in=[_S.SHIPPED, _S.DELIVERED],
                    kind=Intent.SHIP,
                    packed_at__isnull=False,
                    shipped_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="fulfilment_delivered_means_it_arrived",
                condition=models.Q(status=_S.DELIVERED, delivered_at__isnull=False)
                | ~models.Q(status=_S.DELIVERED) & models.Q(delivered_at__isnull=True),
            ),
            models.CheckConstraint(
                name="fulfilment_called_off_says_when_and_why",
                condition=models.Q(
                    status__in=[_S.CANCELLED, _S.EXPIRED],
                    cancelled_at__isnull=False,
                )
                & ~models.Q(cancel_reason="")
                | ~models.Q(status__in=[_S.CANCELLED, _S.EXPIRED])
                & models.Q(cancelled_at__isnull=True, cancel_reason=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["keep_until"],
                name="fulfilment_by_keeping",
                condition=models.Q(status=_S.READY),
            ),
            models.Index(
                fields=["due_at"],
                name="fulfilment_by_due",
                condition=models.Q(status__in=TO_PREPARE, late_noticed_at__isnull=True),
            ),
            models.Index(fields=["store", "status"], name="fulfilment_by_store"),
        ]
        triggers = [legal_steps("fulfilment", STEPS)]

    def __str__(self) -> str:
        return self.number
