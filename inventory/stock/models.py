"""Levels and the double-entry movements that explain them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.catalogue.models import Sku
from omniretail.kernel.actors import ActorKind
from omniretail.kernel.ledgers import append_only
from omniretail.kernel.locking import LockableQuerySet

_SHIFT = """
    WITH wanted AS (
        SELECT * FROM unnest(%(levels)s::bigint[], %(on_hand)s::int[], %(reserved)s::int[])
            AS w(id, on_hand, reserved)
    ), taken AS (
        SELECT l.id, w.on_hand, w.reserved
        FROM inventory_stocklevel l JOIN wanted w USING (id)
        WHERE {guard}
        ORDER BY l.id
        FOR NO KEY UPDATE OF l
    )
    UPDATE inventory_stocklevel l
    SET on_hand = l.on_hand + t.on_hand,
        reserved = l.reserved + t.reserved,
        changed_at = %(at)s
    FROM taken t WHERE l.id = t.id
    RETURNING l.id, l.on_hand, l.reserved, l.available_to_promise
"""
_PROMISED = _SHIFT.format(guard="l.available_to_promise >= w.reserved")
_SHIFTED = _SHIFT.format(guard="l.on_hand + w.on_hand >= l.reserved + w.reserved")
_OPENED = """
    INSERT INTO inventory_stocklevel (store_id, sku_id)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS w(store_id, sku_id)
    ORDER BY store_id, sku_id
    ON CONFLICT DO NOTHING
"""


class Bucket(models.TextChoices):
    """Where units are; a movement takes them from one bucket to another."""

    SUPPLIER = "SUPPLIER", _("supplier")
    ON_HAND = "ON_HAND", _("on hand")
    CUSTOMER = "CUSTOMER", _("customer")
    QUARANTINE = "QUARANTINE", _("quarantine")
    DAMAGED = "DAMAGED", _("damaged")
    IN_TRANSIT = "IN_TRANSIT", _("in transit")
    SHRINKAGE = "SHRINKAGE", _("shrinkage")


@dataclass(frozen=True)
class Shift:
    """By how much one level is to change."""

    level: int
    on_hand: int = 0
    reserved: int = 0


@dataclass(frozen=True)
class Figures:
    """What a level says right after it changed."""

    on_hand: int
    reserved: int
    available_to_promise: int


class StockLevelQuerySet(LockableQuerySet["StockLevel"]):
    """Levels, and the only statements that change them.

    Each takes its rows in key order and decides and writes in one statement. A level
    that cannot do what is asked is left alone and is missing from the answer.
    """

    def promise(self, shifts: Sequence[Shift], *, at: datetime) -> dict[int, Figures]:
        """Reserve units where that many are available to promise."""
        return _run(_PROMISED, shifts, at)

    def shift(self, shifts: Sequence[Shift], *, at: datetime) -> dict[int, Figures]:
        """Move units in or out where what is reserved stays covered."""
        return _run(_SHIFTED, shifts, at)

    def open(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Make sure that a level exists for each place and SKU."""
        with connection.cursor() as cursor:
            cursor.execute(_OPENED, [[p[0] for p in pairs], [p[1] for p in pairs]])


def _run(sql: str, shifts: Sequence[Shift], at: datetime) -> dict[int, Figures]:
    parameters: dict[str, Any] = {
        "levels": [shift.level for shift in shifts],
        "on_hand": [shift.on_hand for shift in shifts],
        "reserved": [shift.reserved for shift in shifts],
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return {row[0]: Figures(*row[1:]) for row in cursor.fetchall()}


class StockLevel(models.Model):
    """How much of one SKU one place has, keeps for somebody, and may still promise."""

    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("place"),
    )
    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="levels", verbose_name=_("SKU")
    )
    on_hand = models.IntegerField(_("on hand"), db_default=0)
    reserved = models.IntegerField(_("reserved"), db_default=0)
    safety_stock = models.IntegerField(_("safety stock"), db_default=0)
    available_to_promise = models.GeneratedField(
        expression=F("on_hand") - F("reserved") - F("safety_stock"),
        output_field=models.IntegerField(),
        db_persist=True,
        verbose_name=_("available to promise"),
    )
    changed_at = models.DateTimeField(_("changed"), db_default=Now())

    objects: ClassVar[StockLevelQuerySet] = StockLevelQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "sku"], name="one_level_per_place_and_sku"
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("on_hand")),
                name="reserved_is_between_zero_and_on_hand",
            ),
            models.CheckConstraint(
                condition=Q(safety_stock__gte=0), name="safety_stock_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id}/{self.sku_id}: {self.on_hand}"


class StockMovement(models.Model):
    """Units went from one bucket to another. Written once, never changed (law S6)."""

    class Kind(models.TextChoices):
        RECEIPT = "RECEIPT", pgettext_lazy("goods", "receipt")
        SALE = "SALE", _("sale")
        RETURN = "RETURN", _("return")
        ADJUSTMENT = "ADJUSTMENT", _("adjustment")
        SHORT_PICK = "SHORT_PICK", _("short pick")
        FOUND = "FOUND", _("found")
        FEED = "FEED", _("feed")

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
    quantity = models.PositiveIntegerField(_("quantity"))
    source = models.CharField(
        pgettext_lazy("stock", "from"), max_length=10, choices=Bucket.choices
    )
    target = models.CharField(_("to"), max_length=10, choices=Bucket.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reference = models.CharField(_("reference"), max_length=100)
    line = models.CharField(_("line"), max_length=120, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    actor_kind = models.CharField(
        _("actor"), max_length=10, choices=[(kind, kind) for kind in ActorKind]
    )
    actor_key = models.CharField(_("actor key"), max_length=150)
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "reference", "store", "sku", "line"],
                name="one_movement_per_reference_place_sku_and_line",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="movement_moves_something"
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="movement_goes_somewhere_else"
            ),
            models.CheckConstraint(
                condition=Q(source__in=Bucket.values, target__in=Bucket.values),
                name="movement_is_between_known_buckets",
            ),
            models.CheckConstraint(
                condition=~Q(reference=""), name="movement_has_a_reference"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "sku", "at", "id"], name="movements_of_a_level"),
            models.Index(fields=["sku", "at"], name="movements_of_a_sku"),
        ]
        triggers = [append_only("movements")]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}: {self.source} > {self.target}"
