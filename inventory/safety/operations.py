"""Rules for safety stock are kept, and let levels keep units back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from inventory.catalogue.models import Category
from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.safety.models import SafetyRule
from inventory.safety.queries import RuledLevel, RuleNotFound, ruled_levels, rules_in_force
from inventory.safety.ruling import MOST_UNITS, Rule, Ruling, in_order, rule_on
from inventory.selling.models import SafetyRuling
from inventory.selling.operations import CategoryNotFound
from inventory.stock.models import StockLevel
from inventory.stock.queries import level_keys
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from omniretail.kernel.realtime import nudge
from stores.network.queries import get_store, open_stores
from stores.people.queries import require
from stores.people.roles import STOCK_ADJUST

_BATCH = 500
_KEPT_BACK = """
    WITH wanted AS (
        SELECT * FROM unnest(%(levels)s::bigint[], %(before)s::int[], %(units)s::int[],
                             %(rules)s::text[]) AS w(id, before, units, rule)
    ), taken AS (
        SELECT w.* FROM inventory_stocklevel l JOIN wanted w USING (id)
        WHERE l.safety_stock = w.before
        ORDER BY l.id
        FOR NO KEY UPDATE OF l
    ), changed AS (
        UPDATE inventory_stocklevel l SET safety_stock = t.units, changed_at = %(at)s
        FROM taken t WHERE l.id = t.id AND l.safety_stock <> t.units
    )
    INSERT INTO inventory_safetyruling AS r (level_id, rule, units, at)
    SELECT id, rule, units, %(at)s FROM taken ORDER BY id
    ON CONFLICT (level_id)
        DO UPDATE SET rule = excluded.rule, units = excluded.units, at = excluded.at
    RETURNING level_id
"""


class RuleOutOfBounds(DomainError):
    """A rule keeps back from none to a million units and at most a year's sales."""

    constraints = ("safety_rule_keeps_what_can_be_meant",)


class SpeedOutOfBounds(DomainError):
    """A rule is for sales a day from one figure to a higher one."""

    constraints = ("safety_rule_bounds_some_speed",)


class NotAShare(DomainError):
    """An accuracy is a share from 0 to 1."""

    constraints = ("safety_rule_accuracy_is_a_share",)


class RuleEndsTooEarly(DomainError):
    """A rule ends after it began."""

    constraints = ("safety_rule_ends_after_it_began",)


class LevelNotFound(SkuNotFound):
    """This place never had it."""


@dataclass(frozen=True)
class Applied:
    """How many levels the rules looked at, and how many keep back another figure now."""

    looked_at: int
    changed: int

    def __add__(self, other: "Applied") -> "Applied":
        return Applied(self.looked_at + other.looked_at, self.changed + other.changed)


@transaction.atomic
def save_rule(*, rule: Rule, name: str, by: Actor, at: datetime) -> bool:
    """Take up a rule, or change what it says; answers whether it is new. Levels follow
    when the rules are applied next.

    Raises:
        StoreNotFound, CategoryNotFound: no such place or category.
        RuleOutOfBounds, SpeedOutOfBounds, NotAShare, RuleEndsTooEarly: nobody can mean it.
    """
    del by, at  # the door's audit entry says who and when
    check_rule(rule)
    _row, is_new = SafetyRule.objects.update_or_create(
        code=rule.code,
        defaults={
            "name": name,
            "priority": rule.priority,
            "units": rule.units,
            "days": rule.days,
            "store_id": get_store(rule.store_code).id if rule.store_code else None,
            "category_id": _category(rule.category_code),
            "sold_from": rule.sold_from,
            "sold_below": rule.sold_below,
            "accuracy_below": rule.accuracy_below,
            "starts_on": rule.starts_on,
            "ends_on": rule.ends_on,
        },
    )
    return is_new


@transaction.atomic
def end_rule(*, code: str, on: date, by: Actor, at: datetime) -> None:
    """Let a rule hold for the last time on the day before.

    Raises:
        RuleNotFound: no such rule.
    """
    del by, at
    row = SafetyRule.objects.filter(code=code).locked().first()
    if row is None:
        raise RuleNotFound(rule=code)
    row.ends_on = max(on, row.starts_on) if row.starts_on else on
    row.save(update_fields=["ends_on"])


def apply_rules(*, by: Actor, at: datetime, store_code: str | None = None) -> Applied:
    """Let the levels of a place (of every place in business) keep back what the rules say.

    Again at once it changes nothing. What somebody decided by hand stays. Each few hundred
    levels are a transaction of their own, so that shops go on selling.

    Raises:
        StoreNotFound: no such place.
    """
    del by
    places = open_stores(at) if store_code is None else [get_store(store_code)]
    rules = rules_in_force(at)
    told = Applied(0, 0)
    for place in places:
        day = at.astimezone(ZoneInfo(place.time_zone)).date()
        levels = ruled_levels(place.id, place.code, at=at)
        told += _applied(levels, in_order(rules, day), place.code, at)
    return told


@transaction.atomic
def follow_rules(
    *, store_code: str, sku_codes: Sequence[str], by: Actor, at: datetime
) -> Applied:
    """Give levels that somebody set by hand back to the rules.

    Raises:
        StoreNotFound, LevelNotFound: no such place, or it never had one of the SKUs.
        NotInYourStore, NotYourRole: not somebody who may decide that there.
    """
    place = get_store(store_code)
    require(by, STOCK_ADJUST, store_code, at)
    keys = level_keys((store_code, code) for code in sku_codes)
    for index, code in enumerate(sku_codes):
        if (store_code, code) not in keys:
            raise LevelNotFound(field=f"skus/{index}", sku=code)
    rows = StockLevel.objects.filter(pk__in=[key.id for key in keys.values()]).locked()
    SafetyRuling.objects.bulk_create(
        [SafetyRuling(level=row, units=row.safety_stock, rule="", at=at) for row in rows],
        update_conflicts=True,
        unique_fields=["level"],
        update_fields=["units", "rule", "at"],
    )
    skus = list(sku_ids(sku_codes).values())
    day = at.astimezone(ZoneInfo(place.time_zone)).date()
    levels = ruled_levels(place.id, place.code, at=at, skus=skus)
    return _applied(levels, in_order(rules_in_force(at), day), place.code, at)


def _applied(
    levels: Sequence[RuledLevel], rules: Sequence[Rule], store_code: str, at: datetime
) -> Applied:
    due = []
    for one in levels:
        ruling = rule_on(one.facts, rules)
        if (one.units, one.rule or "") != (ruling.units, ruling.rule):
            due.append((one, ruling))
    for first in range(0, len(due), _BATCH):
        _keep_back(due[first : first + _BATCH], at)
    changed = sum(one.units != ruling.units for one, ruling in due)
    if changed:
        nudge(f"stock.{store_code}")
    return Applied(len(levels), changed)


@transaction.atomic
def _keep_back(due: Sequence[tuple[RuledLevel, Ruling]], at: datetime) -> None:
    """Write the rulings where the level still says what it said."""
    with connection.cursor() as cursor:
        cursor.execute(
            _KEPT_BACK,
            {
                "levels": [one.level for one, _ruling in due],
                "before": [one.units for one, _ruling in due],
                "units": [ruling.units for _one, ruling in due],
                "rules": [ruling.rule for _one, ruling in due],
                "at": at,
            },
        )


def check_rule(rule: Rule) -> None:
    """Refuse what nobody can mean.

    Raises:
        RuleOutOfBounds, SpeedOutOfBounds, NotAShare, RuleEndsTooEarly.
    """
    if not 0 <= rule.units <= MOST_UNITS:
        raise RuleOutOfBounds(field="units")
    if not 0 <= rule.days <= 366:
        raise RuleOutOfBounds(field="days")
    low, high = rule.sold_from, rule.sold_below
    if (low is not None and low < 0) or (high is not None and high <= (low or Decimal(0))):
        raise SpeedOutOfBounds(field="sold_below")
    if rule.accuracy_below is not None and not 0 <= rule.accuracy_below <= 1:
        raise NotAShare(field="accuracy_below")
    if rule.starts_on and rule.ends_on and rule.ends_on < rule.starts_on:
        raise RuleEndsTooEarly(field="ends_on")


def _category(code: str | None) -> int | None:
    if code is None:
        return None
    key = Category.objects.filter(code=code).values_list("pk", flat=True).first()
    if key is None:
        raise CategoryNotFound(field="category", category=code)
    return key
