"""The stores floor in the admin."""

from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from omniretail.kernel.models import AuditEntry, User
from stores.kpi.models import Scorecard, ScoreEntry
from stores.network.models import Device, Store
from stores.people.models import Employee, StaffSession, StoreAssignment
from stores.people.queries import works_at
from stores.work.models import WorkItem
from tests.clock import NOON
from tests.factories.stores import AssignmentFactory, DeviceFactory, StoreFactory
from tests.stores.kpi.test_score import collect, place
from tests.stores.work.test_queue import clerk_of, open_item, take

pytestmark = pytest.mark.django_db

SHELVES = [
    Device,
    Employee,
    Scorecard,
    ScoreEntry,
    StaffSession,
    Store,
    StoreAssignment,
    WorkItem,
]


@pytest.fixture
def boss(settings: Settings) -> Client:
    settings.UNFOLD = {**settings.UNFOLD, "SIDEBAR": {}}  # other floors' shelves
    visitor = Client()
    visitor.force_login(User.objects.create_superuser("boss", "x"))
    return visitor


def changelist(model: Any) -> str:
    return reverse(f"admin:stores_{model._meta.model_name}_changelist")


def act(boss: Client, model: Any, action: str, row: Any) -> str:
    form = {"action": action, "_selected_action": [row.pk]}
    answer = boss.post(changelist(model), form, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("model", SHELVES, ids=lambda model: model.__name__)
def test_every_model_can_be_found(boss: Client, model: Any) -> None:
    store = StoreFactory()
    place(store)
    open_item(store)
    AssignmentFactory(store=store)
    DeviceFactory(store=store)
    assert boss.get(changelist(model)).status_code == 200
    assert boss.get(changelist(model), {"q": "x"}).status_code == 200
    row = model.objects.first()
    if row is not None:
        page = reverse(f"admin:stores_{model._meta.model_name}_change", args=[row.pk])
        assert boss.get(page).status_code == 200


def test_ledgers_and_sums_are_read_only(boss: Client) -> None:
    place(StoreFactory())
    for model in (ScoreEntry, Scorecard, WorkItem, Device, StaffSession):
        shelf = admin.site._registry[model]
        request = boss.get(changelist(model)).wsgi_request
        assert not shelf.has_add_permission(request)
        assert not shelf.has_change_permission(request)
        assert not shelf.has_delete_permission(request)


def store_form(**changes: str) -> dict[str, str]:
    form = {
        "code": "msk-new",
        "kind": "STORE",
        "name": "Новый",
        "city": "Москва",
        "address": "ул. Новая, 1",
        "latitude": "55.7",
        "longitude": "37.6",
        "time_zone": "Europe/Moscow",
        "opening_hours": "Mo-Su 10:00-22:00",
        "country": "RU",
        "currency": "RUB",
        "prep_minutes": "60",
        "pickup_days": "3",
        "exceptions-TOTAL_FORMS": "0",
        "exceptions-INITIAL_FORMS": "0",
    }
    return form | changes


def test_a_store_is_opened_and_changed_through_the_operation(boss: Client) -> None:
    add = reverse("admin:stores_store_add")
    assert boss.post(add, store_form()).status_code == 302
    store = Store.objects.get(code="msk-new")
    change = reverse("admin:stores_store_change", args=[store.pk])
    boss.post(change, store_form(name="Новее"))
    store.refresh_from_db()
    assert (store.code, store.name) == ("msk-new", "Новее")
    assert AuditEntry.objects.filter(action="admin.change").exists()


def test_hours_nobody_can_read_are_refused_beside_their_field(boss: Client) -> None:
    add = reverse("admin:stores_store_add")
    answer = boss.post(add, store_form(opening_hours="иногда"))
    assert "opening_hours" in answer.context["adminform"].form.errors
    assert not Store.objects.exists()


def test_an_employee_is_hired_with_a_pin_and_assigned(boss: Client) -> None:
    form = {"code": "anna", "first_name": "Анна", "last_name": "Ким", "language": "ru"}
    add = reverse("admin:stores_employee_add")
    refused = boss.post(add, {**form, "new_pin": "1111"})
    assert "new_pin" in refused.context["adminform"].form.errors
    assert boss.post(add, {**form, "new_pin": "2580"}).status_code == 302
    anna = Employee.objects.get()
    assert anna.pin_hash
    assert "2580" not in anna.pin_hash
    store = StoreFactory()
    assigned = boss.post(
        reverse("admin:stores_storeassignment_add"),
        {
            "employee": anna.pk,
            "store": store.pk,
            "role": "CLERK",
            "starts_on": "01.01.2026",
        },
    )
    assert assigned.status_code == 302, assigned.context["adminform"].form.errors
    assert works_at("anna", store.code, NOON)
    row = StoreAssignment.objects.get()
    change = reverse("admin:stores_storeassignment_change", args=[row.pk])
    boss.post(change, {"ends_on": "31.12.2026"})
    row.refresh_from_db()
    assert row.ends_on == date(2026, 12, 31)


def test_buttons_call_operations(boss: Client) -> None:
    store = StoreFactory()
    device = DeviceFactory(store=store)
    act(boss, Device, "unpair", device)
    device.refresh_from_db()
    assert device.unpaired_at is not None

    employee = AssignmentFactory(store=store).employee
    Employee.objects.update(pin_tries=5)
    act(boss, Employee, "unlock", employee)
    employee.refresh_from_db()
    assert employee.pin_tries == 0
    act(boss, Employee, "dismiss", employee)
    employee.refresh_from_db()
    assert not employee.is_active

    item = open_item(store)
    take(clerk_of(store))
    act(boss, WorkItem, "put_back", item)
    item.refresh_from_db()
    assert item.taken_by == ""

    place(store)
    Scorecard.objects.update(orders=9)
    act(boss, Scorecard, "rebuild", Scorecard.objects.get())
    assert Scorecard.objects.get().orders == 1


def test_the_first_page_shows_todays_score(boss: Client) -> None:
    empty = boss.get(reverse("admin:index"))
    assert empty.status_code == 200
    store = StoreFactory(name="Тверская")
    collect(store)
    page = boss.get(reverse("admin:index"))
    assert page.status_code == 200
    assert "score__tiles" in page.content.decode()
