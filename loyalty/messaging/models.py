"""Messages to customers, and the sandbox mailbox that stands in for the outside."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from loyalty.identity.models import Consent, Customer
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.states import Stateful, legal_steps


class MessageQuerySet(LockableQuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        """Messages that are still to go out."""
        return self.filter(status__in=[Message.Status.QUEUED, Message.Status.FAILED])

    def due(self, at: datetime) -> "MessageQuerySet":
        """Messages whose turn it is, oldest first."""
        return self.waiting().filter(next_try_at__lte=at).order_by("next_try_at", "id")


MESSAGE_STEPS = {
    "QUEUED": frozenset({"SENT", "FAILED", "PARKED"}),
    "FAILED": frozenset({"SENT", "PARKED"}),
    "PARKED": frozenset({"QUEUED"}),
    "SENT": frozenset[str](),
}


class Message(Stateful):
    """One thing to tell one person, once per event."""

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Queued")
        SENT = "SENT", _("Sent")
        FAILED = "FAILED", _("Will be tried again")
        PARKED = "PARKED", _("Given up")

    TRANSITIONS = MESSAGE_STEPS

    event_key = models.CharField(_("event"), max_length=150, unique=True)
    template = models.CharField(_("template"), max_length=30)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Consent.Purpose.choices)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    channel = models.CharField(_("channel"), max_length=10, choices=Consent.Channel.choices)
    address = models.CharField(_("address"), max_length=254)
    subject = models.CharField(
        pgettext_lazy("letter", "subject"), max_length=200, blank=True
    )
    body = models.TextField(_("text"))
    code_key = models.CharField(_("one-time code"), max_length=20, blank=True)
    customer = models.ForeignKey(
        Customer,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("customer"),
    )
    order_number = models.CharField(_("order"), max_length=20, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.QUEUED
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    reason = models.CharField(_("what went wrong"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"))
    next_try_at = models.DateTimeField(_("next try"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="SENT", sent_at__isnull=False)
                | (~Q(status="SENT") & Q(sent_at=None)),
                name="message_is_sent_when_it_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["FAILED", "PARKED"]) | ~Q(reason=""),
                name="message_that_failed_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(status__in=["QUEUED", "FAILED"]),
                name="messages_due",
            ),
            models.Index(fields=["order_number"], name="messages_by_order"),
            models.Index(fields=["-created_at", "-id"], name="messages_newest"),
        ]
        triggers = [legal_steps("message", MESSAGE_STEPS)]

    def __str__(self) -> str:
        return f"{self.template} > {self.address}"


class SandboxMail(models.Model):
    """A message as the customer's phone or mailbox received it, in the sandbox."""

    key = models.CharField(_("event"), max_length=150, unique=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Consent.Channel.choices)
    address = models.CharField(_("address"), max_length=254)
    subject = models.CharField(
        pgettext_lazy("letter", "subject"), max_length=200, blank=True
    )
    body = models.TextField(_("text"))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("sandbox mail")
        verbose_name_plural = _("sandbox mailbox")
        indexes = [models.Index(fields=["address", "-received_at"], name="mail_by_address")]

    def __str__(self) -> str:
        return f"{self.address}: {self.subject or self.body[:40]}"
