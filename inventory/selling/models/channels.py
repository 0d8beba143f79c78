"""Channels: where each sells from, and how it shows what there is."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.selling.showing import Display, Policy
from omniretail.kernel.locking import LockableQuerySet

CODE_PATTERN = r"^[A-Z][A-Z0-9_-]*$"


class DisplayPolicy(models.TextChoices):
    """How a channel tells how many there are."""

    EXACT = Policy.EXACT.value, _("the number")
    FEW = Policy.FEW.value, _("a few, or in stock")
    YES_NO = Policy.YES_NO.value, _("yes or no")
    CAP = Policy.CAP.value, _("the number up to a limit")


class SellingChannelQuerySet(LockableQuerySet["SellingChannel"]):
    """Channels to choose from."""


class SellingChannel(models.Model):
    """A channel with terms of its own, by the code that carts and programs give it.

    A channel nobody wrote down sells from every place, leaves nothing, shows the number.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    # From then on it sells from its listed places only; empty: from every place.
    listed_since = models.DateTimeField(
        _("sells from its own places since"), null=True, blank=True
    )
    # When it did before; between these times it sold from every place.
    listed_before = ArrayField(
        DateTimeRangeField(),
        verbose_name=_("sold from its own places before"),
        default=list,
        db_default=[],
        editable=False,
    )
    display = models.CharField(
        _("shows"), max_length=8, choices=DisplayPolicy, default=DisplayPolicy.EXACT
    )
    display_units = models.PositiveIntegerField(_("shown from or up to"), default=0)

    objects: ClassVar[SellingChannelQuerySet] = SellingChannelQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("selling channel")
        verbose_name_plural = _("selling channels")
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE_PATTERN), name="channel_code_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(display__in=["EXACT", "YES_NO"], display_units=0)
                | Q(display__in=["FEW", "CAP"], display_units__gte=1),
                name="display_names_its_number_exactly_when_it_has_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def shows(self) -> Display:
        """The policy as arithmetic takes it."""
        return Display(Policy(self.display), self.display_units)


class ChannelPlaceQuerySet(models.QuerySet["ChannelPlace"]):
    def at(self, moment: object) -> "ChannelPlaceQuerySet":
        """Places that belonged to their channel at that moment."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=moment), starts_at__lte=moment)


class ChannelPlace(models.Model):
    """A place from which a channel sells, while it does."""

    channel = models.ForeignKey(
        SellingChannel,
        models.PROTECT,
        related_name="places",
        db_index=False,
        verbose_name=_("channel"),
    )
    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="+", verbose_name=_("place")
    )
    priority = models.PositiveSmallIntegerField(_("priority"), default=100)
    starts_at = models.DateTimeField(_("in force since"))
    ends_at = models.DateTimeField(_("in force until"), null=True, blank=True)

    objects: ClassVar[ChannelPlaceQuerySet] = ChannelPlaceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("place of a channel")
        verbose_name_plural = _("places of channels")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "store"],
                condition=Q(ends_at=None),
                name="place_is_once_in_a_network",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="place_leaves_a_network_after_it_joined",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "store", "starts_at"], name="places_of_networks"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.store}"
