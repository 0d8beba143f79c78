"""The sandbox gateway's own books, as a bank would keep them."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.fields import AmountField, CurrencyField
from omniretail.kernel.locking import LockableQuerySet
from orders.payments.models.money import MoneyStep


class SandboxChargeQuerySet(LockableQuerySet["SandboxCharge"]):
    """Charges in the sandbox's books."""


class SandboxCharge(models.Model):
    """The sandbox gateway's own book: money it holds or took for a key."""

    reference = models.CharField(_("number"), max_length=64, unique=True)
    key = models.CharField(_("key"), max_length=64, unique=True)
    method = models.CharField(_("means of payment"), max_length=64)
    currency = CurrencyField(_("currency"))
    amount = AmountField(_("authorised"))
    captured_amount = AmountField(_("captured"), default=Decimal(0))
    voided_amount = AmountField(_("voided"), default=Decimal(0))
    refunded_amount = AmountField(_("refunded"), default=Decimal(0))
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = SandboxChargeQuerySet.as_manager()

    class Meta:
        verbose_name = _("sandbox charge")
        verbose_name_plural = _("sandbox charges")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=F("captured_amount") + F("voided_amount")),
                name="sandbox_captures_no_more_than_it_holds",
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__lte=F("captured_amount")),
                name="sandbox_refunds_no_more_than_it_took",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount} {self.currency}"


class SandboxCallQuerySet(LockableQuerySet["SandboxCall"]):
    """Calls the sandbox has answered."""


class SandboxCall(models.Model):
    """One call the sandbox gateway answered; the same key gets the same answer."""

    key = models.CharField(_("key"), max_length=64, unique=True)
    kind = models.CharField(_("step"), max_length=12, choices=MoneyStep)
    charge_key = models.CharField(_("charge"), max_length=64, db_index=True)
    amount = AmountField(_("amount"))
    done = models.BooleanField(_("done"))
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    gateway_reference = models.CharField(_("number"), max_length=64, blank=True)
    asked_times = models.PositiveIntegerField(_("times asked"), default=1)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = SandboxCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("sandbox call")
        verbose_name_plural = _("sandbox calls")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
