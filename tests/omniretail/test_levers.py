"""Who may read a room of the admin does not act in it."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from inventory.models import Promise
from omniretail.kernel.models import ApiClient, LawRun, User
from tests.callers import a_client
from tests.inventory.given import held, stocked, wanted

pytestmark = pytest.mark.django_db

ROOMS = sorted(admin.site._registry.values(), key=str)


def levers(room: Any) -> list[str]:
    """The names of all buttons of a room that are its own."""
    kinds = ("actions", "actions_list", "actions_row", "actions_detail")
    return [
        name for kind in kinds for name in getattr(room, kind) or () if hasattr(room, name)
    ]


def member(*rights: str) -> Client:
    """Somebody at the head office with these rights and no others."""
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    visitor = Client()
    visitor.force_login(user)
    return visitor


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_every_lever_says_who_may_pull_it(room: Any) -> None:
    for name in levers(room):
        assert getattr(room, name).allowed_permissions in (["pull"], ["view"]), name


def test_there_are_levers_in_many_rooms() -> None:
    assert sum(bool(levers(room)) for room in ROOMS) > 20


def give_back(visitor: Client, hold: Promise) -> str:
    place = reverse("admin:inventory_promise_changelist")
    form = {"action": "give_back", "_selected_action": [hold.pk]}
    visitor.post(place, form)
    hold.refresh_from_db()
    return hold.status


def test_who_may_only_read_gives_no_hold_back() -> None:
    stocked(5)
    held(wanted(1))
    assert give_back(member("view_promise"), Promise.objects.get()) == "HELD"


def test_who_may_change_holds_gives_one_back() -> None:
    stocked(5)
    held(wanted(1))
    reader = member("view_promise", "change_promise")
    assert give_back(reader, Promise.objects.get()) == "RELEASED"


@pytest.mark.parametrize(
    ("rights", "status"),
    [((), 403), (("view_apiclient",), 403), (("view_apiclient", "change_apiclient"), 302)],
)
def test_a_new_secret_is_for_those_who_may_change_programs(
    rights: tuple[str, ...], status: int
) -> None:
    client = a_client(["stock:read"])
    before = ApiClient.objects.get(pk=client.pk).client_secret
    place = reverse("admin:kernel_apiclient_new_secret", args=[client.pk])
    assert member(*rights).post(place).status_code == status
    after = ApiClient.objects.get(pk=client.pk).client_secret
    assert (after != before) == (status == 302)


@pytest.mark.parametrize("name", ["kernel_apiclient_new_secret", "kernel_lawrun_look_now"])
def test_a_link_only_asks_whether_it_is_meant(name: str) -> None:
    client = a_client(["stock:read"])
    rights = ("change_apiclient", "view_apiclient", "change_lawrun", "view_lawrun")
    visitor = member(*rights)
    which = [client.pk] if "secret" in name else []
    page = visitor.get(reverse(f"admin:{name}", args=which))
    assert (page.status_code, b'method="post"' in page.content) == (200, True)
    kept = ApiClient.objects.get(pk=client.pk).client_secret
    assert (kept, LawRun.objects.exists()) == (client.client_secret, False)


def test_what_is_asked_is_answered_with_the_own_page_s_token() -> None:
    client = a_client(["stock:read"])
    place = reverse("admin:kernel_apiclient_new_secret", args=[client.pk])
    visitor = member("view_apiclient", "change_apiclient")
    visitor.handler.enforce_csrf_checks = True
    assert visitor.post(place).status_code == 403
    assert ApiClient.objects.get(pk=client.pk).client_secret == client.client_secret
