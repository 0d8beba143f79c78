"""Guessing passwords at the admin's door is not worth the while."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from omniretail.kernel import clock, sign_in
from omniretail.kernel.limits import limits
from omniretail.kernel.models import AuditEntry, User

pytestmark = pytest.mark.django_db

DOOR = "/admin/login/?next=/i18n/"


@pytest.fixture(autouse=True)
def _boss() -> None:
    User.objects.create_superuser("boss", "right")


def let_in(password: str, *, address: str = "10.0.0.1", name: str = "boss") -> bool:
    form = {"username": name, "password": password}
    return Client(REMOTE_ADDR=address).post(DOOR, form).status_code == 302


def guess(times: int, **where: str) -> None:
    for _ in range(times):
        assert not let_in("wrong", **where)


def test_the_right_password_opens() -> None:
    guess(limits().sign_in_tries - 1)
    assert let_in("right")


def test_who_came_for_nothing_in_particular_sees_the_first_page(client: Client) -> None:
    form = {"username": "boss", "password": "right"}
    assert client.post("/admin/login/", form)["Location"] == "/admin/"


def test_after_some_wrong_ones_even_the_right_one_waits() -> None:
    guess(limits().sign_in_tries)
    assert not let_in("right")
    later = clock.now() + limits().sign_in_pause + timedelta(seconds=1)
    with patch("omniretail.kernel.clock.now", return_value=later):
        assert let_in("right")


def test_others_are_not_shut_out_by_a_guesser() -> None:
    guess(limits().sign_in_tries)
    assert let_in("right", address="10.0.0.2")


def test_many_guessers_together_are_stopped_too() -> None:
    with patch.object(sign_in, "limits") as few:
        few.return_value.sign_in_tries = 5
        few.return_value.sign_in_tries_everywhere = 6
        few.return_value.sign_in_pause = limits().sign_in_pause
        for number in range(6):
            guess(1, address=f"10.0.1.{number}")
        assert not let_in("right", address="10.0.2.1")


def test_a_wrong_password_is_written_down_without_it() -> None:
    guess(1)
    entry = AuditEntry.objects.get(action=sign_in.WRONG)
    assert entry.actor_key == "boss"
    assert "wrong" not in str(entry.detail)


def test_names_nobody_has_are_counted_alike() -> None:
    guess(1, name="nobody")
    assert AuditEntry.objects.filter(actor_key="nobody").exists()


def test_a_device_has_no_password_door() -> None:
    User.objects.create_user("tablet", "right", kind=User.Kind.DEVICE)
    assert not let_in("right", name="tablet")


def test_only_our_own_proxies_are_believed(settings: Settings) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "1.1.1.1, 2.2.2.2"})
    assert sign_in.address_of(request) == "127.0.0.1"
    settings.PROXIES = 1
    assert sign_in.address_of(request) == "2.2.2.2"


@pytest.mark.parametrize("name", ["a\x00b", "x" * 5000, ""])
def test_odd_names_are_refused(name: str) -> None:
    assert not let_in("x", name=name)
