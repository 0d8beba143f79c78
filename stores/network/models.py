"""Places and the devices that stand in them."""

from collections.abc import Collection
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.fields import CurrencyField
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.market import house_country


class EarthPoint(Func):
    """A latitude and a longitude as a point on the globe."""

    function = "ll_to_earth"
    arity = 2


class StoreQuerySet(LockableQuerySet["Store"]):
    """Stores to choose from."""

    def trading_on(self, day: object) -> "StoreQuerySet":
        """Places that have opened and not closed for good on that day."""
        return self.filter(Q(opened_on=None) | Q(opened_on__lte=day)).filter(
            Q(closed_on=None) | Q(closed_on__gt=day)
        )

    def capable_of(self, capability: str | None) -> "StoreQuerySet":
        """Places where customers may collect ("pickup") or that send parcels ("ship")."""
        if capability is None:
            return self
        return self.filter(
            **{{"pickup": "can_pickup", "ship": "can_ship"}[capability]: True}
        )

    def lying_in(
        self, city: str | None, region: str | None, among: Collection[str] | None = None
    ) -> "StoreQuerySet":
        """Places in that city, or that region, whatever the case of the letters; of these
        codes, if some are named."""
        wanted = {"city__iexact": city, "region__iexact": region}
        rows = self.filter(**{name: value for name, value in wanted.items() if value})
        return rows if among is None else rows.filter(code__in=among)


CODE_PATTERN = r"^[A-Za-z0-9._/-]+$"


class Store(models.Model):
    """A shop or a warehouse: where it is, when it is open and what it can do."""

    class Kind(models.TextChoices):
        STORE = "STORE", _("Store")
        WAREHOUSE = "WAREHOUSE", _("Warehouse")

    code = models.SlugField(_("code"), max_length=32)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    city = models.CharField(_("city"), max_length=80)
    region = models.CharField(_("region"), max_length=80, blank=True)
    address = models.CharField(_("address"), max_length=200)
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    country = models.CharField(_("country"), max_length=2, default=house_country)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    opening_hours = models.CharField(
        _("opening hours"),
        max_length=200,
        help_text=_("OpenStreetMap syntax: Mo-Su 10:00-22:00"),
    )
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    currency = CurrencyField(_("currency"))
    can_pickup = models.BooleanField(_("customers collect here"), default=True)
    can_ship = models.BooleanField(_("sends parcels"), default=True)
    can_sell = models.BooleanField(_("sells at a till"), default=True)
    prep_minutes = models.PositiveIntegerField(_("minutes to prepare"), default=60)
    pickup_days = models.PositiveIntegerField(_("days kept for the customer"), default=3)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering: ClassVar[list[str]] = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="a_store_code_is_used_once"),
            models.CheckConstraint(
                name="a_store_code_is_plain", condition=Q(code__regex=CODE_PATTERN)
            ),
            models.CheckConstraint(
                name="a_store_lies_on_the_globe",
                condition=Q(latitude__gte=-90, latitude__lte=90)
                & Q(longitude__gte=-180, longitude__lte=180),
            ),
            models.CheckConstraint(
                name="a_store_closes_after_it_opens",
                condition=Q(closed_on=None)
                | Q(opened_on=None)
                | Q(closed_on__gt=F("opened_on")),
            ),
            models.CheckConstraint(
                name="a_store_keeps_orders_for_a_day_or_more",
                condition=Q(pickup_days__gte=1, pickup_days__lte=60),
            ),
            models.CheckConstraint(
                name="a_store_prepares_within_a_week",
                condition=Q(prep_minutes__gte=0, prep_minutes__lte=10_080),
            ),
        ]
        indexes = [
            GistIndex(EarthPoint("latitude", "longitude"), name="store_on_the_globe")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class HoursException(models.Model):
    """One day on which a store keeps other hours, or none."""

    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.PROTECT, related_name="exceptions"
    )
    date = models.DateField(_("date"))
    opens_at = models.TimeField(_("opens at"), null=True, blank=True)
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("hours exception")
        verbose_name_plural = _("hours exceptions")
        ordering: ClassVar[list[str]] = ["store", "date"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "date"], name="a_store_has_one_exception_a_day"
            ),
            models.CheckConstraint(
                name="an_exception_opens_before_it_closes",
                condition=Q(opens_at=None, closes_at=None)
                | Q(
                    opens_at__isnull=False,
                    closes_at__isnull=False,
                    closes_at__gt=F("opens_at"),
                ),
            ),
        ]

    def __str__(self) -> str:
        hours = f"{self.opens_at:%H:%M}–{self.closes_at:%H:%M}" if self.opens_at else "—"
        return f"{self.date}: {hours}"


class DeviceQuerySet(LockableQuerySet["Device"]):
    """Devices, paired or not."""

    def paired(self) -> "DeviceQuerySet":
        """Devices that may act."""
        return self.filter(unpaired_at=None)


class Device(models.Model):
    """A tablet or a till, bound to one store from pairing to unpairing."""

    class Kind(models.TextChoices):
        TABLET = "TABLET", _("Tablet")
        TILL = "TILL", _("Till")

    code = models.CharField(_("code"), max_length=32)
    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.PROTECT, related_name="devices"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("login"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    paired_at = models.DateTimeField(_("paired at"))
    paired_by = models.CharField(_("paired by"), max_length=64)
    unpaired_at = models.DateTimeField(_("unpaired at"), null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering: ClassVar[list[str]] = ["store", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="a_device_code_is_used_once"),
            models.CheckConstraint(
                name="a_device_is_unpaired_after_it_was_paired",
                condition=Q(unpaired_at=None) | Q(unpaired_at__gte=F("paired_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
