"""How a place is to be kept supplied."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.scopes import ScopedRule
from inventory.replenishment.ordering import Bounds, Cycle, Terms
from inventory.supply.models import Supplier
from omniretail.kernel.locking import LockableQuerySet


class ReorderPolicyQuerySet(LockableQuerySet["ReorderPolicy"]):
    """Policies to choose from."""


class ReorderPolicy(ScopedRule):
    """How often shelves may run empty, how long goods take, and who brings them: for a
    SKU, a category and everything inside it, or everything; at a place, or everywhere.
    The most specific one decides."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    service_level = models.DecimalField(
        _("service level, %"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(95),
        help_text=_("in so many of a hundred rounds the shelf does not run empty"),
    )
    lead_time_days = models.DecimalField(
        _("lead time, days"), max_digits=6, decimal_places=2, default=Decimal(7)
    )
    lead_time_deviation = models.DecimalField(
        _("deviation of the lead time, days"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(0),
    )
    review_days = models.DecimalField(
        _("days an order lasts"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(7),
        help_text=_("from one order to the next"),
    )
    smoothing = models.DecimalField(
        _("weight of the newest day"),
        max_digits=3,
        decimal_places=2,
        default=Decimal(0),
        help_text=_("0: all days of the window weigh the same"),
    )
    counts_lost_demand = models.BooleanField(_("counts lost demand"), default=False)
    pack_size = models.PositiveIntegerField(_("units in a pack"), default=1)
    least_order = models.PositiveIntegerField(_("units ordered at least"), default=1)
    least_on_hand = models.PositiveIntegerField(_("units shown at least"), default=0)
    most_on_hand = models.PositiveIntegerField(
        _("units the shelf holds"), null=True, blank=True
    )
    supplier = models.ForeignKey(
        Supplier,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("supplier"),
    )
    source = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("fed by"),
        help_text=_("the warehouse its goods come from"),
    )
    is_active = models.BooleanField(_("in force"), default=True)

    objects: ClassVar[ReorderPolicyQuerySet] = ReorderPolicyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("reorder policy")
        verbose_name_plural = _("reorder policies")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "category", "sku"],
                condition=Q(is_active=True),
                nulls_distinct=False,
                name="one_reorder_policy_per_place_and_goods",
            ),
            models.CheckConstraint(
                condition=Q(category=None) | Q(sku=None),
                name="reorder_policy_is_for_a_category_or_a_sku",
            ),
            models.CheckConstraint(
                condition=Q(supplier=None) | Q(source=None),
                name="reorder_policy_names_one_origin",
            ),
            models.CheckConstraint(
                condition=Q(source=None) | Q(store=None) | ~Q(source=F("store")),
                name="no_place_is_fed_by_itself",
            ),
            models.CheckConstraint(
                condition=Q(service_level__gte=50, service_level__lt=100),
                name="service_level_is_from_half_to_almost_all",
            ),
            models.CheckConstraint(
                condition=Q(
                    lead_time_days__gte=0,
                    lead_time_days__lte=365,
                    lead_time_deviation__gte=0,
                    lead_time_deviation__lte=365,
                    review_days__gte=0,
                    review_days__lte=365,
                ),
                name="reorder_days_lie_within_a_year",
            ),
            models.CheckConstraint(
                condition=Q(smoothing__gte=0, smoothing__lt=1),
                name="smoothing_weighs_less_than_all",
            ),
            models.CheckConstraint(
                condition=Q(pack_size__gte=1, least_order__gte=1),
                name="an_order_has_a_unit_at_least",
            ),
            models.CheckConstraint(
                condition=Q(most_on_hand=None)
                | Q(most_on_hand__gte=1) & Q(most_on_hand__gte=F("least_on_hand")),
                name="a_shelf_holds_what_it_shows",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def bounds(self) -> Bounds:
        """What the shelf shows and holds."""
        return Bounds(self.least_on_hand, self.most_on_hand)

    @property
    def terms(self) -> Terms:
        """In what portions an order is filled."""
        return Terms(self.pack_size, self.least_order)

    def cycle(self, open_share: Decimal) -> Cycle:
        """The cycle in days on which something is sold: of the calendar's, so many."""
        return Cycle(
            self.lead_time_days * open_share,
            self.lead_time_deviation * open_share,
            self.review_days * open_share,
        )
