"""The queue of shop-floor work."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from omniretail.kernel.locking import LockableQuerySet
from stores.network.models import Store


class WorkItemQuerySet(LockableQuerySet["WorkItem"]):
    """Work to do."""

    def open(self) -> "WorkItemQuerySet":
        """Work that nobody has finished."""
        return self.filter(done_at=None)


class WorkItem(models.Model):
    """One thing to do in one store, by a moment, and the page that does it."""

    class Kind(models.TextChoices):
        PICK = "PICK", _("Pick")
        HANDOVER = "HANDOVER", _("Hand over")
        PACK = "PACK", _("Pack")
        SHIP = "SHIP", _("Give to the carrier")
        APPROVE = "APPROVE", _("Approve a transfer")
        DISPATCH = "DISPATCH", _("Send to another place")
        RECEIVE = "RECEIVE", _("Receive goods")
        COUNT = "COUNT", pgettext_lazy("work", "Count")
        RECOUNT = "RECOUNT", pgettext_lazy("work", "Count again")
        VARIANCE = "VARIANCE", pgettext_lazy("work", "Approve a count")
        SHORT = "SHORT", pgettext_lazy("work", "Promised, but missing")
        ASK = "ASK", pgettext_lazy("work", "Look, or ask the customer")

    class Outcome(models.TextChoices):
        DONE = "DONE", _("Done")
        CLOSED = "CLOSED", pgettext_lazy("work", "Called off")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.PROTECT, related_name="+"
    )
    reference = models.CharField(_("reference"), max_length=64)
    order_number = models.CharField(_("order"), max_length=32, db_index=True)
    title = models.CharField(_("what"), max_length=200)
    customer_name = models.CharField(_("for whom"), max_length=80, blank=True)
    bay = models.CharField(_("bay"), max_length=32, blank=True)
    units = models.PositiveIntegerField(_("units"))
    due_at = models.DateTimeField(_("due at"))
    url_name = models.CharField(_("page"), max_length=64)
    opened_at = models.DateTimeField(_("opened at"))
    taken_by = models.CharField(_("taken by"), max_length=32, blank=True)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    put_back_at = models.DateTimeField(_("put back at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.CharField(_("done by"), max_length=32, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=Outcome.choices, blank=True
    )

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work queue")
        ordering: ClassVar[list[str]] = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "reference"], name="work_is_asked_for_once"
            ),
            models.CheckConstraint(
                name="work_is_taken_by_somebody_at_some_moment",
                condition=Q(taken_by="", taken_at=None)
                | (~Q(taken_by="") & Q(taken_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="finished_work_says_how_it_ended",
                condition=Q(done_at=None, outcome="")
                | (Q(done_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["store", "due_at", "id"],
                name="work_open",
                condition=Q(done_at=None),
            ),
            models.Index(
                fields=["done_by", "done_at"],
                name="work_done_by",
                condition=~Q(done_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"
