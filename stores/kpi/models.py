"""The score: a ledger of what counts, and one card per store, channel and day."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omniretail.kernel import ledgers
from omniretail.kernel.fields import AmountField, CurrencyField
from omniretail.kernel.locking import LockableQuerySet
from stores.network.models import Store


class Measures(models.Model):
    """What is counted; an entry carries a change, a card carries the sums."""

    orders = models.IntegerField(_("orders"), default=0)
    cancellations = models.IntegerField(_("cancelled orders"), default=0)
    net_sales_amount = AmountField(_("net sales"), default=0)
    refunds_amount = AmountField(_("refunds"), default=0)
    pickups = models.IntegerField(_("pickups"), default=0)
    pickups_on_time = models.IntegerField(_("pickups on time"), default=0)
    ready_seconds = models.BigIntegerField(_("seconds until ready, summed"), default=0)
    ready_count = models.IntegerField(_("orders made ready"), default=0)

    class Meta:
        abstract = True


MEASURES: tuple[str, ...] = (
    "orders",
    "cancellations",
    "net_sales_amount",
    "refunds_amount",
    "pickups",
    "pickups_on_time",
    "ready_seconds",
    "ready_count",
)


class ScoreEntry(Measures):
    """One thing that happened, counted once for one store, channel and day."""

    class Kind(models.TextChoices):
        ORDER = "ORDER", _("Order placed")
        CANCEL = "CANCEL", _("Order cancelled")
        SALE = "SALE", _("Sale")
        REFUND = "REFUND", _("Refund")
        READY = "READY", _("Made ready")
        PICKUP = "PICKUP", _("Picked up")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    reference = models.CharField(_("reference"), max_length=80)
    order_number = models.CharField(_("order"), max_length=32, db_index=True)
    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(_("channel"), max_length=16)
    business_date = models.DateField(_("business day"))
    currency = CurrencyField(_("currency"))
    at = models.DateTimeField(_("happened at"))

    class Meta:
        verbose_name = _("score entry")
        verbose_name_plural = _("score entries")
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "kind", "store"], name="a_fact_scores_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["business_date", "store", "channel"], name="score_entry_card"
            )
        ]
        triggers = [ledgers.append_only("score")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"


class ScorecardQuerySet(LockableQuerySet["Scorecard"]):
    """Scorecards."""


class Scorecard(Measures):
    """The sums of one store, channel and business day."""

    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(_("channel"), max_length=16)
    business_date = models.DateField(_("business day"))
    currency = CurrencyField(_("currency"))

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        ordering: ClassVar[list[str]] = ["-business_date", "store", "channel"]
        constraints = [
            models.UniqueConstraint(
                fields=["business_date", "store", "channel", "currency"],
                name="one_scorecard_a_store_channel_and_day",
            ),
            models.CheckConstraint(
                name="pickups_on_time_are_pickups",
                condition=Q(pickups_on_time__lte=models.F("pickups")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.store_id} {self.channel}"
