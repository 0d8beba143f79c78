"""A promise: units of one SKU at one place, kept for somebody."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models import Sku
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.states import Stateful, Transitions, legal_steps

LIVE = ("HELD", "ALLOCATED")
STEPS: Transitions = {
    "HELD": frozenset({"ALLOCATED", "CONSUMED", "RELEASED", "EXPIRED"}),
    "ALLOCATED": frozenset({"CONSUMED", "RELEASED"}),
}


class PromiseQuerySet(LockableQuerySet["Promise"]):
    def live(self) -> "PromiseQuerySet":
        """Promises that still reserve stock."""
        return self.filter(status__in=LIVE)

    def held(self) -> "PromiseQuerySet":
        return self.filter(status=Promise.Status.HELD)

    def overdue(self, moment: object) -> "PromiseQuerySet":
        """Holds whose end has passed and whose payment is not under way."""
        return self.held().filter(ends_at__lte=moment, payment_in_flight=False)


class Promise(Stateful):
    """One row from hold to end: never two rows that must cancel out.

    HELD has an end. ALLOCATED belongs to an order line and never expires. The three
    ends are CONSUMED (handed over, shipped, sold), RELEASED and EXPIRED.
    """

    class Status(models.TextChoices):
        HELD = "HELD", _("held")
        ALLOCATED = "ALLOCATED", _("allocated")
        CONSUMED = "CONSUMED", _("consumed")
        RELEASED = "RELEASED", _("released")
        EXPIRED = "EXPIRED", _("expired")

    TRANSITIONS = STEPS

    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("place"),
    )
    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="+", db_index=False, verbose_name=_("SKU")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    owner = models.CharField(_("owner"), max_length=120)
    reference = models.CharField(_("reference"), max_length=100)
    line = models.CharField(_("line"), max_length=100)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    payment_in_flight = models.BooleanField(_("payment under way"), default=False)
    created_at = models.DateTimeField(_("made"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects: ClassVar[PromiseQuerySet] = PromiseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "line"],
                condition=Q(status__in=LIVE),
                name="one_live_promise_per_reference_and_line",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="promise_keeps_something"
            ),
            models.CheckConstraint(
                condition=~Q(owner="") & ~Q(reference="") & ~Q(line=""),
                name="promise_has_an_owner",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["HELD", "EXPIRED"]) | Q(ends_at__isnull=False),
                name="hold_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(status="ALLOCATED") | Q(ends_at=None),
                name="allocation_never_expires",
            ),
            models.CheckConstraint(
                condition=Q(status__in=LIVE, ended_at=None)
                | (~Q(status__in=LIVE) & Q(ended_at__isnull=False)),
                name="promise_is_ended_exactly_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=Q(payment_in_flight=False) | Q(status="HELD"),
                name="payment_is_under_way_for_holds_only",
            ),
        ]
        indexes = [
            models.Index(
                fields=["store", "sku"],
                condition=Q(status__in=LIVE),
                name="live_promises_of_a_level",
            ),
            models.Index(
                fields=["ends_at"], condition=Q(status="HELD"), name="holds_by_end"
            ),
            models.Index(fields=["reference"], name="promises_of_a_reference"),
        ]
        triggers = [legal_steps("promise", STEPS)]

    def __str__(self) -> str:
        return f"{self.reference} {self.line}: {self.quantity} {self.status}"
