"""Buttons that change something: safe to press twice, all or nothing, in words."""

from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client
from django.urls import path
from pytest_django import Settings

from omniretail.kernel import idempotency, pages
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.errors import DomainError
from omniretail.kernel.models import AuditEntry, Heartbeat, IdempotencyKey
from omniretail.kernel.unended import note_unended
from tests.clock import NOON
from tests.races.barrier import run_together

pytestmark = pytest.mark.django_db


class DoorStuck(DomainError):
    """The door is stuck."""


class Ring:
    """What happens when the bell rings."""

    fail: Exception | None = None
    status = 302
    calls = 0


def _ring(request: HttpRequest, name: str) -> HttpResponse:
    pages.remember(request, subject=f"bell:{name}")
    Ring.calls += 1
    Heartbeat.objects.create(name=f"{name} {uuid4().hex}", at=NOON)
    if Ring.fail:
        raise Ring.fail
    if Ring.status >= 400:
        return HttpResponse("wrong", status=Ring.status)
    return pages.go(request, f"/rung/{Ring.calls}")


def _again(request: HttpRequest, error: DomainError, **_names: Any) -> HttpResponse:
    return HttpResponse(f"form: {error.title}", status=422)


def signed_in(view: Any) -> Any:
    def inner(request: HttpRequest, **names: Any) -> HttpResponse:
        pages.remember(request, actor=Actor(ActorKind.STAFF, "E-1", store="arbat"))
        answered: HttpResponse = view(request, **names)
        return answered

    return inner


urlpatterns = [
    path("ring/<name>", signed_in(pages.command("bell.ring")(_ring))),
    path("peal/<name>", signed_in(pages.command("bell.peal", staged=True)(_ring))),
    path("form/<name>", signed_in(pages.command("bell.form", refused=_again)(_ring))),
]


@pytest.fixture(autouse=True)
def _bells(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    Ring.fail, Ring.status, Ring.calls = None, 302, 0


def press(address: str = "/ring/front", once: str = "k1", **headers: str) -> Any:
    return Client().post(address, {"_once": once}, headers=headers)


@pytest.mark.parametrize("address", ["/ring/front", "/peal/front"])
def test_the_second_press_leads_where_the_first_one_led(address: str) -> None:
    assert press(address)["Location"] == "/rung/1"
    assert press(address)["Location"] == "/rung/1"
    assert Ring.calls == 1


def test_another_form_is_another_command() -> None:
    press(once="k1")
    assert press(once="k2")["Location"] == "/rung/2"


def test_a_form_without_a_key_works_each_time() -> None:
    press(once="")
    press(once="")
    assert Ring.calls == 2


def test_of_a_press_that_died_it_is_written_down_too() -> None:
    dies = patch.object(idempotency, "settle", side_effect=SystemExit)
    with dies, pytest.raises(SystemExit):
        press("/peal/front")
    IdempotencyKey.objects.update(lease_ends_at=Now() - timedelta(hours=2))
    assert not AuditEntry.objects.exists()
    assert note_unended(limit=10) == 1
    entry = AuditEntry.objects.get()
    assert (entry.actor_key, entry.store, entry.subject) == ("E-1", "arbat", "front")
    assert entry.detail == {
        "door": "page",
        "status": None,
        "principal": "page:staff:E-1",
        "unended": "k1",
    }


def test_it_is_written_down_who_pressed() -> None:
    press()
    entry = AuditEntry.objects.get()
    assert (entry.actor_kind, entry.actor_key, entry.store) == ("staff", "E-1", "arbat")
    assert (entry.action, entry.subject) == ("bell.ring", "bell:front")


@pytest.mark.parametrize("address", ["/ring/front", "/peal/front"])
def test_a_refusal_is_said_in_words_where_one_came_from(address: str) -> None:
    Ring.fail = DoorStuck()
    answer = press(address, Referer="http://testserver/tablet/?x=1")
    assert answer["Location"] == "/tablet/?x=1"
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said == ["The door is stuck."]
    assert not IdempotencyKey.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_refusal_undoes_what_was_done() -> None:
    Ring.fail = DoorStuck()
    press()
    assert not Heartbeat.objects.exists()
    Ring.fail, Ring.status = None, 422
    assert press().content == b"wrong"
    assert not Heartbeat.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_refusal_is_swapped_in_beside_the_form() -> None:
    Ring.fail = DoorStuck()
    answer = press(**{"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "[data-refusal]"
    assert "The door is stuck." in answer.content.decode()


def test_a_page_may_show_its_form_again() -> None:
    Ring.fail = DoorStuck()
    assert press("/form/front").content == b"form: The door is stuck."
    assert not Heartbeat.objects.exists()


def test_htmx_is_led_on_too() -> None:
    answer = press(**{"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/rung/1")


def test_a_strangers_page_is_not_gone_back_to() -> None:
    Ring.fail = DoorStuck()
    answer = press(Referer="https://evil.example/tablet/")
    assert answer["Location"] == "/ring/front"


@pytest.mark.parametrize(
    "place", ["rung", "a\ufffdb", "//evil.example/x", "\nx", "javascript:x"]
)
def test_only_a_path_of_ours_is_gone_back_to(place: str) -> None:
    Ring.fail = DoorStuck()
    answer = Client().post("/ring/front", {"_once": "k1", "next": place})
    assert answer["Location"] == "/ring/front"


def test_looking_changes_nothing() -> None:
    assert Client().get("/ring/front").status_code == 405
    assert Ring.calls == 0


def test_a_form_needs_its_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/ring/front", {"_once": "k1"}).status_code == 403


def test_each_form_gets_a_key_of_its_own() -> None:
    form = Template("{% load doors %}{% once %}")
    first, second = form.render(Context()), form.render(Context())
    assert 'name="_once"' in first
    assert first != second


def crowd() -> list[Any]:
    return run_together([partial(press)] * 4)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_pressing_at_the_same_moment_has_one_effect() -> None:
    assert {answer["Location"] for answer in crowd()} == {"/rung/1"}
    assert Heartbeat.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_control_without_the_claim_every_press_has_its_effect() -> None:
    with patch.object(idempotency, "claim", return_value=idempotency.Claim(0)):
        crowd()
    assert Heartbeat.objects.count() == 4
