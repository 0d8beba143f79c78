"""Money of an order: what each tender settles, and what the gateway was asked."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.fields import AmountField
from omniretail.kernel.ledgers import append_only
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.states import Stateful, legal_steps
from orders.ordering.models import Order


class TenderKind(models.TextChoices):
    """With what the customer pays."""

    CARD = "CARD", _("card")
    POINTS = "POINTS", _("points")
    CASH = "CASH", _("cash")


class TenderStatus(models.TextChoices):
    """Whether the tender stands."""

    ASKED = "ASKED", _("asked")
    AUTHORISED = "AUTHORISED", _("stands")
    REFUSED = "REFUSED", _("refused")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


TENDER_STEPS: Mapping[str, frozenset[str]] = {
    TenderStatus.ASKED: frozenset(
        {TenderStatus.AUTHORISED, TenderStatus.REFUSED, TenderStatus.WITHDRAWN}
    ),
    TenderStatus.AUTHORISED: frozenset(),
    TenderStatus.REFUSED: frozenset(),
    TenderStatus.WITHDRAWN: frozenset(),
}


class MoneyStep(models.TextChoices):
    """What happens to the money of a tender."""

    AUTHORISE = "AUTHORISE", _("authorise")
    CAPTURE = "CAPTURE", _("capture")
    VOID = "VOID", _("void")
    REFUND = "REFUND", _("refund")


class TenderQuerySet(LockableQuerySet["Tender"]):
    """Tenders of orders."""


class Tender(Stateful):
    """One means of payment of one order; its key survives every retry."""

    Kind = TenderKind
    Status = TenderStatus
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = TENDER_STEPS

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="tenders", verbose_name=_("order")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=TenderKind)
    status = models.CharField(
        _("state"), max_length=12, choices=TenderStatus, default=TenderStatus.ASKED
    )
    key = models.CharField(_("key"), max_length=64, unique=True)
    method = models.CharField(
        _("means of payment"),
        max_length=64,
        blank=True,
        help_text=_("The gateway's token; never a card number."),
    )
    gateway = models.CharField(_("gateway"), max_length=20, blank=True)
    gateway_reference = models.CharField(_("gateway's number"), max_length=64, blank=True)
    amount = AmountField(_("amount"))
    points = models.PositiveIntegerField(_("points"), default=0)
    authorised_amount = AmountField(_("authorised"), default=Decimal(0))
    captured_amount = AmountField(_("captured"), default=Decimal(0))
    voided_amount = AmountField(_("voided"), default=Decimal(0))
    refunded_amount = AmountField(_("refunded"), default=Decimal(0))
    refusal = models.CharField(_("why refused"), max_length=40, blank=True)
    asked_at = models.DateTimeField(_("asked at"))

    objects = TenderQuerySet.as_manager()

    class Meta:
        verbose_name = _("tender")
        verbose_name_plural = _("tenders")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"], name="order_has_one_tender_of_a_kind"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="tender_has_an_amount"),
            models.CheckConstraint(
                condition=Q(kind=TenderKind.POINTS, points__gt=0)
                | ~Q(kind=TenderKind.POINTS) & Q(points=0),
                name="tender_of_points_says_how_many",
            ),
            models.CheckConstraint(
                condition=Q(
                    authorised_amount__gte=0,
                    authorised_amount__lte=F("amount"),
                    captured_amount__gte=0,
                    voided_amount__gte=0,
                    refunded_amount__gte=0,
                ),
                name="tender_amounts_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    authorised_amount__gte=F("captured_amount") + F("voided_amount")
                ),
                name="tender_captures_no_more_than_authorised",
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__lte=F("captured_amount")),
                name="tender_refunds_no_more_than_captured",
            ),
            models.CheckConstraint(
                condition=Q(status=TenderStatus.AUTHORISED, authorised_amount__gt=0)
                | ~Q(status=TenderStatus.AUTHORISED) & Q(authorised_amount=0),
                name="tender_stands_when_authorised",
            ),
        ]
        triggers = [legal_steps("tender", TENDER_STEPS)]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} ({self.key})"


class TenderEntry(models.Model):
    """What happened to a tender's money; written once."""

    tender = models.ForeignKey(
        Tender, on_delete=models.PROTECT, related_name="entries", verbose_name=_("tender")
    )
    kind = models.CharField(_("step"), max_length=12, choices=MoneyStep)
    amount = AmountField(_("amount"))
    reference = models.CharField(_("reference"), max_length=64)
    gateway_reference = models.CharField(_("gateway's number"), max_length=64, blank=True)
    at = models.DateTimeField(_("at"))

    objects = models.Manager["TenderEntry"]()

    class Meta:
        verbose_name = _("tender entry")
        verbose_name_plural = _("tender entries")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "reference", "kind"], name="tender_entry_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="tender_entry_moves_money"
            ),
        ]
        triggers = [append_only("tender_entry")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class RequestStatus(models.TextChoices):
    """How far a request to the gateway is."""

    WANTED = "WANTED", _("to be asked")
    SENT = "SENT", _("asked, no answer yet")
    SETTLED = "SETTLED", _("done")
    REFUSED = "REFUSED", _("refused")


REQUEST_STEPS: Mapping[str, frozenset[str]] = {
    RequestStatus.WANTED: frozenset(
        {RequestStatus.SENT, RequestStatus.SETTLED, RequestStatus.REFUSED}
    ),
    RequestStatus.SENT: frozenset({RequestStatus.SETTLED, RequestStatus.REFUSED}),
    RequestStatus.SETTLED: frozenset(),
    RequestStatus.REFUSED: frozenset({RequestStatus.WANTED}),
}

UNANSWERED = (RequestStatus.WANTED, RequestStatus.SENT)


class PaymentRequestQuerySet(LockableQuerySet["PaymentRequest"]):
    """Requests to choose from."""

    def unanswered(self) -> "PaymentRequestQuerySet":
        """Requests the gateway has not answered for certain."""
        return self.filter(status__in=UNANSWERED)

    def standing(self) -> "PaymentRequestQuerySet":
        """Requests that were or will be carried out."""
        return self.exclude(status=RequestStatus.REFUSED)

    def due(self, at: datetime) -> "PaymentRequestQuerySet":
        """Requests whose turn it is: the oldest unanswered one of each tender."""
        earlier = PaymentRequest.objects.unanswered().filter(
            tender=models.OuterRef("tender"), pk__lt=models.OuterRef("pk")
        )
        return (
            self.unanswered()
            .exclude(kind=MoneyStep.AUTHORISE)
            .filter(next_try_at__lte=at)
            .filter(~models.Exists(earlier))
            .order_by("next_try_at", "pk")
        )


class PaymentRequest(Stateful):
    """A wish told to the gateway; a retry carries the same key."""

    Kind = MoneyStep
    Status = RequestStatus
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = REQUEST_STEPS

    tender = models.ForeignKey(
        Tender, on_delete=models.PROTECT, related_name="requests", verbose_name=_("tender")
    )
    kind = models.CharField(_("step"), max_length=12, choices=MoneyStep)
    amount = AmountField(_("amount"))
    key = models.CharField(_("key"), max_length=64, unique=True)
    reference = models.CharField(_("reference"), max_length=64)
    status = models.CharField(
        _("state"), max_length=12, choices=RequestStatus, default=RequestStatus.WANTED
    )
    tries = models.PositiveIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try at"))
    gateway_reference = models.CharField(_("gateway's number"), max_length=64, blank=True)
    problem = models.CharField(_("problem"), max_length=200, blank=True)
    wanted_at = models.DateTimeField(_("wanted at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    objects = PaymentRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment request")
        verbose_name_plural = _("payment requests")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "kind", "reference"], name="payment_wanted_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="payment_request_has_an_amount"
            ),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.SETTLED, settled_at__isnull=False)
                | ~Q(status=RequestStatus.SETTLED) & Q(settled_at__isnull=True),
                name="settled_payment_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="payment_unanswered",
                condition=Q(status__in=UNANSWERED),
            ),
        ]
        triggers = [legal_steps("payment_request", REQUEST_STEPS)]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} ({self.key})"
