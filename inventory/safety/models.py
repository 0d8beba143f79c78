"""Rules for safety stock: data that people keep."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.catalogue.models import CODE_PATTERN
from inventory.catalogue.scopes import CategoryRule
from inventory.safety.ruling import MOST_UNITS, Rule
from omniretail.kernel.locking import LockableQuerySet

_SHARE = [MinValueValidator(0), MaxValueValidator(1)]


class SafetyRuleQuerySet(LockableQuerySet["SafetyRule"]):
    def not_over(self, day: object) -> "SafetyRuleQuerySet":
        """Rules that hold on that day, or will."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day))


class SafetyRule(CategoryRule):
    """So many units, and so many days' sales, are kept back where everything that the rule
    asks for fits. Of those that fit, the one with the lowest priority decides."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    priority = models.PositiveSmallIntegerField(_("priority"), default=100)
    sold_from = models.DecimalField(
        _("sold a day, from"), max_digits=9, decimal_places=3, null=True, blank=True
    )
    sold_below = models.DecimalField(
        _("sold a day, below"), max_digits=9, decimal_places=3, null=True, blank=True
    )
    accuracy_below = models.DecimalField(
        _("accuracy below"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        validators=_SHARE,
        help_text=_("Share of units that were where the levels said: 0.97"),
    )
    units = models.PositiveIntegerField(_("units"), default=0)
    days = models.DecimalField(
        _("days of sales"), max_digits=6, decimal_places=2, default=0
    )
    starts_on = models.DateField(_("from day"), null=True, blank=True)
    ends_on = models.DateField(_("to day, not included"), null=True, blank=True)

    objects: ClassVar[SafetyRuleQuerySet] = SafetyRuleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("safety stock rule")
        verbose_name_plural = _("safety stock rules")
        ordering = ("priority", "code")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE_PATTERN), name="safety_rule_code_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(units__lte=MOST_UNITS, days__gte=0, days__lte=366),
                name="safety_rule_keeps_what_can_be_meant",
            ),
            models.CheckConstraint(
                condition=(Q(sold_from=None) | Q(sold_from__gte=0))
                & (Q(sold_below=None) | Q(sold_below__gt=0))
                & (
                    Q(sold_from=None)
                    | Q(sold_below=None)
                    | Q(sold_from__lt=F("sold_below"))
                ),
                name="safety_rule_bounds_some_speed",
            ),
            models.CheckConstraint(
                condition=Q(accuracy_below=None) | Q(accuracy_below__range=(0, 1)),
                name="safety_rule_accuracy_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None)
                | Q(ends_on=None)
                | Q(starts_on__lte=F("ends_on")),
                name="safety_rule_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def value(self) -> Rule:
        """The rule as arithmetic takes it."""
        return Rule(
            code=self.code,
            priority=self.priority,
            units=self.units,
            days=self.days,
            store_code=self.store.code if self.store else None,
            category_code=self.category.code if self.category else None,
            sold_from=self.sold_from,
            sold_below=self.sold_below,
            accuracy_below=self.accuracy_below,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )
