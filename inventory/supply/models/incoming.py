"""What is still to come, and what of it is promised by date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models import Sku
from inventory.supply.models.purchases import PurchaseOrderLine
from inventory.supply.models.transfers import TransferLine
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.states import Stateful, legal_steps

_TAKE = """
    WITH wanted AS (
        SELECT * FROM unnest(%(stores)s::bigint[], %(skus)s::bigint[], %(units)s::int[])
            AS w(store_id, sku_id, units)
    ), open AS (
        SELECT i.id, i.store_id, i.sku_id, i.expected_at, i.units - i.promised AS free,
               w.units AS wanted
        FROM inventory_incomingline i JOIN wanted w USING (store_id, sku_id)
        WHERE i.units > i.promised AND i.expected_at > %(at)s
        ORDER BY i.id FOR NO KEY UPDATE OF i
    ), ranked AS (
        SELECT *, SUM(free) OVER (
            PARTITION BY store_id, sku_id ORDER BY expected_at, id
        ) - free AS before FROM open
    ), taken AS (
        SELECT id, store_id, sku_id, LEAST(free, wanted - before)::int AS units
        FROM ranked WHERE before < wanted
    ), short AS (
        SELECT FROM wanted w LEFT JOIN (
            SELECT store_id, sku_id, SUM(units) AS units FROM taken
            GROUP BY store_id, sku_id
        ) t USING (store_id, sku_id)
        WHERE COALESCE(t.units, 0) < w.units
    )
    UPDATE inventory_incomingline i SET promised = i.promised + t.units
    FROM taken t WHERE i.id = t.id AND NOT EXISTS (SELECT FROM short)
    RETURNING i.id, i.store_id, i.sku_id, i.expected_at, t.units
"""

DATED_STEPS: Mapping[str, frozenset[str]] = {
    "WAITING": frozenset({"ALLOCATED", "BROKEN", "CANCELLED"}),
}


@dataclass(frozen=True)
class Taken:
    """Units that were just promised of one row."""

    row: int
    store: int
    sku: int
    expected_at: datetime
    units: int


class IncomingLineQuerySet(LockableQuerySet["IncomingLine"]):
    """What is still to come."""

    def take(self, wanted: Sequence[tuple[int, int, int]], *, at: datetime) -> list[Taken]:
        """Promise units (place, SKU, how many) of what comes first; all or nothing.

        What is overdue has no date to promise. Rows are taken in key order, and decision
        and write are one statement.
        """
        columns: dict[str, Any] = {
            "stores": [store for store, _sku, _units in wanted],
            "skus": [sku for _store, sku, _units in wanted],
            "units": [units for _store, _sku, units in wanted],
            "at": at,
        }
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, columns)
            return [Taken(*row) for row in cursor.fetchall()]


class IncomingLine(models.Model):
    """Units of one SKU that an open document will bring to a place, and how many of them
    are promised to somebody. No more is ever promised than is to come."""

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
    order_line = models.OneToOneField(
        PurchaseOrderLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incoming",
        verbose_name=_("purchase order line"),
    )
    transfer_line = models.OneToOneField(
        TransferLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incoming",
        verbose_name=_("transfer line"),
    )
    expected_at = models.DateTimeField(_("expected"))
    units = models.PositiveIntegerField(_("to come"))
    promised = models.PositiveIntegerField(_("promised"), default=0)

    objects: ClassVar[IncomingLineQuerySet] = IncomingLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("incoming line")
        verbose_name_plural = _("incoming lines")
        constraints = [
            models.CheckConstraint(
                condition=Q(promised__lte=F("units")),
                name="no_more_is_promised_than_is_to_come",
            ),
            models.CheckConstraint(
                condition=Q(order_line__isnull=True, transfer_line__isnull=False)
                | Q(order_line__isnull=False, transfer_line__isnull=True),
                name="incoming_line_comes_with_one_document",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sku", "store", "expected_at"],
                condition=Q(units__gt=0),
                name="incoming_of_a_sku",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id}/{self.sku_id}: {self.units}"


class DatedPromiseQuerySet(LockableQuerySet["DatedPromise"]):
    """Promises by date."""

    def waiting(self) -> "DatedPromiseQuerySet":
        """Promises whose goods have not come yet."""
        return self.filter(status="WAITING")


class DatedPromise(Stateful):
    """Units of what is to come, kept for somebody by a date: a pre-order, a back-order.

    When the goods come it becomes an allocation; when they do not, it is broken and
    told.
    """

    class Status(models.TextChoices):
        WAITING = "WAITING", _("waits for the goods")
        ALLOCATED = "ALLOCATED", _("goods have come")
        BROKEN = "BROKEN", _("cannot be kept")
        CANCELLED = "CANCELLED", _("not wanted any more")

    TRANSITIONS = DATED_STEPS

    incoming = models.ForeignKey(
        IncomingLine, models.PROTECT, related_name="promises", verbose_name=_("comes with")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    owner = models.CharField(_("owner"), max_length=120)
    reference = models.CharField(_("reference"), max_length=100)
    line = models.CharField(_("line"), max_length=60)
    promised_for = models.DateTimeField(_("promised for"))
    created_at = models.DateTimeField(_("made"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects: ClassVar[DatedPromiseQuerySet] = DatedPromiseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("dated promise")
        verbose_name_plural = _("dated promises")
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "line", "incoming"],
                condition=Q(status="WAITING"),
                name="one_waiting_promise_per_reference_line_and_delivery",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="dated_promise_keeps_something"
            ),
            models.CheckConstraint(
                condition=~Q(owner="") & ~Q(reference="") & ~Q(line=""),
                name="dated_promise_has_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(status="WAITING", ended_at=None)
                | ~Q(status="WAITING") & Q(ended_at__isnull=False),
                name="dated_promise_is_ended_when_it_says_so",
            ),
        ]
        indexes = [
            models.Index(fields=["reference"], name="dated_promises_of_a_reference"),
            models.Index(
                fields=["incoming", "created_at", "id"],
                condition=Q(status="WAITING"),
                name="dated_promises_in_line",
            ),
        ]
        triggers = [legal_steps("dated_promise", DATED_STEPS)]

    def __str__(self) -> str:
        return f"{self.reference} {self.line}: {self.quantity} {self.status}"
