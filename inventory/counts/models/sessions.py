"""A count from the first scan to the corrected levels."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from omniretail.kernel.fields import AmountField, CurrencyField
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.states import Stateful, legal_steps


class CountStatus(models.TextChoices):
    """How far a count is."""

    OPEN = "OPEN", pgettext_lazy("count", "being counted")
    RECOUNT = "RECOUNT", pgettext_lazy("count", "being counted again")
    COUNTED = "COUNTED", pgettext_lazy("count", "counted")
    APPROVED = "APPROVED", pgettext_lazy("count", "approved")
    CANCELLED = "CANCELLED", pgettext_lazy("count", "called off")


_S = CountStatus

COUNT_STEPS: Mapping[str, frozenset[str]] = {
    _S.OPEN: frozenset({_S.RECOUNT, _S.COUNTED, _S.CANCELLED}),
    _S.RECOUNT: frozenset({_S.COUNTED, _S.CANCELLED}),
    _S.COUNTED: frozenset({_S.RECOUNT, _S.APPROVED, _S.CANCELLED}),
    _S.APPROVED: frozenset(),
    _S.CANCELLED: frozenset(),
}
BLIND = (_S.OPEN, _S.RECOUNT)
"""While it is counted, nobody is told what should be there."""
LIVE = (*BLIND, _S.COUNTED)


class CountSessionQuerySet(LockableQuerySet["CountSession"]):
    """Counts."""

    def live(self) -> "CountSessionQuerySet":
        """Counts that are not over."""
        return self.filter(status__in=LIVE)

    def at_place(self, store_code: str) -> "CountSessionQuerySet":
        return self.filter(store__code=store_code)


class CountSession(Stateful):
    """Articles of one place that are counted together and approved together.

    DIRECTED names its articles beforehand, the riskiest of the place. ZONE takes what is
    scanned: an article counted for a zone is counted wherever it lies in the place.
    """

    Status = CountStatus
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = COUNT_STEPS

    class Kind(models.TextChoices):
        DIRECTED = "DIRECTED", pgettext_lazy("count", "directed")
        ZONE = "ZONE", pgettext_lazy("count", "zone")

    number = models.CharField(_("number"), max_length=32, unique=True)
    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="+", verbose_name=_("place")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    zone = models.CharField(_("zone"), max_length=80, blank=True, default="")
    status = models.CharField(
        _("status"), max_length=10, choices=CountStatus.choices, default=_S.OPEN
    )
    proposed_for = models.DateField(_("proposed for"), null=True, blank=True)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    currency = CurrencyField(_("currency"))
    opened_at = models.DateTimeField(pgettext_lazy("count", "opened at"))
    opened_by = models.CharField(_("opened by"), max_length=150)
    counters = ArrayField(
        models.CharField(max_length=150),
        verbose_name=_("counted by"),
        default=list,
        blank=True,
    )
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    variance_amount = AmountField(_("value of the variance"), null=True, blank=True)
    needs_second_person = models.BooleanField(_("needs a second person"), default=False)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=150, blank=True, default="")
    cancelled_at = models.DateTimeField(
        pgettext_lazy("count", "called off at"), null=True, blank=True
    )
    cancel_reason = models.CharField(
        pgettext_lazy("count", "why called off"), max_length=200, blank=True, default=""
    )

    objects: ClassVar[CountSessionQuerySet] = CountSessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "proposed_for"],
                name="one_directed_count_per_place_and_day",
            ),
            models.CheckConstraint(
                condition=Q(kind="DIRECTED", zone="")
                | Q(kind="ZONE", proposed_for=None) & ~Q(zone=""),
                name="count_is_of_a_zone_or_directed",
            ),
            models.CheckConstraint(
                condition=Q(round__gte=1, round__lte=9),
                name="count_has_nine_rounds_at_most",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[_S.COUNTED, _S.APPROVED],
                    counted_at__isnull=False,
                    variance_amount__isnull=False,
                )
                | Q(status__in=BLIND, counted_at=None, variance_amount=None)
                | Q(status=_S.CANCELLED),
                name="count_is_counted_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=Q(status=_S.APPROVED, approved_at__isnull=False)
                & ~Q(approved_by="")
                | ~Q(status=_S.APPROVED) & Q(approved_at=None, approved_by=""),
                name="count_is_approved_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=Q(status=_S.CANCELLED, cancelled_at__isnull=False)
                & ~Q(cancel_reason="")
                | ~Q(status=_S.CANCELLED) & Q(cancelled_at=None, cancel_reason=""),
                name="count_is_called_off_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(needs_second_person=False)
                | Q(
                    IsNull(
                        Func(
                            F("counters"),
                            F("approved_by"),
                            function="array_position",
                            output_field=models.IntegerField(),
                        ),
                        True,
                    )
                ),
                name="large_variance_is_approved_by_somebody_else",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "status"], name="counts_of_a_place"),
            models.Index(
                fields=["store", "approved_at"],
                condition=Q(status=_S.APPROVED),
                name="approved_counts_of_a_place",
            ),
        ]
        triggers = [legal_steps("count", COUNT_STEPS)]

    def __str__(self) -> str:
        return self.number

    @property
    def is_blind(self) -> bool:
        """Whether nobody may be told what should be there."""
        return self.status in BLIND
