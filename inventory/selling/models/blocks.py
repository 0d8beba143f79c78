"""What a place does not sell for a time."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models import Sku
from inventory.selling.models.channels import SellingChannel
from omniretail.kernel.locking import LockableQuerySet


class BlockReason(models.TextChoices):
    """Why a place does not sell something."""

    QUALITY = "QUALITY", _("something is wrong with it")
    CANNOT_FIND = "CANNOT_FIND", _("it cannot be found")
    RESERVED = "RESERVED", _("needed here")
    RECALL = "RECALL", _("called back by the maker")
    OTHER = "OTHER", _("another reason")


class SaleBlockQuerySet(LockableQuerySet["SaleBlock"]):
    def at(self, moment: object) -> "SaleBlockQuerySet":
        """Blocks in force at that moment."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=moment), starts_at__lte=moment)

    def binding(self, channel: str) -> "SaleBlockQuerySet":
        """Blocks that keep this channel from selling: its own, and those for all."""
        return self.filter(Q(channel=None) | Q(channel__code=channel))

    def meeting(self, begins: object, ends: object | None) -> "SaleBlockQuerySet":
        """Blocks that hold at some moment of that time."""
        rows = self.ahead(begins).exclude(ends_at=F("starts_at"))
        return rows if ends is None else rows.filter(starts_at__lt=ends)

    def ahead(self, moment: object) -> "SaleBlockQuerySet":
        """Blocks in force at that moment, or later."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=moment))


class SaleBlock(models.Model):
    """A place sells none of a SKU for a time: to one channel, or to any.

    Units that are promised stay promised; nothing new is.
    """

    Reason = BlockReason

    number = models.CharField(_("number"), max_length=32, unique=True)
    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="+", verbose_name=_("place")
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    channel = models.ForeignKey(
        SellingChannel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("channel"),
    )
    starts_at = models.DateTimeField(_("in force since"))
    ends_at = models.DateTimeField(_("in force until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=12, choices=BlockReason)
    note = models.CharField(_("note"), max_length=200, blank=True)
    blocked_by = models.CharField(_("blocked by"), max_length=150)
    lifted_by = models.CharField(_("lifted by"), max_length=150, blank=True)

    objects: ClassVar[SaleBlockQuerySet] = SaleBlockQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="block_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by="") | Q(ends_at__isnull=False),
                name="lifted_block_has_an_end",
            ),
            ExclusionConstraint(
                name="one_block_at_a_time_for_a_place_and_sku",
                expressions=[
                    ("store", RangeOperators.EQUAL),
                    ("sku", RangeOperators.EQUAL),
                    (Coalesce("channel", Value(0)), RangeOperators.EQUAL),
                    (
                        Func(F("starts_at"), F("ends_at"), function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["store", "sku", "ends_at"], name="blocks_of_a_level"),
            models.Index(fields=["ends_at"], name="blocks_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.sku} · {self.store}"
