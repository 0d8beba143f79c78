"""Somebody is to be told when goods are here."""

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.catalogue.models import Sku
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.market import house_language
from omniretail.kernel.states import Stateful, legal_steps


class WaitStatus(models.TextChoices):
    """How a wait stands."""

    WAITING = "WAITING", pgettext_lazy("wait", "waiting")
    TOLD = "TOLD", pgettext_lazy("wait", "told")
    CANCELLED = "CANCELLED", pgettext_lazy("wait", "not wanted any more")
    EXPIRED = "EXPIRED", pgettext_lazy("wait", "over")


_W = WaitStatus

WAIT_STEPS: Mapping[str, frozenset[str]] = {
    _W.WAITING: frozenset({_W.TOLD, _W.CANCELLED, _W.EXPIRED}),
    _W.TOLD: frozenset(),
    _W.CANCELLED: frozenset(),
    _W.EXPIRED: frozenset(),
}


class StockWaitQuerySet(LockableQuerySet["StockWait"]):
    """Waits."""

    def waiting(self) -> "StockWaitQuerySet":
        """Those who have not been told yet."""
        return self.filter(status=_W.WAITING)

    def with_a_chance(self, moment: object) -> "StockWaitQuerySet":
        """Those who were told and have the first chance at that moment."""
        return self.filter(status=_W.TOLD, chance_ends_at__gt=moment)

    def of_contact(self, customer: str, phone: str, email: str) -> "StockWaitQuerySet":
        """The live waits of one person, however they are known."""
        same = Q(pk=None)
        for name, value in (
            ("customer_number", customer),
            ("phone", phone),
            ("email", email),
        ):
            if value:
                same |= Q(**{name: value})
        return self.waiting().filter(same)


class StockWait(Stateful):
    """A customer, or a guest by phone or e-mail, who asked for units of a SKU that were
    not there: at one place, or anywhere. A guest's address is forgotten when the wait
    ends."""

    Status = WaitStatus
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = WAIT_STEPS

    number = models.CharField(_("number"), max_length=32, unique=True)
    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="+", db_index=False, verbose_name=_("SKU")
    )
    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("place"),
    )
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    status = models.CharField(
        _("status"), max_length=9, choices=WaitStatus.choices, default=_W.WAITING
    )
    channel = models.CharField(_("channel"), max_length=20)
    registered_by = models.CharField(_("registered by"), max_length=150)
    customer_number = models.CharField(_("customer"), max_length=32, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=20, blank=True, default="")
    email = models.CharField(_("e-mail"), max_length=254, blank=True, default="")
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=house_language
    )
    created_at = models.DateTimeField(pgettext_lazy("wait", "asked at"))
    ends_at = models.DateTimeField(_("ends"))
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)
    told_store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("where it came"),
    )
    # Changes of levels up to that number were made before it was told.
    told_after = models.BigIntegerField(_("told after change"), null=True, blank=True)
    # Until then nobody else is told of the same units, unless they are seen to be gone.
    chance_ends_at = models.DateTimeField(_("first chance until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects: ClassVar[StockWaitQuerySet] = StockWaitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("wait for goods")
        verbose_name_plural = _("waits for goods")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="wait_is_for_something"
            ),
            models.CheckConstraint(
                condition=~Q(status=_W.WAITING)
                | ~Q(customer_number="")
                | ~Q(phone="")
                | ~Q(email=""),
                name="wait_says_whom_to_tell",
            ),
            models.CheckConstraint(
                condition=Q(status=_W.WAITING) | Q(phone="", email="", name=""),
                name="ended_wait_forgets_its_guest",
            ),
            models.CheckConstraint(
                condition=Q(status=_W.TOLD, told_at__isnull=False, told_store__isnull=False)
                | ~Q(status=_W.TOLD) & Q(told_at=None, told_store=None),
                name="wait_is_told_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=Q(told_at=None, told_after=None, chance_ends_at=None)
                | Q(
                    told_at__isnull=False,
                    told_after__isnull=False,
                    chance_ends_at__isnull=False,
                    chance_ends_at__gte=models.F("told_at"),
                ),
                name="who_is_told_has_a_first_chance",
            ),
            models.CheckConstraint(
                condition=Q(status=_W.WAITING, ended_at=None)
                | ~Q(status=_W.WAITING) & Q(ended_at__isnull=False),
                name="wait_is_over_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("created_at")),
                name="wait_ends_after_it_began",
            ),
            *(
                models.UniqueConstraint(
                    fields=["sku", "store", who],
                    condition=Q(status=_W.WAITING) & ~Q(**{who: ""}),
                    nulls_distinct=False,
                    name=f"one_wait_per_{who}_sku_and_place",
                )
                for who in ("customer_number", "phone", "email")
            ),
        ]
        indexes = [
            models.Index(
                fields=["sku", "created_at", "id"],
                condition=Q(status=_W.WAITING),
                name="waits_in_line",
            ),
            models.Index(
                fields=["ends_at"], condition=Q(status=_W.WAITING), name="waits_by_end"
            ),
            models.Index(
                fields=["channel", "sku"],
                condition=Q(status=_W.WAITING),
                name="waits_of_a_channel",
            ),
            models.Index(
                fields=["chance_ends_at"],
                condition=Q(status=_W.TOLD),
                name="first_chances_by_end",
            ),
            *(
                models.Index(
                    fields=[who],
                    condition=Q(status=_W.WAITING) & ~Q(**{who: ""}),
                    name=f"waits_by_{who}",
                )
                for who in ("phone", "email")
            ),
            models.Index(
                fields=["customer_number", "-created_at"],
                condition=~Q(customer_number=""),
                name="waits_of_a_customer",
            ),
        ]
        triggers = [legal_steps("stock_wait", WAIT_STEPS)]

    def __str__(self) -> str:
        return self.number
