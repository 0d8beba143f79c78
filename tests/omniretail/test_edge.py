"""What every request meets before its door, and how the service says how it is."""

import json
import logging
import re
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import structlog
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings
from redis import RedisError

from omniretail.kernel import clock, health, logs, tasks
from omniretail.kernel.models import Heartbeat, LawRun

pytestmark = pytest.mark.django_db


def beat(name: str, ago: timedelta = timedelta()) -> None:
    Heartbeat.objects.create(name=name, at=clock.now() - ago)


def ready() -> Any:
    return Client().get("/health/ready")


def test_it_is_alive_without_anything_else() -> None:
    assert Client().get("/health/live").json() == {"status": "live"}


def test_it_is_ready_when_a_job_completed_and_the_relay_runs() -> None:
    tasks.beat_heartbeat()
    beat("relay")
    assert ready().json() == {"status": "ready", "notes": []}


def test_without_worker_or_relay_it_is_degraded_but_serves() -> None:
    beat("worker", timedelta(minutes=5))
    answer = ready()
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert [note.split(":")[0] for note in answer.json()["notes"]] == ["worker", "relay"]


def test_without_broker_it_is_degraded_but_serves() -> None:
    tasks.beat_heartbeat()
    beat("relay")
    with patch.object(cache, "get", side_effect=RedisError):
        answer = ready()
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["notes"] == ["broker: not reachable"]


def test_a_relay_that_falls_behind_is_named() -> None:
    tasks.beat_heartbeat()
    beat("relay")
    with patch.object(health, "oldest_undelivered_seconds", return_value=42.0):
        assert ready().json()["notes"] == ["relay: 42 s behind"]


def test_without_database_it_is_down() -> None:
    with patch.object(health, "_notes", side_effect=OperationalError):
        assert ready().status_code == 503


def test_measurements_are_for_those_with_the_token(settings: Settings) -> None:
    settings.METRICS_TOKEN = "measure"
    assert Client().get("/metrics").status_code == 404
    Client().get("/api/docs/")
    answer = Client().get("/metrics", headers={"Authorization": "Bearer measure"})
    assert answer.status_code == 200
    assert b"omniretail_outbox_lag_seconds" in answer.content
    assert b'route="api/docs/"' in answer.content


def test_without_a_token_only_the_demonstration_is_measured(settings: Settings) -> None:
    settings.METRICS_TOKEN, settings.DEMO = "", False
    assert Client().get("/metrics").status_code == 404


@pytest.mark.parametrize(
    "address", ["/nowhere", "/admin/nowhere?x=%00", "/?a=%00", "/a%00b"]
)
def test_people_are_refused_on_a_page(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code in (400, 404)
    assert "<h1>" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "first_page"),
    [
        ("/tablet/nowhere/at/all/", "/tablet/"),
        ("/tablet/?a=%00", ""),  # it is the first page that was refused
        ("/nowhere/at/all", ""),
    ],
)
def test_a_refusal_leads_back_to_the_first_page(address: str, first_page: str) -> None:
    """A tablet shows nothing but the page: it has no way back of its own."""
    told = Client().get(address).content.decode()
    assert re.findall(r'<a class="back" href="([^"]*)">', told) == (
        [first_page] if first_page else []
    )


@pytest.mark.parametrize("address", ["/api/v1/nowhere", "/api/v1/stores?x=%00", "/oauth/x"])
def test_machines_are_refused_with_a_problem(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code in (400, 404)
    assert answer["Content-Type"] == "application/problem+json"


def test_only_the_admin_may_run_what_is_written_in_a_page() -> None:
    tablet = Client().get("/tablet/")["Content-Security-Policy"]
    admin = Client().get("/admin/login/")["Content-Security-Policy"]
    assert "unsafe" not in tablet
    assert "frame-ancestors 'none'" in tablet
    assert "'unsafe-eval'" in admin


def test_an_answer_for_a_program_may_do_nothing_in_a_browser() -> None:
    for path in ("/health/live", "/api/v1/orders"):
        policy = Client().get(path)["Content-Security-Policy"]
        assert policy == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("cookie", "header", "language"),
    [("", "en", "en"), ("", "ru-RU,ru;q=0.9", "ru"), ("en", "ru", "en"), ("", "", "ru")],
)
def test_everybody_is_answered_in_their_language(
    cookie: str, header: str, language: str
) -> None:
    client = Client(headers={"Accept-Language": header})
    client.cookies["django_language"] = cookie
    answer = client.get("/api/v1/nowhere")
    assert answer["Content-Language"] == language
    assert "accept-language" in answer["Vary"].lower()
    assert (
        answer.json()["title"]
        == {
            "en": "There is nothing here.",
            "ru": "Здесь ничего нет.",
        }[language]
    )


def test_who_is_refused_at_the_door_hears_it_in_their_language_too() -> None:
    for language, title in (
        ("ru", "Запрос составлен неверно."),
        ("en", "The request is not valid."),
        ("ru", "Запрос составлен неверно."),
    ):
        said = {"Accept-Language": language}
        answer = Client().get("/api/v1/stores?x=%00", headers=said)
        assert (answer.json()["title"], answer["Content-Language"]) == (title, language)
        Client().get("/api/v1/nowhere", headers={"Accept-Language": "en"})


def test_other_origins_may_ask_only_when_they_are_named(settings: Settings) -> None:
    origin = {"Origin": "https://shop.example"}
    address = "/api/v1/stores"
    assert "Access-Control-Allow-Origin" not in Client().get(address, headers=origin)
    settings.CORS_ALLOWED_ORIGINS = ["https://shop.example"]
    asked = origin | {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "idempotency-key",
    }
    answer = Client().options(address, headers=asked)
    assert answer["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "idempotency-key" in answer["Access-Control-Allow-Headers"]


def test_a_secret_does_not_reach_the_log() -> None:
    event = logs.hide_secrets(None, "info", {"event": "x", "pin": "1234", "order": "R-1"})
    assert event == {"event": "x", "pin": "***", "order": "R-1"}


def test_a_log_line_is_one_json_object() -> None:
    settings = logs.configure(plain=False)
    formatter = settings["formatters"]["lines"]
    line = structlog.stdlib.ProcessorFormatter(
        processors=formatter["processors"],
        foreign_pre_chain=formatter["foreign_pre_chain"],
    ).format(logging.LogRecord("shop", logging.INFO, "", 0, "привет", (), None))
    assert json.loads(line)["event"] == "привет"
    assert json.loads(line)["level"] == "info"


@pytest.mark.parametrize("plain", [True, False])
def test_an_event_of_ours_is_printed_as_the_library_prints_it(plain: bool) -> None:
    known = logs.configure(plain=plain)["formatters"]["lines"]
    chains = {name: known[name] for name in ("processors", "foreign_pre_chain")}
    event: dict[str, Any] = {
        "event": "привет",
        "level": "info",
        "logger": "shop",
        "timestamp": "T",
    }
    try:
        raise ValueError("broken")
    except ValueError as error:
        event["exc_info"] = error
    record = logging.LogRecord("shop", logging.INFO, "", 0, event, (), None)
    record.__dict__ |= {"_logger": logging.getLogger("shop"), "_name": "info"}
    ours, theirs = logs.Lines(**chains), structlog.stdlib.ProcessorFormatter(**chains)
    assert ours.format(record) == theirs.format(record)
    assert "ValueError: broken" in ours.format(record)
    assert record.msg == event


def test_the_laws_are_looked_at_by_a_job() -> None:
    tasks.run_laws()
    assert LawRun.objects.filter(law="E3", offending=0).exists()


def test_production_settings_pass_djangos_own_check(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    call_command("check", deploy=True, fail_level="WARNING")


@pytest.mark.parametrize(
    ("method", "path", "place"),
    [
        ("post", "/oauth/token", "omniretail.kernel.api.oauth._grant"),
        ("get", "/tablet/pair/", "stores.people.pages.pairing.device_of"),
    ],
)
def test_a_database_that_is_away_asks_to_come_back(
    method: str, path: str, place: str
) -> None:
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}
    client = Client(raise_request_exception=False)
    with patch(place, side_effect=OperationalError("the connection is lost")):
        answer: Any = getattr(client, method)(path, form)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
