"""Units that a channel leaves lying wherever it sells."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.scopes import ScopedRule
from inventory.selling.models.channels import SellingChannel


class ChannelBufferQuerySet(models.QuerySet["ChannelBuffer"]):
    def at(self, moment: object) -> "ChannelBufferQuerySet":
        """Buffers in force at that moment."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=moment), starts_at__lte=moment)


class ChannelBuffer(ScopedRule):
    """What a channel leaves of a SKU, of a category and all inside it, or of everything;
    in one place, or in each.

    The most specific one decides alone: a SKU before a category, a nearer category before
    a farther one, any of them before everything; of equals, the one for this place.
    """

    channel = models.ForeignKey(
        SellingChannel,
        models.PROTECT,
        related_name="buffers",
        db_index=False,
        verbose_name=_("channel"),
    )
    units = models.PositiveIntegerField(_("units left"))
    starts_at = models.DateTimeField(_("in force since"))
    ends_at = models.DateTimeField(_("in force until"), null=True, blank=True)
    set_by = models.CharField(_("set by"), max_length=150)

    objects: ClassVar[ChannelBufferQuerySet] = ChannelBufferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("channel buffer")
        verbose_name_plural = _("channel buffers")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "store", "category", "sku"],
                condition=Q(ends_at=None),
                nulls_distinct=False,
                name="one_buffer_for_the_same_goods",
            ),
            models.CheckConstraint(
                condition=Q(sku=None) | Q(category=None),
                name="buffer_is_of_a_sku_or_of_a_category",
            ),
            models.CheckConstraint(
                condition=Q(units__lte=1_000_000), name="buffer_is_within_reason"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="buffer_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "sku"], name="buffers_of_a_sku"),
            models.Index(
                fields=["channel"],
                condition=Q(category__isnull=False),
                name="buffers_of_categories",
            ),
            models.Index(
                fields=["channel", "store"],
                condition=Q(category=None, sku=None),
                name="buffers_of_everything",
            ),
        ]

    def __str__(self) -> str:
        what = self.sku or self.category or _("everything")
        where = self.store or _("every place")
        return f"{self.channel}: {self.units} · {what} · {where}"
