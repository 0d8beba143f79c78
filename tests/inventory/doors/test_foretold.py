"""A write in one statement: all of it comes about, or none of it and the ordinary way."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from inventory.promises.models import Promise
from omniretail.kernel.limits import Limits
from omniretail.kernel.models import AuditEntry, IdempotencyKey
from tests.callers import a_client, token_for
from tests.inventory.given import figures, stocked
from tests.races.barrier import run_together

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 6
ONE_STATEMENT = "kernel_as_foretold"
# What two requests never have in common.
APART: dict[type[Model], set[str]] = {
    IdempotencyKey: {"id", "key", "body", "created_at", "done_at", "request_hash"},
    AuditEntry: {"id", "at", "recorded_at", "subject", "request_id", "detail"},
    Promise: {"id", "reference", "ends_at", "created_at", "spare"},
}


@pytest.fixture
def token() -> str:
    stocked(3)
    return token_for(a_client(["stock:hold"]))


def ask(token: str, reference: str, units: int = 1, *, key: str = "") -> Any:
    line: dict[str, Any] = {"store": "msk-1", "sku": "S-1", "quantity": units}
    return Client().post(
        "/api/v1/holds",
        {"reference": reference, "owner": "shopper", "lines": [line]},
        content_type="application/json",
        headers={
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": key or uuid4().hex,
        },
    )


def written() -> tuple[int, int, int]:
    """Keys, entries of the audit trail, promises."""
    entries = AuditEntry.objects.filter(action="holds.create").count()
    return IdempotencyKey.objects.count(), entries, Promise.objects.count()


def test_a_hold_its_key_and_its_entry_are_one_statement(token: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert ask(token, "cart-1").status_code == 201
    assert len(asked) == 2  # whose token it is, and all the rest
    assert ONE_STATEMENT in asked[1]["sql"]
    assert written() == (1, 1, 1)


def test_the_ordinary_way_is_answered_and_written_alike(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_one = ask(token, "cart-1", key="key-1")
    monkeypatch.setattr("inventory.promises.api.holds.HoldViewSet.foretell", lambda _: None)
    in_many = ask(token, "cart-2", key="key-2")
    told = [answer.json() for answer in (in_one, in_many)]
    for answer in told:
        del answer["reference"], answer["ends_at"]
    assert told[0] == told[1]
    for table, apart in APART.items():
        rows = table._default_manager.order_by("-pk").values()[:2]
        first, second = ({k: v for k, v in row.items() if k not in apart} for row in rows)
        assert first == second


def test_told_again_it_is_the_first_answer(token: str) -> None:
    first, again = (ask(token, "cart-1", key="once") for _ in range(2))
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.content) == (201, first.content)
    assert written() == (1, 1, 1)


def test_a_key_of_another_request_is_refused(token: str) -> None:
    ask(token, "cart-1", key="once")
    other = ask(token, "cart-2", key="once")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert written() == (1, 1, 1)


def test_nothing_is_left_of_what_did_not_come_about(token: str) -> None:
    refused = ask(token, "cart-1", units=4, key="once")
    assert (refused.status_code, refused.json()["available"]) == (409, 3)
    assert written() == (1, 0, 0)  # the refusal is kept under its key
    assert figures() == (3, 0)
    assert ask(token, "cart-1", units=4, key="once").content == refused.content


def test_an_owner_of_many_goes_the_ordinary_way(token: str, settings: Settings) -> None:
    settings.LIMITS = Limits(holds_per_owner=1)
    assert ask(token, "cart-1").status_code == 201
    assert ask(token, "cart-2").json()["code"] == "too_many_holds"
    assert ask(token, "cart-1", units=2).status_code == 201  # in place of the first
    assert figures() == (3, 2)


def test_a_fault_of_our_own_is_not_passed_over(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inventory.promises.api.holds.HELD_AS_ASKED", "SELECT no_such(1)")
    assert ask(token, "cart-1").status_code == 500
    assert written() == (0, 0, 0)


def test_at_the_same_moment_one_of_them_is_carried_out(token: str) -> None:
    answers: list[Any] = run_together([partial(ask, token, "cart-1", key="once")] * CALLERS)
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (201, answers[0].content)
    }
    assert written() == (1, 1, 1)


def test_control_under_keys_of_their_own_each_is_carried_out(token: str) -> None:
    answers: list[Any] = run_together([partial(ask, token, "cart-1")] * CALLERS)
    assert {answer.status_code for answer in answers} == {201}
    assert written() == (CALLERS, CALLERS, CALLERS)
    assert figures() == (3, 1)
