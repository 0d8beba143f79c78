"""The kernel's shelves in the admin: to be read, with levers that call operations."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import Settings

from omniretail.contracts.base import Fact
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.admin import ReadOnlyAdmin
from omniretail.kernel.admin.amounts import words_of
from omniretail.kernel.audit import record
from omniretail.kernel.models import (
    ApiClient,
    AuditEntry,
    Heartbeat,
    IdempotencyKey,
    LawRun,
    OutboxFact,
    Receipt,
    StateStep,
    User,
)
from tests.callers import a_client
from tests.clock import NOON

pytestmark = pytest.mark.django_db

SHELVES = [
    ApiClient,
    AuditEntry,
    Heartbeat,
    IdempotencyKey,
    LawRun,
    OutboxFact,
    Receipt,
    StateStep,
    User,
]


@pytest.fixture
def boss(settings: Settings) -> Client:
    settings.UNFOLD = {**settings.UNFOLD, "SIDEBAR": {}}  # other floors' shelves
    visitor = Client()
    visitor.force_login(User.objects.create_superuser("boss", "x"))
    return visitor


def changelist(model: Any) -> str:
    return reverse(f"admin:kernel_{model._meta.model_name}_changelist")


def act(boss: Client, model: Any, action: str, row: Any) -> Any:
    form = {"action": action, "_selected_action": [row.pk]}
    return boss.post(changelist(model), form, follow=True)


@pytest.mark.parametrize("model", SHELVES, ids=lambda model: model.__name__)
def test_every_shelf_can_be_read_and_searched(boss: Client, model: Any) -> None:
    record(actor=SYSTEM, action="x", subject="y", at=NOON)
    Heartbeat.objects.create(name="relay", at=NOON)
    LawRun.objects.create(law="E3", at=NOON, seconds=0.1, offending=1, rows=[{"key": "k"}])
    assert boss.get(changelist(model)).status_code == 200
    if admin.site._registry[model].search_fields:
        assert boss.get(changelist(model), {"q": "7"}).status_code == 200
    row = model.objects.first()
    if row is not None:
        page = reverse(f"admin:kernel_{model._meta.model_name}_change", args=[row.pk])
        assert boss.get(page).status_code == 200


@pytest.mark.parametrize("model", SHELVES, ids=lambda model: model.__name__)
def test_what_is_to_be_read_is_not_written(boss: Client, model: Any) -> None:
    if not isinstance(admin.site._registry[model], ReadOnlyAdmin):
        return
    add = reverse(f"admin:kernel_{model._meta.model_name}_add")
    assert boss.get(add).status_code == 403


def test_a_parked_fact_gets_fresh_tries(boss: Client) -> None:
    fact = OutboxFact.objects.create(
        name=next(iter(Fact.registry)),
        subject="order:R-1",
        sequence=1,
        payload={},
        occurred_at=NOON,
        parked_at=NOON,
        tries=8,
    )
    listed = boss.get(changelist(OutboxFact), {"delivery": "parked"})
    assert "order:R-1" in listed.content.decode()
    act(boss, OutboxFact, "retry", fact)
    fact.refresh_from_db()
    assert (fact.parked_at, fact.tries) == (None, 0)
    assert AuditEntry.objects.filter(action="outbox.retry", actor_key="boss").exists()


def test_a_client_is_switched_off_and_on(boss: Client) -> None:
    client = a_client(["stock:read"])
    act(boss, ApiClient, "switch_off", client)
    client.refresh_from_db()
    assert not client.is_active
    act(boss, ApiClient, "switch_on", client)
    client.refresh_from_db()
    assert client.is_active


def test_a_new_secret_is_shown_once(boss: Client) -> None:
    client = a_client(["stock:read"])
    address = reverse("admin:kernel_apiclient_new_secret", args=[client.pk])
    english = {"accept-language": "en"}
    first = boss.post(address, follow=True, headers=english).content.decode()
    assert "shown once" in first
    page = reverse("admin:kernel_apiclient_change", args=[client.pk])
    assert "shown once" not in boss.get(page).content.decode()


def test_the_laws_are_looked_at_on_demand(boss: Client) -> None:
    boss.post(reverse("admin:kernel_lawrun_look_now"))
    assert LawRun.objects.filter(law="E3").exists()


def test_a_change_by_hand_is_written_down(boss: Client) -> None:
    user = User.objects.create(username="clerk")
    page = reverse("admin:kernel_user_change", args=[user.pk])
    boss.post(
        page, {"username": "clerk", "name": "Anna", "language": "ru", "is_active": "on"}
    )
    entry = AuditEntry.objects.get(action="admin.change")
    assert (entry.actor_kind, entry.actor_key) == ("admin", "boss")
    assert entry.subject.startswith("kernel.user:")


def test_nobody_is_deleted(boss: Client) -> None:
    user = User.objects.create(username="clerk")
    page = reverse("admin:kernel_user_delete", args=[user.pk])
    assert boss.post(page, {"post": "yes"}).status_code == 403


def test_a_device_never_opens_the_admin() -> None:
    visitor = Client()
    visitor.force_login(User.objects.create(username="tablet", kind=User.Kind.DEVICE))
    assert visitor.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    ("zone", "time"), [("Asia/Tokyo", "18:00"), ("Europe/Moscow", "12:00")]
)
def test_moments_are_told_in_the_zone_of_head_office(
    boss: Client, settings: Settings, zone: str, time: str
) -> None:
    settings.HEAD_OFFICE_ZONE = zone
    Heartbeat.objects.create(name="worker", at=NOON)
    assert time in boss.get(changelist(Heartbeat)).content.decode()
    assert timezone.get_current_timezone_name() == "UTC", "the next request has its own"


def test_an_amount_without_a_currency_has_no_sign() -> None:
    with translation.override("ru"):
        assert words_of(Decimal("12990.5"), "") == "12\xa0990,50"


def test_the_admin_has_the_mark_of_the_house_in_its_tab() -> None:
    page = Client().get("/admin/login/").content.decode()
    assert '<link rel="icon" href="/static/omniretail/mark.svg"' in page
