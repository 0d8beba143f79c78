"""What is counted, and every scan of it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models import Sku
from inventory.counts.models.sessions import CountSession
from omniretail.kernel.fields import AmountField
from omniretail.kernel.ledgers import append_only
from omniretail.kernel.locking import LockableQuerySet


class CountLineQuerySet(LockableQuerySet["CountLine"]):
    """Articles of counts."""

    def deciding(self) -> "CountLineQuerySet":
        """The last round of each article in which it was counted."""
        later = CountLine.objects.filter(
            session=models.OuterRef("session"),
            sku=models.OuterRef("sku"),
            round__gt=models.OuterRef("round"),
            counted__isnull=False,
        )
        return self.filter(~models.Exists(later), counted__isnull=False)


class CountLine(models.Model):
    """One article in one round of a count: how many were there at what moment, how many
    should have been, and what was put right.

    `counted_at` is when the last of them was seen on the shelf. `posted` units were moved
    into or out of the level under the number of the count; `short` units are promised to
    somebody and not there.
    """

    session = models.ForeignKey(
        CountSession, models.PROTECT, related_name="lines", verbose_name=_("count")
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    counted = models.PositiveIntegerField(_("counted"), null=True, blank=True)
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    counted_by = models.CharField(_("counted by"), max_length=150, blank=True, default="")
    expected = models.IntegerField(_("expected"), null=True, blank=True)
    variance = models.IntegerField(_("variance"), null=True, blank=True)
    unit_amount = AmountField(_("price of one"), null=True, blank=True)
    is_tolerated = models.BooleanField(_("within tolerance"), null=True, blank=True)
    posted = models.IntegerField(_("put right"), null=True, blank=True)
    short = models.PositiveIntegerField(_("promised and not there"), default=0)

    objects: ClassVar[CountLineQuerySet] = CountLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("count line")
        verbose_name_plural = _("count lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "sku", "round"],
                name="count_names_a_sku_once_a_round",
            ),
            models.CheckConstraint(
                condition=Q(counted=None, counted_at=None, counted_by="")
                | Q(counted__isnull=False, counted_at__isnull=False) & ~Q(counted_by=""),
                name="count_line_says_when_and_who",
            ),
            models.CheckConstraint(
                condition=Q(counted=None) | Q(counted__lte=1_000_000),
                name="count_line_counts_what_can_be_meant",
            ),
            models.CheckConstraint(
                condition=Q(expected=None, variance=None)
                | Q(variance=F("counted") - F("expected")),
                name="variance_is_counted_less_expected",
            ),
            models.CheckConstraint(
                condition=Q(posted=None, short=0)
                | Q(posted__isnull=False, variance__isnull=False),
                name="only_a_known_variance_is_put_right",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sku", "counted_at"],
                condition=Q(posted__isnull=False),
                name="approved_counts_of_a_sku",
            ),
            models.Index(
                fields=["session"],
                condition=Q(short__gt=0),
                name="counts_short_of_promises",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.sku_id}: {self.counted}"


class CountEntry(models.Model):
    """One scan, or one number typed in: by how much the count of a line changed. Written
    once, never changed (law C2). `key` is the device's own, so that a scan sent again is
    counted once."""

    line = models.ForeignKey(
        CountLine, models.PROTECT, related_name="entries", verbose_name=_("count line")
    )
    session = models.ForeignKey(
        CountSession, models.PROTECT, related_name="+", verbose_name=_("count")
    )
    change = models.IntegerField(_("by how many"))
    key = models.CharField(_("key of the device"), max_length=100, blank=True, default="")
    by = models.CharField(_("counted by"), max_length=150)
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())

    class Meta:
        verbose_name = _("scan of a count")
        verbose_name_plural = _("scans of counts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "key"],
                condition=~Q(key=""),
                name="one_scan_of_a_count_per_key",
            ),
            models.CheckConstraint(condition=~Q(by=""), name="scan_is_made_by_somebody"),
        ]
        triggers = [append_only("count_entries")]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.change:+}"
