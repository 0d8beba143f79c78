"""Facts on their way to the reactions."""

from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.horizon import HORIZON
from omniretail.kernel.locking import LockableQuerySet


class SubjectSequence(models.Model):
    """The last sequence number of a subject. Its row lock, held until commit, makes
    the order of numbers the order of commits."""

    subject = models.CharField(_("subject"), max_length=150, primary_key=True)
    last = models.BigIntegerField(_("last number"))

    class Meta:
        verbose_name = _("subject sequence")
        verbose_name_plural = _("subject sequences")

    def __str__(self) -> str:
        return f"{self.subject} {self.last}"


class OutboxFactQuerySet(LockableQuerySet["OutboxFact"]):
    def undelivered(self) -> Self:
        return self.filter(delivered_at=None)

    def parked(self) -> Self:
        return self.filter(delivered_at=None, parked_at__isnull=False)

    def due(self) -> Self:
        """Facts that may be delivered now: the first undelivered of their subject,
        not parked, not waiting for another try."""
        earlier = OutboxFact.objects.filter(
            subject=models.OuterRef("subject"),
            sequence__lt=models.OuterRef("sequence"),
            delivered_at=None,
        )
        return self.filter(
            ~models.Exists(earlier),
            delivered_at=None,
            parked_at=None,
            next_try_at__lte=Now(),
        ).order_by("id")

    def readable(self) -> Self:
        """Facts below the oldest running transaction: no earlier one can still appear,
        so a cursor over these never skips a late commit."""
        horizon = models.Func(
            template=HORIZON,
            output_field=models.BigIntegerField(),
        )
        return self.filter(transaction_id__lt=horizon).order_by("transaction_id", "id")


class OutboxFact(models.Model):
    """A fact, written in the transaction that made it true."""

    name = models.CharField(_("fact"), max_length=100)
    subject = models.CharField(_("subject"), max_length=150)
    sequence = models.BigIntegerField(_("sequence"))
    payload = models.JSONField(_("payload"))
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    transaction_id = models.BigIntegerField(
        db_default=models.Func(
            function="pg_current_xact_id",
            template="(%(function)s()::text::bigint)",
            output_field=models.BigIntegerField(),
        )
    )
    occurred_at = models.DateTimeField(_("occurred"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), db_default=Now())
    parked_at = models.DateTimeField(_("parked"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects: ClassVar[OutboxFactQuerySet] = OutboxFactQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "sequence"], name="one_fact_per_subject_and_sequence"
            ),
            models.CheckConstraint(
                condition=models.Q(delivered_at=None) | models.Q(parked_at=None),
                name="fact_is_not_both_delivered_and_parked",
            ),
        ]
        indexes = [
            models.Index(
                fields=["subject", "sequence"],
                condition=models.Q(delivered_at=None),
                name="facts_undelivered",
            ),
            models.Index(
                fields=["next_try_at", "id"],
                condition=models.Q(delivered_at=None, parked_at=None),
                name="facts_due",
            ),
            models.Index(fields=["transaction_id", "id"], name="facts_by_commit"),
            models.Index(fields=["name", "recorded_at"], name="facts_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject} #{self.sequence}"


class Receipt(models.Model):
    """A reaction took effect for a fact; written in the reaction's own transaction,
    which is why a fact delivered twice has one effect."""

    fact = models.ForeignKey(OutboxFact, models.CASCADE, related_name="receipts")
    reaction = models.CharField(_("reaction"), max_length=150)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(
                fields=["fact", "reaction"], name="one_receipt_per_fact_and_reaction"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reaction} {self.fact_id}"
