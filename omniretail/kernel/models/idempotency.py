"""Requests that were already answered."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class IdempotencyKey(models.Model):
    """One request of one principal under the key it chose, and the answer it got.

    RUNNING rows are seen only for staged operations, which commit the claim before they
    begin; the lease says until when nobody else may take them over. `entry` is what the
    audit trail will say of such an attempt if nobody ever hears of its end.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")

    principal = models.CharField(_("principal"), max_length=200)
    key = models.CharField(_("key"), max_length=255)
    request_hash = models.CharField(_("request"), max_length=64)
    operation = models.CharField(_("operation"), max_length=150)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.RUNNING
    )
    lease_ends_at = models.DateTimeField(_("lease ends"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    headers = models.JSONField(_("headers"), default=dict)
    body = models.TextField(_("answer"), blank=True)
    entry = models.JSONField(_("entry if it has no end"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "key"], name="one_request_per_principal_and_key"
            ),
            models.CheckConstraint(
                condition=models.Q(state="running", status=None, done_at=None)
                | models.Q(state="done", status__isnull=False, done_at__isnull=False),
                name="request_is_done_when_it_has_an_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="idempotency_by_age"),
            models.Index(
                fields=["lease_ends_at"],
                condition=models.Q(entry__isnull=False),
                name="attempts_without_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.principal} {self.key}"
