"""A promise: units of one SKU at one place, kept for somebody."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models import Sku
from inventory.promises.models.guards import LIVE as LIVE
from inventory.promises.models.guards import STEPS as STEPS
from inventory.promises.models.guards import TRIGGERS
from inventory.promises.statements import (
    FIRST_COME,
    HELD_BY_OWNERS,
    LIVE_REFERENCES,
    ONE_AT_A_TIME,
    REFERENCES_HELD,
    TURN_TO_GIVE_WAY,
)
from inventory.promises.statements import Decision as Decision
from inventory.promises.statements import Intent as Intent
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.prepared import prepared
from omniretail.kernel.states import Stateful

_IN_RANKING = Func(
    F("ranking"),
    F("store"),
    function="array_position",
    output_field=models.IntegerField(),
)


class PromiseQuerySet(LockableQuerySet["Promise"]):
    def first_come(
        self,
        intents: Sequence[Intent],
        *,
        channel: str | None,
        ends_at: datetime,
        at: datetime,
    ) -> list[Decision]:
        """Hold for each intent what the channel may still sell when its turn comes.

        One statement takes the levels in key order, decides in order of arrival and
        writes: behind one that is too large a smaller one may still be kept. Answers come
        in the order of the intents.
        """
        parameters: dict[str, Any] = {
            "levels": [intent.level for intent in intents],
            "units": [intent.units for intent in intents],
            "owners": [intent.owner for intent in intents],
            "references": [intent.reference for intent in intents],
            "channel": channel,
            "ends_at": ends_at,
            "at": at,
        }
        return [Decision(*row[1:]) for row in prepared(FIRST_COME, parameters)]

    def one_at_a_time(self, owners: Iterable[str]) -> None:
        """Let nobody else hold for these owners until this transaction has ended."""
        prepared(ONE_AT_A_TIME, {"owners": list(owners)})

    def references_held(self, owner: str, *, or_under: str, at: datetime) -> set[str]:
        """The reservations an owner has now; with this one, whoever has it."""
        asked = {"owner": owner, "reference": or_under, "at": at}
        found = prepared(REFERENCES_HELD, asked)
        return {reference for (reference,) in found}

    def references_held_by(self, owners: Iterable[str], *, at: datetime) -> dict[str, int]:
        """How many reservations each owner has; none, no entry."""
        return dict(prepared(HELD_BY_OWNERS, {"owners": sorted(set(owners)), "at": at}))

    def live_among(self, references: Iterable[str]) -> set[str]:
        """Those of these references that reserve stock."""
        found = prepared(LIVE_REFERENCES, {"references": sorted(set(references))})
        return {reference for (reference,) in found}

    def live(self) -> "PromiseQuerySet":
        """Promises that still reserve stock."""
        return self.filter(status__in=LIVE)

    def live_then(self, moment: object) -> "PromiseQuerySet":
        """Promises that reserved stock at that moment."""
        is_open = Q(ended_at=None) | Q(ended_at__gt=moment)
        return self.filter(is_open, created_at__lte=moment)

    def weakest(self, most: int) -> "PromiseQuerySet":
        """So many of each level that nobody picks yet and that do not lack all they keep:
        provisional before fixed, held before allocated (or being paid for), the latest
        first."""
        rows = self.live().filter(picked_at=None, uncovered__lt=F("quantity"))
        return rows.annotate(turn=TURN_TO_GIVE_WAY).filter(turn__lte=most)

    def overdue(self, moment: object) -> "PromiseQuerySet":
        """Holds whose end has passed and whose payment is not under way."""
        return self.filter(status="HELD", ends_at__lte=moment, payment_in_flight=False)


class Promise(Stateful):
    """One row from hold to end: never two rows that must cancel out.

    HELD has an end. ALLOCATED belongs to an order line and never expires. The three
    ends are CONSUMED (handed over, shipped, sold), RELEASED and EXPIRED. A line that wants
    a kit has a row for each part of it, all of the same number of kits.

    A provisional promise may be moved to any place of its ranking until somebody picks
    it; a fixed one must stand where it stands. `uncovered` units of it were sold over a
    till: it is kept all the same until somebody has looked, or the customer was asked.
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
    kit = models.ForeignKey(
        Sku,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("kit"),
    )
    per_kit = models.PositiveIntegerField(_("units in one kit"), db_default=1)
    quantity = models.PositiveIntegerField(_("quantity"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    owner = models.CharField(_("owner"), max_length=120)
    reference = models.CharField(_("reference"), max_length=100)
    line = models.CharField(_("line"), max_length=100)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    extended_at = models.DateTimeField(_("extended"), null=True, blank=True)
    payment_in_flight = models.BooleanField(_("payment under way"), default=False)
    channel = models.CharField(_("channel"), max_length=20, blank=True, db_default="")
    # What the channel could still have had right after: the evidence of law S9.
    spare = models.IntegerField(_("left for the channel"), null=True, blank=True)
    from_safety_stock = models.BooleanField(_("from safety stock too"), default=False)
    # What stayed promised when a part of the units left.
    rest_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="rests",
        verbose_name=_("rest of"),
    )
    is_provisional = models.BooleanField(_("may be moved"), db_default=False, default=False)
    ranking = ArrayField(
        models.BigIntegerField(), verbose_name=_("places"), null=True, blank=True
    )
    uncovered = models.PositiveIntegerField(
        _("sold over a till meanwhile"), db_default=0, default=0
    )
    picked_at = models.DateTimeField(_("being picked since"), null=True, blank=True)
    created_at = models.DateTimeField(_("made"))
    allocated_at = models.DateTimeField(_("made firm"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects: ClassVar[PromiseQuerySet] = PromiseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "line"],
                condition=Q(status__in=LIVE, kit=None),
                name="one_live_promise_per_reference_and_line",
            ),
            models.UniqueConstraint(
                fields=["reference", "line", "sku"],
                condition=Q(status__in=LIVE, kit__isnull=False),
                name="one_live_promise_per_part_of_a_line",
            ),
            models.CheckConstraint(
                condition=Q(kit=None, per_kit=1) | Q(kit__isnull=False, per_kit__gte=1),
                name="promise_counts_kits_for_parts_only",
            ),
            models.CheckConstraint(
                condition=Q(kit=None) | Q(is_provisional=False),
                name="kit_stays_where_its_parts_stand",
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
                condition=~Q(status="ALLOCATED") | Q(allocated_at__isnull=False),
                name="allocation_says_since_when",
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
            models.CheckConstraint(
                condition=Q(spare__isnull=False, spare__gte=0)
                | Q(spare=None, from_safety_stock=True)
                | Q(spare=None, rest_of__isnull=False),
                name="promise_says_what_it_left_its_channel",
            ),
            models.CheckConstraint(
                condition=Q(is_provisional=False, ranking=None)
                | Q(IsNull(_IN_RANKING, False), is_provisional=True),
                name="provisional_promise_stands_on_one_of_its_places",
            ),
            models.CheckConstraint(
                condition=Q(uncovered__lte=F("quantity")),
                name="promise_lacks_no_more_than_it_keeps",
            ),
            models.CheckConstraint(
                condition=Q(picked_at=None) | ~Q(status="HELD"),
                name="only_what_is_allocated_is_picked",
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
            models.Index(
                fields=["owner"], condition=Q(status="HELD"), name="holds_of_an_owner"
            ),
        ]
        triggers = TRIGGERS

    @property
    def wanted(self) -> int:
        """Units of what the line asked for: of the kit, if it is a part of one."""
        return self.quantity // self.per_kit

    def like(self, **changes: Any) -> "Promise":
        """A new row that says what this one says, but for the changes."""
        names = [field.attname for field in self._meta.concrete_fields[1:]]
        return Promise(**{name: getattr(self, name) for name in names} | changes)

    def __str__(self) -> str:
        return f"{self.reference} {self.line}: {self.quantity} {self.status}"
