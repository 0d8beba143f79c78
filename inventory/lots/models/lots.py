"""Lots, and how many units of each lie where."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar

from django.db import connection, models
from django.db.models import (
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.catalogue.models import Sku
from inventory.promises.models import Promise
from inventory.stock.models import SHELVES, Bucket, StockMovement
from omniretail.kernel.ledgers import append_only

_LOT = pgettext_lazy("goods", "lot")
NAMELESS = ""
"""The code of the lot of units that no lot accounts for."""

_PUT = """
    INSERT INTO inventory_lotpick AS k (store_id, lot_id, reference, line, units, at)
    SELECT %(store)s, l.id, %(reference)s, %(line)s, w.units, %(at)s
    FROM unnest(%(lots)s::text[], %(units)s::int[]) AS w(code, units)
    JOIN inventory_lot l ON l.sku_id = %(sku)s AND l.code = w.code
    ORDER BY l.id
    ON CONFLICT (reference, line, store_id, lot_id)
    DO UPDATE SET units = k.units + EXCLUDED.units, at = EXCLUDED.at
"""


class Lot(models.Model):
    """Units of one SKU that were made together and are good until the same day.

    Each SKU that keeps lots has one without a name and a date: units told by a feed or
    found in a count, and what was there before lots were kept.
    """

    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="+", db_index=False, verbose_name=_("SKU")
    )
    code = models.CharField(_LOT, max_length=20, blank=True, default=NAMELESS)
    expires_on = models.DateField(_("good until"), null=True, blank=True)

    class Meta:
        verbose_name = _LOT
        verbose_name_plural = pgettext_lazy("goods", "lots")
        constraints = [
            models.UniqueConstraint(
                fields=["sku", "code"], name="one_lot_per_sku_and_code"
            ),
            models.CheckConstraint(
                condition=Q(code=NAMELESS, expires_on=None)
                | (~Q(code=NAMELESS) & Q(expires_on__isnull=False)),
                name="lot_with_a_name_has_a_date",
            ),
        ]
        indexes = [models.Index(fields=["expires_on"], name="lots_by_their_last_day")]

    def __str__(self) -> str:
        return self.code or "–"


class LotLevelQuerySet(models.QuerySet["LotLevel"]):
    """Where units of lots lie."""

    def lying(self) -> "LotLevelQuerySet":
        """Rows with something in them."""
        return self.filter(units__gt=0)

    def named(self) -> "LotLevelQuerySet":
        """With SKU and place, and how many units of the lot lie in bags there."""
        picks = LotPick.objects.live().filter(lot=OuterRef("lot"), store=OuterRef("store"))
        bagged = picks.order_by().values("lot").annotate(sum=Sum("units")).values("sum")
        return self.select_related("lot__sku", "store").annotate(
            bagged=Coalesce(Subquery(bagged), 0)
        )

    def past_sale(self, moment: datetime) -> "LotLevelQuerySet":
        """Units on hand whose last day of sale is over where they lie."""
        today = models.Func(
            F("store__time_zone"),
            Value(moment, output_field=models.DateTimeField()),
            function="timezone",
            output_field=models.DateTimeField(),
        )
        needed = _must_be_good_until(Cast(today, DateField()))
        return self.lying().filter(bucket=Bucket.ON_HAND, lot__expires_on__lt=needed)

    def sold_until(self, day: date) -> "LotLevelQuerySet":
        """Units whose last day of sale is that day or an earlier one."""
        needed = _must_be_good_until(Value(day, output_field=DateField()))
        return self.filter(lot__expires_on__lte=needed)


def _must_be_good_until(day: Combinable) -> Combinable:
    """Until when units that are sold on that day must be good."""
    days_left = F("lot__sku__shelf_life_left_days")
    return ExpressionWrapper(day + days_left, output_field=DateField())


class LotLevel(models.Model):
    """So many units of a lot lie in one bucket of a place. Written by the database itself,
    whenever units of its SKU move (see `LotStep`)."""

    lot = models.ForeignKey(
        Lot,
        models.PROTECT,
        related_name="levels",
        db_index=False,
        verbose_name=_LOT,
    )
    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("place"),
    )
    bucket = models.CharField(
        _("where"),
        max_length=20,
        choices=[(bucket, Bucket(bucket).label) for bucket in SHELVES],
    )
    units = models.IntegerField(_("units"), db_default=0)

    objects: ClassVar[LotLevelQuerySet] = LotLevelQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("units of a lot")
        verbose_name_plural = _("units of lots")
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "store", "bucket"], name="one_row_per_lot_place_and_bucket"
            ),
            models.CheckConstraint(condition=Q(units__gte=0), name="lot_owes_no_units"),
            models.CheckConstraint(
                condition=Q(bucket__in=list(SHELVES)), name="lot_lies_in_a_place"
            ),
        ]
        indexes = [
            models.Index(
                fields=["store", "lot"], condition=Q(units__gt=0), name="lots_lying"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lot}: {self.units}"


class LotStep(models.Model):
    """So many units of a movement were of this lot. Written once, never changed.

    The database splits each movement of a SKU that keeps lots: over the lots that it
    names, else over those that are known to lie there, the first to expire first.
    """

    movement = models.ForeignKey(
        StockMovement,
        models.PROTECT,
        related_name="+",
        db_index=False,  # the unique pair begins with it
        verbose_name=_("movement"),
    )
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", verbose_name=_LOT)
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("step of a lot")
        verbose_name_plural = _("steps of lots")
        constraints = [
            models.UniqueConstraint(
                fields=["movement", "lot"], name="one_step_per_movement_and_lot"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="lot_step_moves_something"
            ),
        ]
        triggers = [append_only("lot_steps")]

    def __str__(self) -> str:
        return f"{self.lot_id}: {self.quantity}"


class LotPickQuerySet(models.QuerySet["LotPick"]):
    """Lots that were put into bags."""

    def live(self) -> "LotPickQuerySet":
        """Those whose promise is still kept: they lie in a bag."""
        kept = Promise.objects.live().filter(
            store=OuterRef("store"),
            sku=OuterRef("lot__sku"),
            reference=OuterRef("reference"),
            line=OuterRef("line"),
        )
        return self.filter(Exists(kept))

    def put(
        self,
        *,
        store: int,
        sku: int,
        lots: Mapping[str, int],
        reference: str,
        line: str,
        at: datetime,
    ) -> None:
        """Add units of lots, by code, to what lies in a bag for a line: one statement,
        however many lots."""
        with connection.cursor() as cursor:
            cursor.execute(
                _PUT,
                {
                    "store": store,
                    "sku": sku,
                    "reference": reference,
                    "line": line,
                    "at": at,
                    "lots": list(lots),
                    "units": list(lots.values()),
                },
            )


class LotPick(models.Model):
    """Units of this lot are what a promise will be kept with: they lie in a bag, and no
    other sale takes them. It counts while the promise is kept."""

    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("place"),
    )
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", verbose_name=_LOT)
    reference = models.CharField(_("reference"), max_length=100)
    line = models.CharField(_("line"), max_length=100)
    units = models.PositiveIntegerField(_("units"))
    at = models.DateTimeField(_("picked"))

    objects: ClassVar[LotPickQuerySet] = LotPickQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("picked lot")
        verbose_name_plural = _("picked lots")
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "line", "store", "lot"],
                name="one_pick_per_promise_and_lot",
            ),
            models.CheckConstraint(condition=Q(units__gt=0), name="lot_pick_has_units"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.line}: {self.units}"


def last_day_of_sale(expires_on: date, shelf_life_left_days: int) -> date:
    """The last day on which a unit may be sold."""
    return date.fromordinal(expires_on.toordinal() - shelf_life_left_days)
