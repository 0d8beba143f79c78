"""Points: accounts, the lots they come in, and the ledger of every movement."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from loyalty.identity.models import Customer
from omniretail.kernel.actors import ActorKind
from omniretail.kernel.fields import AmountField
from omniretail.kernel.ledgers import append_only
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.states import Stateful, legal_steps


class Source(models.TextChoices):
    """What kind of business number a movement refers to."""

    ORDER = "ORDER", _("Order")
    FULFILMENT = "FULFILMENT", _("Fulfilment")
    RETURN = "RETURN", _("Return")
    GRANT = "GRANT", _("Gift")


class Account(models.Model):
    """A customer's points: spendable, waiting, and owed to us.

    Whoever owes points has none to spend: what comes in pays the debt first.
    """

    customer = models.OneToOneField(
        Customer, models.PROTECT, related_name="account", verbose_name=_("customer")
    )
    balance = models.IntegerField(_("points"), default=0)
    pending = models.IntegerField(_("waiting"), default=0)
    debt = models.IntegerField(_("owed"), default=0)

    objects: ClassVar[LockableQuerySet["Account"]] = LockableQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("points account")
        verbose_name_plural = _("points accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(balance__gte=0), name="points_balance_is_never_negative"
            ),
            models.CheckConstraint(
                condition=Q(pending__gte=0), name="waiting_points_are_never_negative"
            ),
            models.CheckConstraint(
                condition=Q(debt=0) | Q(debt__gt=0, balance=0),
                name="owing_points_means_having_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.balance}"


class LotQuerySet(LockableQuerySet["Lot"]):
    def to_activate(self, at: datetime) -> "LotQuerySet":
        """Waiting lots whose time has come, oldest first."""
        return self.filter(status=Lot.Status.PENDING, activates_at__lte=at).order_by(
            "activates_at", "id"
        )

    def to_expire(self, at: datetime) -> "LotQuerySet":
        """Spendable lots that have ended."""
        return self.filter(status=Lot.Status.ACTIVE, expires_at__lte=at).order_by(
            "expires_at", "id"
        )

    def to_spend(self) -> "LotQuerySet":
        """Spendable lots, soonest to end first."""
        return self.filter(status=Lot.Status.ACTIVE).order_by("expires_at", "id")


LOT_STEPS = {
    "PENDING": frozenset({"ACTIVE", "SPENT"}),
    "ACTIVE": frozenset({"SPENT", "EXPIRED"}),
    "SPENT": frozenset({"ACTIVE"}),
    "EXPIRED": frozenset({"ACTIVE"}),
}


class Lot(Stateful):
    """Points earned together: they wait, may be spent, and end together."""

    class Status(models.TextChoices):
        PENDING = "PENDING", pgettext_lazy("points", "Waiting")
        ACTIVE = "ACTIVE", _("Can be spent")
        SPENT = "SPENT", _("Used up")
        EXPIRED = "EXPIRED", pgettext_lazy("points", "Expired")

    TRANSITIONS = LOT_STEPS

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="lots", verbose_name=_("account")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.PENDING
    )
    points = models.IntegerField(_("points"))
    remaining = models.IntegerField(_("left"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    reference = models.CharField(_("reference"), max_length=80)
    order_number = models.CharField(_("order"), max_length=20, blank=True)
    created_at = models.DateTimeField(_("earned"))
    activates_at = models.DateTimeField(_("can be spent from"))
    expires_at = models.DateTimeField(_("ends"))

    objects: ClassVar[LotQuerySet] = LotQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("lot of points")
        verbose_name_plural = _("lots of points")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "reference"], name="one_lot_per_source_and_reference"
            ),
            models.CheckConstraint(condition=Q(points__gt=0), name="lot_has_points"),
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(remaining__lte=F("points")),
                name="lot_is_not_spent_beyond_its_size",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["PENDING", "ACTIVE"], remaining__gt=0)
                | Q(status__in=["SPENT", "EXPIRED"], remaining=0),
                name="lot_is_open_while_points_are_left",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("activates_at")),
                name="lot_ends_after_it_can_be_spent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["activates_at"], condition=Q(status="PENDING"), name="lots_waiting"
            ),
            models.Index(
                fields=["expires_at"], condition=Q(status="ACTIVE"), name="lots_ending"
            ),
            models.Index(fields=["order_number"], name="lots_by_order"),
        ]
        triggers = [legal_steps("lot", LOT_STEPS)]

    def __str__(self) -> str:
        return f"{self.reference}: {self.remaining}/{self.points}"


class Entry(models.Model):
    """One movement on an account; the ledger is never changed.

    `points`, `pending` and `debt` say by how much each of the account's three numbers
    changed.
    """

    class Kind(models.TextChoices):
        EARN = "EARN", _("Earned")
        ACTIVATE = "ACTIVATE", _("Became spendable")
        REDEEM = "REDEEM", _("Spent")
        REVERSE = "REVERSE", _("Given back")
        EXPIRE = "EXPIRE", pgettext_lazy("points", "Expired")
        CLAWBACK = "CLAWBACK", _("Taken back")
        DEBT = "DEBT", _("Owed")
        SETTLE = "SETTLE", _("Debt paid")

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="entries", verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    points = models.IntegerField(_("points"), default=0)
    pending = models.IntegerField(_("waiting"), default=0)
    debt = models.IntegerField(_("owed"), default=0)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    reference = models.CharField(_("reference"), max_length=80)
    order_number = models.CharField(_("order"), max_length=20, blank=True)
    reverses = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversals",
        verbose_name=_("gives back"),
    )
    actor_kind = models.CharField(
        _("by"), max_length=10, choices=[(kind, kind) for kind in ActorKind]
    )
    actor_key = models.CharField(_("by whom"), max_length=150)
    at = models.DateTimeField(_("at"))

    objects: ClassVar[LockableQuerySet["Entry"]] = LockableQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("points entry")
        verbose_name_plural = _("points entries")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "reference", "kind"],
                name="one_points_entry_per_source_reference_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="EARN", points=0, pending__gte=0, debt=0)
                | Q(kind="ACTIVATE", points__gt=0, pending=-F("points"), debt=0)
                | Q(kind="REDEEM", points__lt=0, pending=0, debt=0)
                | Q(kind="REVERSE", points__gt=0, pending=0, debt=0)
                | Q(kind="EXPIRE", points__lt=0, pending=0, debt=0)
                | Q(kind="CLAWBACK", points__lte=0, pending__lte=0, debt=0)
                | Q(kind="DEBT", points=0, pending=0, debt__gt=0)
                | Q(kind="SETTLE", points__lt=0, pending=0, debt=F("points")),
                name="points_entry_moves_what_its_kind_says",
            ),
            models.CheckConstraint(
                condition=Q(kind="REVERSE", reverses__isnull=False)
                | (~Q(kind="REVERSE") & Q(reverses=None)),
                name="points_are_given_back_for_a_redemption",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-at", "-id"], name="entries_by_account"),
            models.Index(fields=["order_number"], name="entries_by_order"),
        ]
        triggers = [append_only("points_entry")]

    def __str__(self) -> str:
        return f"{self.kind} {self.points or self.pending or self.debt} {self.reference}"


class LotUse(models.Model):
    """How much an entry took from a lot (negative) or gave back to it."""

    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="uses", verbose_name=_("entry")
    )
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="uses", verbose_name=_("lot"))
    points = models.IntegerField(_("points"))

    class Meta:
        verbose_name = _("use of a lot")
        verbose_name_plural = _("uses of lots")
        constraints = [
            models.UniqueConstraint(fields=["entry", "lot"], name="entry_uses_a_lot_once"),
            models.CheckConstraint(condition=~Q(points=0), name="lot_use_moves_points"),
        ]
        triggers = [append_only("lot_use")]

    def __str__(self) -> str:
        return f"{self.lot_id}: {self.points}"


class LinePoints(models.Model):
    """What an order line earned (positive), or lost again when it came back (negative).

    `base_amount` is the money the points were earned for; it is what makes a clawback
    exact, however many returns a line comes back in.
    """

    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="lines", verbose_name=_("entry")
    )
    order_number = models.CharField(_("order"), max_length=20)
    line = models.PositiveIntegerField(_("line"))
    base_amount = AmountField(_("earned for"))
    points = models.IntegerField(_("points"))

    class Meta:
        verbose_name = _("points of a line")
        verbose_name_plural = _("points of lines")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "line"], name="entry_names_a_line_once"
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0, base_amount__gte=0)
                | Q(points__lte=0, base_amount__lte=0),
                name="line_points_follow_their_money",
            ),
        ]
        indexes = [
            models.Index(fields=["order_number", "line"], name="line_points_by_line")
        ]
        triggers = [append_only("line_points")]

    def __str__(self) -> str:
        return f"{self.order_number}/{self.line}: {self.points}"
