"""Levels keep back what the rules say, unless somebody has decided otherwise."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from inventory.catalogue.models import Category, Sku
from inventory.counts.operations import approve_count
from inventory.promises.queries import why
from inventory.safety import operations
from inventory.safety.operations import (
    Applied,
    LevelNotFound,
    apply_rules,
    end_rule,
    follow_rules,
    save_rule,
)
from inventory.safety.queries import ruled_levels
from inventory.safety.ruling import Rule
from inventory.safety.tasks import apply_safety_rules
from inventory.selling.models import SafetyRuling
from inventory.stock.models import SafetyStockChange, StockLevel
from inventory.stock.operations import adjust_stock, sell_stock
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from stores.people.queries import NotInYourStore, NotYourRole
from tests.clock import NOON
from tests.factories.inventory import CategoryFactory
from tests.inventory.counts.given import LATER, counted, staff
from tests.inventory.given import stocked

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BOSS = Actor(ActorKind.ADMIN, "boss")


def rule(code: str, **says: Any) -> None:
    known: dict[str, Any] = {"priority": 100} | says
    save_rule(rule=Rule(code, **known), name=code.title(), by=SYSTEM, at=NOON)


def applied(**terms: Any) -> Applied:
    known: dict[str, Any] = {"by": SYSTEM, "at": NOON}
    return apply_rules(**(known | terms))


def kept_back(sku: str = "S-1", store: str = "msk-1") -> int:
    level = StockLevel.objects.get(store__code=store, sku__code=sku)
    return level.safety_stock


def by_hand(units: int) -> None:
    adjust_stock(
        store_code="msk-1",
        sku_code="S-1",
        safety_stock=units,
        reason="",
        by=SYSTEM,
        at=NOON,
    )


def sold(units: int, *, days_ago: int = 1, sku: str = "S-1") -> None:
    sell_stock(
        store_code="msk-1",
        lines=[(sku, units)],
        reference=f"T-{sku}-{days_ago}",
        by=SYSTEM,
        at=NOON - days_ago * DAY,
        as_fact=True,
    )


def test_levels_keep_back_what_the_rules_say_and_nothing_changes_again() -> None:
    stocked(50)
    stocked(50, sku="S-2")
    stocked(50, store="spb-1")
    rule("any", units=2)
    rule("msk", priority=1, units=5, store_code="msk-1")
    assert applied() == Applied(3, 3)
    assert (kept_back(), kept_back("S-2"), kept_back(store="spb-1")) == (5, 5, 2)
    assert applied() == Applied(3, 0)
    assert SafetyStockChange.objects.count() == 3
    assert SafetyRuling.objects.count() == 3


def test_what_sells_fast_is_kept_back_by_days_of_sales() -> None:
    """Fourteen in four weeks are half a unit a day."""
    stocked(100)
    stocked(100, sku="S-2")
    sold(14)
    sold(30, days_ago=29, sku="S-2")
    rule("cover", days=Decimal(5), sold_from=Decimal("0.1"))
    applied()
    assert (kept_back(), kept_back("S-2")) == (3, 0)
    sold(14, days_ago=2)
    applied()
    assert kept_back() == 5
    applied(at=NOON + 28 * DAY)
    assert kept_back() == 0


def test_a_rule_for_a_category_is_for_all_inside_it() -> None:
    stocked(9)
    stocked(9, sku="S-2")
    far = CategoryFactory.create(code="far")
    near = Category.objects.create(code="near", name="Near", parent=far)
    product = Sku.objects.get(code="S-1").product
    product.category = near
    product.save()
    rule("far", units=4, category_code="far")
    applied()
    assert (kept_back(), kept_back("S-2")) == (4, 0)


def test_a_place_whose_levels_are_often_wrong_keeps_more_back() -> None:
    stocked(10)
    rule("doubt", units=3, accuracy_below=Decimal("0.9"))
    assert applied() == Applied(1, 0)
    approve_count(number=counted(8), by=BOSS, at=LATER)
    applied(at=LATER + DAY)
    assert kept_back() == 3
    applied(at=LATER + 91 * DAY)
    assert kept_back() == 0


def test_what_somebody_decided_by_hand_stays() -> None:
    stocked(20)
    by_hand(7)
    rule("any", units=2)
    assert applied() == Applied(0, 0)
    assert kept_back() == 7
    assert follow("S-1") == Applied(1, 1)
    assert kept_back() == 2
    by_hand(0)
    applied()
    assert kept_back() == 0


def follow(*skus: str, by: Actor = SYSTEM) -> Applied:
    return follow_rules(store_code="msk-1", sku_codes=skus, by=by, at=NOON)


def test_giving_a_level_back_to_the_rules_is_a_managers_word() -> None:
    stocked(20)
    with pytest.raises(NotYourRole):
        follow("S-1", by=staff("msk-1", "CLERK"))
    stocked(20, store="spb-1")
    with pytest.raises(NotInYourStore):
        follow("S-1", by=staff("spb-1", "STORE_MANAGER"))
    with pytest.raises(LevelNotFound):
        follow("S-1", "none")
    follow("S-1", by=staff("msk-1", "STORE_MANAGER"))


def test_a_decision_by_hand_in_the_same_moment_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The rules have looked; before they write, somebody decides."""
    stocked(20)
    rule("any", units=2)
    look = ruled_levels

    def look_and_lose(*given: Any, **terms: Any) -> Any:
        found = look(*given, **terms)
        by_hand(9)
        return found

    monkeypatch.setattr(operations, "ruled_levels", look_and_lose)
    applied()
    assert kept_back() == 9
    assert not SafetyRuling.objects.exists()


def test_a_rule_that_has_ended_keeps_nothing_back_any_more() -> None:
    stocked(20)
    rule("xmas", units=6)
    applied()
    end_rule(code="xmas", on=(NOON + DAY).date(), by=SYSTEM, at=NOON)
    applied()
    assert kept_back() == 6
    applied(at=NOON + DAY)
    assert kept_back() == 0


def test_why_names_the_rule_and_nobody_where_a_person_decided() -> None:
    stocked(20)
    rule("any", units=2)
    applied()

    def named() -> list[tuple[str, int, str]]:
        parts = why("msk-1", "S-1", at=None).parts
        return [(one.taken_by, one.units, one.reference) for one in parts]

    assert named()[0] == ("SAFETY_STOCK", 2, "any")
    by_hand(3)
    assert named()[0] == ("SAFETY_STOCK", 3, "")


def test_the_job_lets_the_rules_decide_at_every_place() -> None:
    stocked(20)
    rule("any", units=2)
    apply_safety_rules()
    assert kept_back() == 2
