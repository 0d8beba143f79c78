"""The double-entry movements that explain the levels."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, When, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.catalogue.models import Sku
from inventory.stock.models.buckets import SHELVES, Bucket
from inventory.stock.models.serial_steps import NAMED_MOVEMENTS
from omniretail.kernel.actors import ActorKind
from omniretail.kernel.ledgers import append_only
from omniretail.kernel.triggers import BindingTrigger


def _change(bucket: str) -> Combinable:
    """By how many units a movement changes one bucket."""
    return Case(
        When(target=bucket, then=F("quantity")),
        When(source=bucket, then=-F("quantity")),
        default=0,
        output_field=models.IntegerField(),
    )


_OF_A_LEVEL = BindingTrigger(
    name="movement_is_of_a_level",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="written"),
    func="""
        IF EXISTS (
            SELECT FROM written w WHERE NOT EXISTS (
                SELECT FROM inventory_stocklevel l
                WHERE l.store_id = w.store_id AND l.sku_id = w.sku_id OFFSET 0
            )
        ) THEN
            RAISE EXCEPTION 'this place has no level of this article'
                USING ERRCODE = 'foreign_key_violation',
                      CONSTRAINT = 'movement_is_of_a_level';
        END IF;
        RETURN NULL;
    """,
)
"""Levels stay where they are (`levels_stay`), and have keys to their place and SKU: one
look for all that a statement writes, in place of two keys checked for each row. `OFFSET 0`
keeps it a look-up for each, however many movements the plan was first made for."""

_SUMS = {column: Sum(_change(bucket)) for bucket, column in SHELVES.items()}


class StockMovementQuerySet(models.QuerySet["StockMovement"]):
    """Movements as they happened in the shop."""

    def of_level(self, store_code: str, sku_code: str) -> "StockMovementQuerySet":
        return self.filter(store__code=store_code, sku__code=sku_code)

    def until(self, moment: object) -> "StockMovementQuerySet":
        """What had happened by then; without a moment, everything."""
        return self if moment is None else self.filter(at__lte=moment)

    def with_balances(self) -> "StockMovementQuerySet":
        """Each movement of one level with what lay in each bucket right after it.

        The balance runs from the first movement on: only later ones may be left out.
        """
        return self.annotate(
            **{
                f"{column}_after": Window(
                    Sum(_change(bucket)), order_by=[F("at").asc(), F("id").asc()]
                )
                for bucket, column in SHELVES.items()
            }
        )

    def with_changes(self) -> "StockMovementQuerySet":
        """Each movement with how it changed each bucket of its place."""
        return self.annotate(
            **{f"{column}_change": _change(bucket) for bucket, column in SHELVES.items()}
        )

    def looks(self) -> "StockMovementQuerySet":
        """What somebody said of a whole level, and nobody took back."""
        said = self.filter(kind__in=OBSERVATIONS, reversals=None)
        return said.exclude(reason__in=NOT_LOOKED)

    def with_reversals(self) -> "StockMovementQuerySet":
        """Each movement with the key of the one that took it back, if one did."""
        reversal = StockMovement.objects.filter(reverses=OuterRef("pk")).values("pk")
        return self.annotate(reversed_by=Subquery(reversal))

    def sums(self) -> dict[str, int]:
        """What lies in each bucket of one level after these movements."""
        totals = self.aggregate(**_SUMS)
        return {column: total or 0 for column, total in totals.items()}

    def sums_of_levels(self) -> dict[tuple[str, str], dict[str, int]]:
        """The same for each level (place, SKU) that these movements are of."""
        rows = self.order_by().values_list("store__code", "sku__code").annotate(**_SUMS)
        return {
            (store, sku): dict(zip(_SUMS, sums, strict=True)) for store, sku, *sums in rows
        }


class StockMovement(models.Model):
    """Units went from one bucket to another. Written once, never changed (law S6).

    `at` is the moment it was observed in the shop: the scan on a tablet without network
    counts, not the minute it arrived; `recorded_at` is when it was written down. The kind
    is the cause, the reference what caused it. What was wrong is reversed by a new
    movement that points back at it.
    """

    class Kind(models.TextChoices):
        RECEIPT = "RECEIPT", pgettext_lazy("goods", "receipt")
        SALE = "SALE", _("sale")
        RETURN = "RETURN", _("return")
        ADJUSTMENT = "ADJUSTMENT", _("adjustment")
        SHORT_PICK = "SHORT_PICK", _("short pick")
        FOUND = "FOUND", _("found")
        FEED = "FEED", _("feed")
        MOVE = "MOVE", _("moved within the place")
        TRANSFER = "TRANSFER", pgettext_lazy("stock", "transfer")
        LOSS = "LOSS", _("lost on the way")
        REVERSAL = "REVERSAL", _("reversal")
        WRITE = "WRITE", _("level told from outside")
        DELTA = "DELTA", _("change told from outside")

    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,  # its level has one: see `movement_is_of_a_level`
        verbose_name=_("place"),
    )
    sku = models.ForeignKey(
        Sku,
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("SKU"),
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    source = models.CharField(
        pgettext_lazy("stock", "from"), max_length=20, choices=Bucket.choices
    )
    target = models.CharField(_("to"), max_length=20, choices=Bucket.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reference = models.CharField(_("reference"), max_length=100)
    line = models.CharField(_("line"), max_length=120, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    serials = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("serial numbers"),
        blank=True,
        default=list,
        db_default=[],
    )
    actor_kind = models.CharField(
        _("actor"), max_length=10, choices=[(kind, kind) for kind in ActorKind]
    )
    actor_key = models.CharField(_("actor key"), max_length=150)
    reverses = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversals",
        db_index=False,
        verbose_name=_("reverses"),
    )
    # Units by lot, where somebody said which: a JSON object of codes and units.
    lots = models.JSONField(pgettext_lazy("goods", "lots"), null=True, blank=True)
    at = models.DateTimeField(_("observed"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())

    objects: ClassVar[StockMovementQuerySet] = StockMovementQuerySet.as_manager()  # type: ignore[assignment]

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
                condition=Q(serials__len__lte=F("quantity")),
                name="movement_names_no_more_than_it_moves",
            ),
            models.CheckConstraint(
                condition=Q(source__in=Bucket.values, target__in=Bucket.values),
                name="movement_is_between_known_buckets",
            ),
            models.CheckConstraint(
                condition=~Q(reference=""), name="movement_has_a_reference"
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
                name="movement_is_reversed_at_most_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="REVERSAL", reverses__isnull=False)
                | (~Q(kind="REVERSAL") & Q(reverses=None)),
                name="reversal_points_at_what_it_reverses",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "sku", "at", "id"], name="movements_of_a_level"),
        ]
        triggers = [append_only("movements"), NAMED_MOVEMENTS, _OF_A_LEVEL]

    def __str__(self) -> str:
        way = f"{self.get_source_display()} → {self.get_target_display()}"
        return f"{self.get_kind_display()} {self.quantity}: {way}"


CORRECTIONS: tuple[str, ...] = (
    StockMovement.Kind.ADJUSTMENT,
    StockMovement.Kind.SHORT_PICK,
    StockMovement.Kind.FOUND,
    StockMovement.Kind.FEED,
    StockMovement.Kind.WRITE,
)
"""Kinds of movement that, against shrinkage, carry no goods: they say what is there."""

OBSERVATIONS: tuple[str, ...] = (
    StockMovement.Kind.ADJUSTMENT,
    StockMovement.Kind.FEED,
    StockMovement.Kind.WRITE,
)
"""Kinds that say it of the whole level: what was seen before them is out of date."""

SOLD_MEANWHILE = "SOLD_MEANWHILE"
"""Why units of a promise that a till had sold are written off when it ends."""

SEEN_BEFORE = "SEEN_BEFORE"
"""Why goods told of late are put back, or taken out: a look at the shelf had seen it."""

NOT_LOOKED = (SOLD_MEANWHILE, SEEN_BEFORE)
"""Reasons for adjustments that nobody looked at the shelf for: what was seen before them
stands."""
