"""What was done, by whom; which steps rows took; how the laws and jobs fared."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.actors import ActorKind
from omniretail.kernel.ledgers import append_only


class AuditEntry(models.Model):
    """Somebody changed something: who, on which device, in which place, what."""

    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())
    actor_kind = models.CharField(
        _("actor"), max_length=10, choices=[(kind, kind) for kind in ActorKind]
    )
    actor_key = models.CharField(_("actor key"), max_length=150)
    device = models.CharField(_("device"), max_length=100, blank=True)
    store = models.CharField(_("place"), max_length=100, blank=True)
    action = models.CharField(_("action"), max_length=150)
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["subject", "at"], name="audit_by_subject"),
            models.Index(fields=["actor_key", "at"], name="audit_by_actor"),
        ]
        triggers = [append_only("audit")]

    def __str__(self) -> str:
        return f"{self.actor_key} {self.action} {self.subject}"


class StateStep(models.Model):
    """One step of one row's state machine, written by the database itself."""

    subject_table = models.CharField(_("table"), max_length=100)
    subject_id = models.BigIntegerField(_("row"))
    source = models.CharField(_("from"), max_length=30, blank=True)
    target = models.CharField(_("to"), max_length=30)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        indexes = [
            models.Index(fields=["subject_table", "subject_id"], name="steps_by_row")
        ]
        triggers = [append_only("steps")]

    def __str__(self) -> str:
        return f"{self.subject_table} {self.subject_id}: {self.source} > {self.target}"


class Heartbeat(models.Model):
    """A periodic job or process came to its end: proof that it lives."""

    name = models.CharField(_("name"), max_length=50, unique=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class LawRun(models.Model):
    """How a law fared when it was last looked at."""

    law = models.CharField(_("law"), max_length=10, unique=True)
    at = models.DateTimeField(_("at"))
    seconds = models.FloatField(_("seconds"))
    offending = models.PositiveIntegerField(_("offending rows"))
    rows = models.JSONField(_("rows"), default=list)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("law")
        verbose_name_plural = _("laws")

    def __str__(self) -> str:
        return self.law
