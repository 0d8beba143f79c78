"""Goods that go from one place to another."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.catalogue.models import Sku
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.states import Stateful, legal_steps

_ARRIVE = """
    WITH come AS (
        SELECT * FROM unnest(
            %(lines)s::bigint[], %(received)s::int[], %(lost)s::int[]
        ) AS c(id, received, lost)
    ), taken AS (
        SELECT l.id, c.received, c.lost
        FROM inventory_transferline l JOIN come c USING (id)
        WHERE l.received + c.received + l.lost + c.lost <= l.dispatched
          AND l.lost + c.lost >= 0
        ORDER BY l.id FOR NO KEY UPDATE OF l
    )
    UPDATE inventory_transferline l
    SET received = l.received + t.received, lost = l.lost + t.lost
    FROM taken t WHERE l.id = t.id
    RETURNING l.id
"""


class TransferStatus(models.TextChoices):
    """How far a transfer is."""

    REQUESTED = "REQUESTED", pgettext_lazy("goods", "requested")
    APPROVED = "APPROVED", _("approved")
    DISPATCHED = "DISPATCHED", _("on its way")
    PARTLY_RECEIVED = "PARTLY_RECEIVED", _("partly received")
    RECEIVED = "RECEIVED", pgettext_lazy("goods", "received")
    CLOSED_SHORT = "CLOSED_SHORT", _("closed with a loss")
    CANCELLED = "CANCELLED", pgettext_lazy("goods", "cancelled")


_T = TransferStatus

TRANSFER_STEPS: Mapping[str, frozenset[str]] = {
    _T.REQUESTED: frozenset({_T.APPROVED, _T.CANCELLED}),
    _T.APPROVED: frozenset({_T.DISPATCHED, _T.CANCELLED}),
    _T.DISPATCHED: frozenset({_T.PARTLY_RECEIVED, _T.RECEIVED, _T.CLOSED_SHORT}),
    _T.PARTLY_RECEIVED: frozenset({_T.RECEIVED, _T.CLOSED_SHORT}),
    _T.CLOSED_SHORT: frozenset({_T.RECEIVED}),
    _T.RECEIVED: frozenset(),
    _T.CANCELLED: frozenset(),
}
IN_TRANSIT = (_T.DISPATCHED, _T.PARTLY_RECEIVED)
SENT = (*IN_TRANSIT, _T.RECEIVED, _T.CLOSED_SHORT)


class TransferQuerySet(LockableQuerySet["Transfer"]):
    """Transfers."""

    def in_transit(self) -> "TransferQuerySet":
        """Transfers whose goods are, or should be, on the road."""
        return self.filter(status__in=IN_TRANSIT)

    def touching(self, store_code: str) -> "TransferQuerySet":
        """Transfers that leave or reach a place."""
        return self.filter(Q(source__code=store_code) | Q(target__code=store_code))


class Transfer(Stateful):
    """Goods that one place sends to another."""

    Status = TransferStatus
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = TRANSFER_STEPS

    number = models.CharField(_("number"), max_length=32, unique=True)
    source = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("stock", "from"),
    )
    target = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="+", verbose_name=_("to")
    )
    status = models.CharField(
        _("status"), max_length=16, choices=TransferStatus.choices, default=_T.REQUESTED
    )
    needs_second_person = models.BooleanField(_("needs a second person"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    due_at = models.DateTimeField(_("wanted by"))
    requested_at = models.DateTimeField(_("requested at"))
    requested_by = models.CharField(_("requested by"), max_length=150)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=150, blank=True, default="")
    dispatched_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    dispatched_by = models.CharField(_("sent by"), max_length=150, blank=True, default="")
    expected_at = models.DateTimeField(_("expected"), null=True, blank=True)
    settled_by = models.CharField(
        _("loss recorded by"), max_length=150, blank=True, default=""
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    close_reason = models.CharField(_("why closed"), max_length=200, blank=True, default="")

    objects: ClassVar[TransferQuerySet] = TransferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="transfer_goes_somewhere_else"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[_T.APPROVED, *SENT], approved_at__isnull=False)
                & ~Q(approved_by="")
                | Q(status=_T.REQUESTED, approved_at=None, approved_by="")
                | Q(status=_T.CANCELLED),
                name="transfer_is_approved_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=Q(needs_second_person=False) | ~Q(approved_by=F("requested_by")),
                name="large_transfer_is_approved_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(needs_second_person=False)
                | Q(settled_by="")
                | ~Q(settled_by=F("dispatched_by")),
                name="large_loss_is_recorded_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=SENT, dispatched_at__isnull=False, expected_at__isnull=False
                )
                & ~Q(dispatched_by="")
                | ~Q(status__in=SENT)
                & Q(dispatched_at=None, expected_at=None, dispatched_by=""),
                name="transfer_is_sent_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[_T.RECEIVED, _T.CLOSED_SHORT, _T.CANCELLED],
                    closed_at__isnull=False,
                )
                | ~Q(status__in=[_T.RECEIVED, _T.CLOSED_SHORT, _T.CANCELLED])
                & Q(closed_at=None),
                name="transfer_is_closed_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[_T.CLOSED_SHORT, _T.CANCELLED])
                | ~Q(close_reason=""),
                name="transfer_closed_early_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["source", "status"], name="transfers_from_a_place"),
            models.Index(fields=["target", "status"], name="transfers_to_a_place"),
        ]
        triggers = [legal_steps("transfer", TRANSFER_STEPS)]

    def __str__(self) -> str:
        return self.number


class TransferLineQuerySet(LockableQuerySet["TransferLine"]):
    """What a transfer moves."""

    def arrive(self, come: Sequence[tuple[int, int, int]]) -> set[int]:
        """Count units received and lost where so many are on the road; answers the
        lines that could. A loss below zero finds units that were lost before."""
        columns = {
            "lines": [line for line, _received, _lost in come],
            "received": [received for _line, received, _lost in come],
            "lost": [lost for _line, _received, lost in come],
        }
        with connection.cursor() as cursor:
            cursor.execute(_ARRIVE, columns)
            return {row[0] for row in cursor.fetchall()}


class TransferLine(models.Model):
    """Units of one SKU in a transfer: asked for, granted, sent, come, lost (law S5)."""

    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="lines", verbose_name=_("transfer")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    requested = models.PositiveIntegerField(pgettext_lazy("goods", "requested"))
    approved = models.PositiveIntegerField(_("approved"), default=0)
    dispatched = models.PositiveIntegerField(_("sent"), default=0)
    received = models.PositiveIntegerField(pgettext_lazy("goods", "received"), default=0)
    lost = models.PositiveIntegerField(_("lost"), default=0)

    objects: ClassVar[TransferLineQuerySet] = TransferLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("transfer line")
        verbose_name_plural = _("transfer lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "sku"], name="transfer_names_a_sku_once"
            ),
            models.CheckConstraint(
                condition=Q(requested__gt=0), name="transfer_line_asks_for_something"
            ),
            models.CheckConstraint(
                condition=Q(approved__lte=F("requested"), dispatched__lte=F("approved")),
                name="no_more_is_sent_than_approved_and_requested",
            ),
            models.CheckConstraint(
                condition=Q(dispatched__gte=F("received") + F("lost")),
                name="no_more_arrives_than_was_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}/{self.position}"

    @property
    def in_transit(self) -> int:
        """Units that are at neither end."""
        return self.dispatched - self.received - self.lost
