"""Serial numbers: which unit it is, where it is, and how it came there."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.catalogue.models import Sku
from inventory.stock.models.buckets import SHELVES, Bucket
from inventory.stock.models.movements import StockMovement
from inventory.stock.models.serial_steps import NO_BARCODE, STEPS
from inventory.stock.serial_numbers import PATTERN
from omniretail.kernel.actors import ActorKind
from omniretail.kernel.ledgers import append_only
from omniretail.kernel.locking import LockableQuerySet


class SerialQuerySet(LockableQuerySet["Serial"]):
    """Units that have a name."""

    def at(self, store_code: str, sku_code: str) -> "SerialQuerySet":
        """Those of a SKU that lie in a place, in whichever bucket."""
        return self.filter(store__code=store_code, sku__code=sku_code)

    def on_the_way(self, transfer: str) -> "SerialQuerySet":
        """Those that are on the road with a transfer."""
        return self.filter(bucket=Bucket.IN_TRANSIT, reference=transfer)


class Serial(models.Model):
    """One unit of a SKU, told from all others by its number, and where it is now.

    It is in one place: a bucket of a place, or one of the buckets outside. What is in
    shrinkage is nowhere: never seen, or missing. The steps say how it came there; the
    database keeps the last one here.
    """

    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="serials", verbose_name=_("SKU")
    )
    number = models.CharField(_("serial number"), max_length=60)
    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("place"),
    )
    bucket = models.CharField(_("bucket"), max_length=20, choices=Bucket.choices)
    reference = models.CharField(_("by which document"), max_length=100, blank=True)
    seen_at = models.DateTimeField(_("last seen"))

    objects: ClassVar[SerialQuerySet] = SerialQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("serial number")
        verbose_name_plural = _("serial numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["sku", "number"], name="serial_stands_for_one_unit_of_a_sku"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=PATTERN) & Q(number=Upper("number")),
                name="serial_is_plain_and_in_capitals",
            ),
            models.CheckConstraint(
                condition=Q(store__isnull=False, bucket__in=list(SHELVES))
                | (Q(store=None, bucket__in=Bucket.values) & ~Q(bucket__in=list(SHELVES))),
                name="serial_is_in_one_place",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sku", "store", "bucket", "seen_at"], name="serials_of_a_place"
            ),
            models.Index(fields=["number"], name="serials_by_number"),
            models.Index(
                fields=["reference"],
                condition=~Q(reference=""),
                name="serials_of_a_document",
            ),
        ]
        triggers = [NO_BARCODE]

    def __str__(self) -> str:
        return self.number


class SerialStep(models.Model):
    """A serial number was scanned, moved with goods, or not found. Written once.

    A step begins where the serial is, unless it turned up somewhere else: a till has sold
    it, whatever we thought. What turns up and was never seen before is first seen here:
    the database knows which.
    """

    class Kind(models.TextChoices):
        MOVED = "MOVED", _("moved with the goods")
        SEEN = "SEEN", _("scanned where it is")
        FIRST_SEEN = "FIRST_SEEN", _("first seen here")
        TURNED_UP = "TURNED_UP", _("turned up somewhere else")
        MISSING = "MISSING", _("gone without being scanned")

    serial = models.ForeignKey(
        Serial,
        models.PROTECT,
        related_name="steps",
        db_index=False,
        verbose_name=_("serial number"),
    )
    movement = models.ForeignKey(
        StockMovement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stock movement"),
    )
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind.choices)
    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("place"),
    )
    source = models.CharField(
        pgettext_lazy("stock", "from"), max_length=20, choices=Bucket.choices
    )
    target = models.CharField(_("to"), max_length=20, choices=Bucket.choices)
    reference = models.CharField(_("reference"), max_length=100)
    actor_kind = models.CharField(
        _("actor"), max_length=10, choices=[(kind, kind) for kind in ActorKind]
    )
    actor_key = models.CharField(_("actor key"), max_length=150)
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())

    class Meta:
        verbose_name = _("step of a serial number")
        verbose_name_plural = _("steps of serial numbers")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="MOVED", movement__isnull=False)
                | Q(kind="MISSING", target=Bucket.SHRINKAGE)
                | Q(
                    kind__in=["SEEN", "FIRST_SEEN", "TURNED_UP"],
                    movement=None,
                    source=models.F("target"),
                    target__in=list(SHELVES),
                ),
                name="step_says_how_the_serial_moved",
            ),
            models.UniqueConstraint(
                fields=["serial", "movement"], name="serial_moves_once_with_a_movement"
            ),
        ]
        indexes = [models.Index(fields=["serial", "id"], name="steps_of_a_serial")]
        triggers = [append_only("serial_steps"), *STEPS]

    def __str__(self) -> str:
        return f"{self.kind}: {self.source} > {self.target}"
