from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from omniretail.kernel import clock
from omniretail.kernel.limits import limits
from omniretail.kernel.models import AuditEntry, User
from stores.network.models import Device
from stores.network.operations import unpair_device
from stores.people import operations
from stores.people.models import StaffSession
from stores.people.pages import access
from tests.factories.stores import (
    PIN,
    AssignmentFactory,
    DeviceFactory,
    EmployeeFactory,
    StoreFactory,
)
from tests.tablet import pair_tablet, sign_in_tablet

pytestmark = pytest.mark.django_db


def test_a_new_browser_shows_a_code_and_becomes_a_tablet_once_approved(
    client: Client,
) -> None:
    store = StoreFactory()
    page = client.get(reverse("tablet-pair"))
    code = page.context["code"]
    assert code.replace(" ", "").isalnum()
    assert client.get(reverse("tablet-pair-status")).status_code == 204

    manager = Client()
    sign_in_tablet(manager, store=store, role="STORE_MANAGER")
    answer = manager.post(
        reverse("tablet-pair-approve"),
        {"user_code": code, "store": store.code, "kind": "TABLET", "name": "У кассы"},
    )
    assert answer.status_code == 302

    answer = client.get(reverse("tablet-pair-status"), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == reverse("tablet-sign-in")
    device = Device.objects.get(name="У кассы")
    assert device.store == store
    assert client.get(reverse("tablet-sign-in")).status_code == 200
    assert AuditEntry.objects.filter(
        action="devices.pair", subject=f"device:{device.code}"
    ).exists()


def test_a_code_works_once(client: Client) -> None:
    store = StoreFactory()
    code = client.get(reverse("tablet-pair")).context["code"]
    manager = Client()
    sign_in_tablet(manager, store=store, role="STORE_MANAGER")
    given = {"user_code": code, "store": store.code, "kind": "TABLET"}
    manager.post(reverse("tablet-pair-approve"), given)
    again = manager.post(reverse("tablet-pair-approve"), given)
    assert again.status_code == 422
    assert "No device is showing this code" in again.content.decode()
    client.get(reverse("tablet-pair-status"))
    assert Device.objects.filter(paired_by="e-0").count() <= 1


def test_a_manager_does_not_pair_devices_of_another_store(client: Client) -> None:
    code = client.get(reverse("tablet-pair")).context["code"]
    manager = Client()
    sign_in_tablet(manager, store=StoreFactory(), role="STORE_MANAGER")
    elsewhere = StoreFactory()
    answer = manager.post(
        reverse("tablet-pair-approve"),
        {"user_code": code, "store": elsewhere.code, "kind": "TABLET"},
    )
    assert answer.status_code == 422
    assert not Device.objects.filter(store=elsewhere).exists()


def test_a_clerk_cannot_approve_a_device() -> None:
    clerk = Client()
    sign_in_tablet(clerk, store=StoreFactory(), role="CLERK")
    answer = clerk.get(reverse("tablet-pair-approve"))
    assert answer.status_code == 302
    assert reverse("admin:login") in answer["Location"]


def test_the_admin_pairs_the_first_tablet_of_any_store(client: Client) -> None:
    store = StoreFactory()
    code = client.get(reverse("tablet-pair")).context["code"]
    User.objects.create_superuser("boss", "a long word")
    boss = Client()
    boss.force_login(User.objects.get(username="boss"))
    boss.post(
        reverse("tablet-pair-approve"),
        {"user_code": code, "store": store.code, "kind": "TABLET", "name": "Первый"},
    )
    assert Device.objects.get(name="Первый").paired_by == "boss"


def test_signing_in_needs_a_paired_tablet(client: Client) -> None:
    assert client.get(reverse("tablet-sign-in")).url == reverse("tablet-pair")  # type: ignore[attr-defined]
    assert client.get(reverse("tablet-work")).url.startswith(reverse("tablet-sign-in"))  # type: ignore[attr-defined]


def test_only_the_stores_people_are_offered(client: Client) -> None:
    store = StoreFactory()
    mine = AssignmentFactory(store=store, employee__first_name="Борис").employee
    AssignmentFactory(employee__first_name="Вера")
    pair_tablet(client, DeviceFactory(store=store))
    page = client.get(reverse("tablet-sign-in")).content.decode()
    assert "Борис" in page
    assert "Вера" not in page
    foreign = EmployeeFactory()
    assert client.get(reverse("tablet-pin", args=[foreign.code])).status_code == 404
    assert client.get(reverse("tablet-pin", args=[mine.code])).status_code == 200


def test_the_right_pin_leads_to_where_one_was_going(client: Client) -> None:
    store = StoreFactory()
    employee = AssignmentFactory(store=store).employee
    pair_tablet(client, DeviceFactory(store=store))
    given = {"pin": PIN, "next": reverse("tablet-me")}
    answer = client.post(reverse("tablet-pin", args=[employee.code]), given)
    assert answer.url == reverse("tablet-me")  # type: ignore[attr-defined]
    assert employee.last_name in client.get(reverse("tablet-me")).content.decode()


def test_nobody_is_led_to_a_foreign_site(client: Client) -> None:
    store = StoreFactory()
    employee = AssignmentFactory(store=store).employee
    pair_tablet(client, DeviceFactory(store=store))
    given = {"pin": PIN, "next": "https://evil.example/"}
    answer = client.post(reverse("tablet-pin", args=[employee.code]), given)
    assert answer.url == reverse("tablet-work")  # type: ignore[attr-defined]


def test_a_wrong_pin_says_how_many_tries_are_left(client: Client) -> None:
    store = StoreFactory()
    employee = AssignmentFactory(store=store).employee
    pair_tablet(client, DeviceFactory(store=store))
    answer = client.post(reverse("tablet-pin", args=[employee.code]), {"pin": "1111"})
    assert answer.status_code == 403
    assert "4 tries left" in answer.content.decode()
    assert access.STAFF_COOKIE not in client.cookies


def test_a_tablet_left_alone_asks_for_the_pin_and_comes_back(client: Client) -> None:
    staff = sign_in_tablet(client, store=StoreFactory())
    long_ago = clock.now() - timedelta(minutes=6)
    StaffSession.objects.update(started_at=long_ago, last_seen_at=long_ago)
    answer = client.get(reverse("tablet-me"))
    assert answer.status_code == 302
    pin_page = reverse("tablet-pin", args=[staff.code])
    assert answer.url.startswith(f"{pin_page}?next=")  # type: ignore[attr-defined]


def test_a_page_refetching_by_itself_keeps_nobody_awake(client: Client) -> None:
    sign_in_tablet(client, store=StoreFactory())
    earlier = clock.now() - timedelta(minutes=2)
    StaffSession.objects.update(started_at=earlier, last_seen_at=earlier)
    background = {"X-Background": "1", "HX-Request": "true"}
    assert client.get(reverse("tablet-work"), headers=background).status_code == 200
    assert StaffSession.objects.get().last_seen_at == earlier
    client.get(reverse("tablet-work"))
    assert StaffSession.objects.get().last_seen_at > earlier


def test_a_locked_tablet_shows_nothing_until_the_pin(client: Client) -> None:
    staff = sign_in_tablet(client, store=StoreFactory())
    client.post(reverse("tablet-lock"))
    assert client.get(reverse("tablet-work")).status_code == 302
    client.post(reverse("tablet-pin", args=[staff.code]), {"pin": PIN})
    assert client.get(reverse("tablet-work")).status_code == 200


def test_signing_out_ends_the_session(client: Client) -> None:
    sign_in_tablet(client, store=StoreFactory())
    secret = client.cookies[access.STAFF_COOKIE].value
    client.post(reverse("tablet-sign-out"))
    client.cookies[access.STAFF_COOKIE] = secret
    assert client.get(reverse("tablet-work")).status_code == 302


def test_a_colleague_takes_over_with_the_own_pin(client: Client) -> None:
    store = StoreFactory()
    device = DeviceFactory(store=store)
    first = sign_in_tablet(client, store=store, device=device)
    second = AssignmentFactory(store=store, employee__first_name="Глеб").employee
    client.post(reverse("tablet-pin", args=[second.code]), {"pin": PIN})
    assert "Глеб" in client.get(reverse("tablet-me")).content.decode()
    live = StaffSession.objects.live()
    assert not live.filter(employee__code=first.code).exists()


def test_an_attempt_taken_over_while_it_ran_is_entered_once(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LIMITS = replace(limits(), idempotency_lease=timedelta(0))
    staff = sign_in_tablet(client, store=StoreFactory())
    begin = operations.sign_in
    form = {"pin": PIN, "_once": "once-1"}
    others: list[Any] = []

    def slowly(**given: Any) -> Any:
        monkeypatch.setattr(operations, "sign_in", begin)
        others.append(client.post(reverse("tablet-pin", args=[staff.code]), form))
        return begin(**given)

    monkeypatch.setattr(operations, "sign_in", slowly)
    before = AuditEntry.objects.filter(action="staff.sign_in").count()
    slow = client.post(reverse("tablet-pin", args=[staff.code]), form)
    assert (slow.status_code, others[0].status_code) == (302, 302)
    assert AuditEntry.objects.filter(action="staff.sign_in").count() == before + 1


def test_an_unpaired_tablet_is_out_at_once(client: Client) -> None:
    staff = sign_in_tablet(client, store=StoreFactory())
    unpair_device(code=staff.device_code, by=staff.actor, at=clock.now())
    assert client.get(reverse("tablet-work")).status_code == 302
    assert client.get(reverse("tablet-sign-in")).url == reverse("tablet-pair")  # type: ignore[attr-defined]


def test_a_forged_device_cookie_is_no_device(client: Client) -> None:
    device = DeviceFactory()
    client.cookies[access.DEVICE_COOKIE] = f"{device.code}:x:y"
    assert client.get(reverse("tablet-sign-in")).url == reverse("tablet-pair")  # type: ignore[attr-defined]


def test_the_tablet_speaks_the_employees_language(client: Client) -> None:
    sign_in_tablet(client, store=StoreFactory(), language="ru")
    assert "Работа" in client.get(reverse("tablet-work")).content.decode()
    client.post(reverse("tablet-language"), {"language": "en"})
    page = client.get(reverse("tablet-work")).content.decode()
    assert "Nothing to do right now" in page
    assert '<html lang="en">' in page


def test_a_language_nobody_offers_changes_nothing(client: Client) -> None:
    staff = sign_in_tablet(client, store=StoreFactory())
    client.post(reverse("tablet-language"), {"language": "tlh\x00"})
    assert StaffSession.objects.get().employee.language == staff.language


def test_a_role_without_the_permission_is_told_so(client: Client) -> None:
    sign_in_tablet(client, store=StoreFactory(), role="OPERATOR")
    answer = client.get(reverse("tablet-work"))
    assert answer.status_code == 403
    assert "not part of your role" in answer.content.decode()


def test_pages_carry_no_inline_script_or_style(client: Client) -> None:
    pages = [client.get(reverse("tablet-pair")).content.decode()]
    sign_in_tablet(client, store=StoreFactory(), role="STORE_MANAGER")
    for name in (
        "tablet-work",
        "tablet-me",
        "tablet-sign-in",
        "tablet-pair-approve",
        "board",
    ):
        answer = client.get(reverse(name))
        assert answer.status_code == 200, name
        pages.append(answer.content.decode())
    for page in pages:
        assert " style=" not in page
        assert "<style" not in page
        assert "onclick" not in page
        assert "<script>" not in page
