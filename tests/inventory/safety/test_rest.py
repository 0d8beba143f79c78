"""Rules for safety stock through the REST door and the admin."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from inventory.safety.models import SafetyRule
from inventory.safety.operations import NotAShare, RuleOutOfBounds, save_rule
from inventory.safety.ruling import Rule
from inventory.stock.models import StockLevel
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError, title_of
from omniretail.kernel.models import AuditEntry, User
from tests.callers import Caller, as_client
from tests.clock import NOON
from tests.inventory.given import stocked

pytestmark = pytest.mark.django_db
RULES = "/api/v1/safety-rules"


def office() -> Caller:
    return as_client("selling:read", "selling:write", channel="")


def test_a_rule_is_taken_up_changed_applied_and_ended() -> None:
    stocked(20)
    caller = office()
    body: dict[str, Any] = {"code": "any", "name": "Everywhere", "units": 3}
    made = caller.post(RULES, body)
    assert made.status_code == 201
    assert made.json() == {
        "code": "any",
        "name": "Everywhere",
        "priority": 100,
        "units": 3,
        "days": "0.00",
        "store": None,
        "category": None,
        "sold_from": None,
        "sold_below": None,
        "accuracy_below": None,
        "starts_on": None,
        "ends_on": None,
    }
    changed = caller.post(RULES, {**body, "units": 2, "store": "msk-1", "days": "1.5"})
    assert (changed.status_code, changed.json()["store"]) == (200, "msk-1")
    assert caller.get(RULES).json()["items"] == [changed.json()]
    told = caller.post(f"{RULES}/apply", {"store": "msk-1"}).json()
    assert told == {"looked_at": 1, "changed": 1}
    assert StockLevel.objects.get().safety_stock == 2
    ended = caller.post(f"{RULES}/any/end", {"on": "2026-01-01"}).json()
    assert ended["ends_on"] == "2026-01-01"
    caller.post(f"{RULES}/apply", {"store": "msk-1"})
    assert StockLevel.objects.get().safety_stock == 0
    assert AuditEntry.objects.filter(subject="safety-rule:any").count() == 3


def test_a_level_is_given_back_to_the_rules() -> None:
    stocked(20)
    caller = office()
    caller.post(RULES, {"code": "any", "name": "Everywhere", "units": 3})
    StockLevel.objects.update(safety_stock=8)
    caller.post(f"{RULES}/apply", {"store": "msk-1"})
    assert StockLevel.objects.get().safety_stock == 8
    asked = {"store": "msk-1", "skus": ["S-1"]}
    assert caller.post(f"{RULES}/follow", asked).json() == {"looked_at": 1, "changed": 1}
    assert StockLevel.objects.get().safety_stock == 3
    missing = caller.post(f"{RULES}/follow", {**asked, "skus": ["none"]})
    assert (missing.status_code, missing.json()["code"]) == (404, "level_not_found")


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"store": "none"}, "store_not_found"),
        ({"category": "none"}, "category_not_found"),
        ({"sold_from": "2", "sold_below": "2"}, "speed_out_of_bounds"),
        ({"starts_on": "2026-02-01", "ends_on": "2026-01-01"}, "rule_ends_too_early"),
    ],
)
def test_a_rule_nobody_can_mean_is_refused(terms: dict[str, Any], code: str) -> None:
    body = {"code": "any", "name": "Everywhere"} | terms
    assert office().post(RULES, body).json()["code"] == code
    assert not SafetyRule.objects.exists()


@pytest.mark.parametrize(
    ("field", "wrong", "refusal"),
    [
        ("units", "1000001", RuleOutOfBounds),
        ("days", "366.01", RuleOutOfBounds),
        ("days", "-1", RuleOutOfBounds),
        ("accuracy_below", "1.0001", NotAShare),
        ("accuracy_below", "-1", NotAShare),
    ],
)
def test_figures_nobody_can_mean_are_refused_at_each_door(
    client: Client, field: str, wrong: str, refusal: type[DomainError]
) -> None:
    """The REST door by the field's own bounds, the admin and any other by the refusal."""
    body: dict[str, Any] = {"code": "any", "name": "Everywhere", field: wrong}
    (problem,) = office().post(RULES, body).json()["errors"]
    assert problem["pointer"] == f"#/{field}"
    client.force_login(User.objects.create_superuser("boss"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    form = {"priority": 5, "units": 4, "days": "0"} | body
    page = client.post(reverse("admin:inventory_safetyrule_add"), form)
    errors = page.context["adminform"].form.errors
    assert errors == {field: [title_of(refusal)]}
    figure = int(wrong) if field == "units" else Decimal(wrong)
    rule: dict[str, Any] = {"units": 4, field: figure}
    with pytest.raises(refusal) as refused:
        save_rule(rule=Rule("any", 5, **rule), name="x", by=SYSTEM, at=NOON)
    assert refused.value.field == field
    assert not SafetyRule.objects.exists()


def test_an_unknown_rule_is_absent() -> None:
    refused = office().post(f"{RULES}/none/end", {"on": "2026-01-01"})
    assert (refused.status_code, refused.json()["code"]) == (404, "rule_not_found")


def test_a_rule_is_kept_and_applied_in_the_admin(client: Client) -> None:
    stocked(20)
    client.force_login(User.objects.create_superuser("boss"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    adding = reverse("admin:inventory_safetyrule_add")
    form = {"code": "any", "name": "Everywhere", "priority": 5, "units": 4, "days": "0"}
    wrong = client.post(adding, {**form, "sold_from": "2", "sold_below": "1"})
    assert "from one figure to a higher one" in wrong.content.decode()
    assert client.post(adding, form).status_code == 302
    row = SafetyRule.objects.get()
    changing = reverse("admin:inventory_safetyrule_change", args=[row.pk])
    assert client.post(changing, {**form, "units": 6}).status_code == 302
    listed = reverse("admin:inventory_safetyrule_changelist")
    client.post(listed, {"action": "apply_now", "_selected_action": [row.pk]})
    assert StockLevel.objects.get().safety_stock == 6
