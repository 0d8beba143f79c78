"""One effect per key, the same answer to the same question."""

import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from django.http.response import HttpResponseBase
from pytest_django import Settings

from omniretail.kernel import idempotency
from omniretail.kernel.api.writes import Write
from omniretail.kernel.limits import limits
from omniretail.kernel.models import AuditEntry, Heartbeat, IdempotencyKey
from tests.callers import Answer, Caller, as_client
from tests.clock import NOON
from tests.omniretail.api.street import Behaviour, HouseTaken
from tests.races.barrier import run_together

pytestmark = pytest.mark.django_db

HOUSES = "/api/v1/houses"


def test_a_repeated_request_gets_the_first_answer_and_has_one_effect() -> None:
    caller = as_client("stock:write")
    first = caller.post(HOUSES, {"name": "Mill"}, key="k1")
    again = caller.post(HOUSES, {"name": "Mill"}, key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert again["Idempotency-Replayed"] == "true"
    assert Heartbeat.objects.filter(name="Mill").count() == 1
    assert AuditEntry.objects.filter(action="houses.create").count() == 1


def test_member_order_and_spacing_do_not_make_another_request() -> None:
    caller = as_client("stock:write")
    send = {"content_type": "application/json", "key": "k1"}
    first = caller.post(HOUSES, '{"name":"Mill","price":"1.00"}', **send)
    again = caller.post(HOUSES, '{ "price": "1.00", "name": "Mill" }', **send)
    assert first.status_code == again.status_code == 201


def test_the_key_with_another_body_is_refused() -> None:
    caller = as_client("stock:write")
    caller.post(HOUSES, {"name": "Mill"}, key="k1")
    other = caller.post(HOUSES, {"name": "Barn"}, key="k1")
    assert other.status_code == 422
    assert other.json()["code"] == "key_reused"
    assert not Heartbeat.objects.filter(name="Barn").exists()


def test_the_key_of_another_principal_is_another_key() -> None:
    as_client("stock:write").post(HOUSES, {"name": "Mill"}, key="k1")
    other = as_client("stock:write").post(HOUSES, {"name": "Barn"}, key="k1")
    assert other.status_code == 201


def test_a_post_without_a_key_is_refused() -> None:
    caller = as_client("stock:write")
    answer = super(type(caller), caller).post(HOUSES, {"name": "Mill"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["header"] == "Idempotency-Key"


@pytest.mark.parametrize("key", ["", "a b", "k" * 256, "ключ"])
def test_an_odd_key_is_refused(key: str) -> None:
    answer = as_client("stock:write").post(
        HOUSES, {"name": "Mill"}, headers={"Idempotency-Key": key}
    )
    assert answer.status_code == 400


def test_a_refusal_is_repeated_too_and_leaves_nothing_behind() -> None:
    caller = as_client("stock:write")
    Behaviour.fail = HouseTaken(house="Mill")
    first = caller.post(HOUSES, {"name": "Mill"}, key="k1")
    Behaviour.fail = None
    again = caller.post(HOUSES, {"name": "Mill"}, key="k1")
    assert first.status_code == again.status_code == 409
    assert again.json() == first.json()
    assert again["Content-Type"] == "application/problem+json"
    assert not Heartbeat.objects.exists()
    assert not AuditEntry.objects.filter(action="houses.create").exists()


def test_a_refusal_gives_way_to_the_answer_another_attempt_got_meanwhile() -> None:
    caller = as_client("stock:write")
    Behaviour.fail = HouseTaken(house="Mill")
    told = Write._told
    others: list[Answer] = []

    def told_late(write: Write, outcome: HttpResponseBase | Exception) -> HttpResponseBase:
        if Behaviour.fail:
            Behaviour.fail = None
            others.append(caller.post(HOUSES, {"name": "Mill"}, key="k1"))
        return told(write, outcome)

    with patch.object(Write, "_told", told_late):
        late = caller.post(HOUSES, {"name": "Mill"}, key="k1")
    assert (others[0].status_code, late.status_code) == (201, 201)
    assert late.content == others[0].content
    assert late["Idempotency-Replayed"] == "true"


def test_an_accident_leaves_the_key_free() -> None:
    caller = as_client("stock:write")
    Behaviour.fail = RuntimeError("lightning")
    first = caller.post(HOUSES, {"name": "Mill"}, key="k1")
    Behaviour.fail = None
    again = caller.post(HOUSES, {"name": "Mill"}, key="k1")
    assert (first.status_code, again.status_code) == (500, 201)


def test_a_secret_answer_is_not_kept() -> None:
    caller = as_client("stock:write")
    first = caller.post(f"{HOUSES}/key", {}, key="k1")
    again = caller.post(f"{HOUSES}/key", {}, key="k1")
    assert first.json() == {"secret": "open sesame"}
    assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")
    assert "sesame" not in str(IdempotencyKey.objects.values())


def test_the_request_itself_is_not_kept() -> None:
    as_client("stock:write").post(HOUSES, {"name": "4000000000000002"}, key="k1")
    row = IdempotencyKey.objects.get()
    assert "4000000000000002" not in row.request_hash
    assert len(row.request_hash) == 64


def test_a_staged_request_is_repeated() -> None:
    caller = as_client("stock:write")
    first = caller.post(f"{HOUSES}/build", {}, key="k1")
    again = caller.post(f"{HOUSES}/build", {}, key="k1")
    assert first.json() == again.json() == {"calls": 1}
    assert AuditEntry.objects.filter(action="houses.build").count() == 1


def test_a_staged_attempt_that_failed_frees_its_key() -> None:
    caller = as_client("stock:write")
    Behaviour.fail = RuntimeError("lightning")
    assert caller.post(f"{HOUSES}/build", {}, key="k1").status_code == 500
    Behaviour.fail = None
    assert caller.post(f"{HOUSES}/build", {}, key="k1").json() == {"calls": 2}


def test_a_staged_attempt_that_died_is_taken_over_when_its_lease_ends() -> None:
    caller = as_client("stock:write")
    with patch.object(Write, "_finish"):  # died before it could write the answer
        caller.post(f"{HOUSES}/build", {}, key="k1")
    with patch.object(idempotency, "_PATIENCE_SECONDS", 0):
        waiting = caller.post(f"{HOUSES}/build", {}, key="k1")
    IdempotencyKey.objects.update(lease_ends_at=Now() - timedelta(seconds=1))
    after = caller.post(f"{HOUSES}/build", {}, key="k1")
    assert (waiting.status_code, waiting["Retry-After"]) == (503, "1")
    assert after.json() == {"calls": 2}


@pytest.fixture
def short_leases(settings: Settings) -> None:
    """A lease ends as soon as it begins: whoever comes takes the request over."""
    settings.LIMITS = replace(limits(), idempotency_lease=timedelta(0))


@pytest.mark.usefixtures("short_leases")
def test_who_took_too_long_is_told_what_the_other_attempt_was_told() -> None:
    caller = as_client("stock:write")
    others: list[Answer] = []
    Behaviour.meanwhile = [
        lambda: others.append(caller.post(f"{HOUSES}/build", {}, key="k1"))
    ]
    slow = caller.post(f"{HOUSES}/build", {}, key="k1")
    later = caller.post(f"{HOUSES}/build", {}, key="k1")
    assert [answer.json() for answer in (slow, *others, later)] == [{"calls": 2}] * 3
    assert AuditEntry.objects.filter(action="houses.build").count() == 1


@pytest.mark.usefixtures("short_leases")
def test_what_was_done_is_entered_though_the_other_attempt_gave_up() -> None:
    caller = as_client("stock:write")

    def fail() -> None:
        Behaviour.fail = RuntimeError("lightning")
        assert caller.post(f"{HOUSES}/build", {}, key="k1").status_code == 500
        Behaviour.fail = None

    Behaviour.meanwhile = [fail]
    slow = caller.post(f"{HOUSES}/build", {}, key="k1")
    assert (slow.status_code, slow.json()) == (200, {"calls": 1})
    assert AuditEntry.objects.filter(action="houses.build").count() == 1


@pytest.mark.usefixtures("short_leases")
def test_who_took_too_long_neither_answers_for_the_other_attempt_nor_gives_it_up() -> None:
    asked = idempotency.Request("client:till", "k1", "houses.build", b"{}")
    slow = idempotency.claim_staged(asked, {})
    quick = idempotency.claim_staged(asked, {})
    idempotency.give_up(slow)
    late = idempotency.settle(slow, idempotency.Answer(200, "slow"), at=NOON)
    told_early = idempotency.told_meanwhile(asked)
    told = idempotency.settle(quick, idempotency.Answer(200, "quick"), at=NOON)
    too_late = idempotency.settle(slow, idempotency.Answer(200, "slow"), at=NOON)
    idempotency.give_up(slow)
    assert (late, told_early, told, too_late) == (False, None, True, False)
    kept = idempotency.claim_staged(asked, {}).answer
    assert kept == idempotency.told_meanwhile(asked)
    assert kept is not None
    assert kept.body == "quick"
    other = replace(asked, content=b"another request under this key")
    assert idempotency.told_meanwhile(other) is None


def test_old_keys_are_forgotten() -> None:
    as_client("stock:write").post(HOUSES, {"name": "Mill"}, key="k1")
    IdempotencyKey.objects.update(created_at=NOON - limits().idempotency_kept)
    assert idempotency.forget_old(at=NOON, limit=10) == 0
    assert idempotency.forget_old(at=NOON + timedelta(seconds=1), limit=10) == 1


def knock(caller: Caller, path: str, body: dict[str, str]) -> Answer:
    return caller.post(path, body, key="k1")


def crowd(path: str, body: dict[str, str], size: int = 5) -> list[Answer]:
    """The same request from several threads at once, on committed data."""
    caller = as_client("stock:write")
    answers = run_together([partial(knock, caller, path, body)] * size)
    return [answer for answer in answers if not isinstance(answer, Exception)]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_request_at_the_same_moment_has_one_effect() -> None:
    answers = crowd(HOUSES, {"name": "Mill"})
    assert [answer.status_code for answer in answers] == [201] * 5
    assert len({answer.content for answer in answers}) == 1
    assert Behaviour.calls == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_staged_requests_at_the_same_moment_have_one_effect() -> None:
    answers = crowd(f"{HOUSES}/build", {})
    assert [answer.status_code for answer in answers] == [200] * 5
    assert Behaviour.calls == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_control_without_the_claim_every_request_has_its_effect() -> None:
    free = idempotency.Claim(0)
    with patch.object(idempotency, "claim_staged", return_value=free):
        crowd(f"{HOUSES}/build", {})
    assert Behaviour.calls == 5


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_request_under_way_for_too_long_is_answered_busy() -> None:
    caller = as_client("stock:write")
    Behaviour.go_on.clear()
    first = threading.Thread(
        target=run_together, args=[[partial(knock, caller, f"{HOUSES}/build", {})]]
    )
    first.start()
    Behaviour.entered.wait(5)
    with patch.object(idempotency, "_PATIENCE_SECONDS", 0.2):
        second = caller.post(f"{HOUSES}/build", {}, key="k1")
    Behaviour.go_on.set()
    first.join()
    assert (second.status_code, second.json()["code"]) == (503, "busy")


def test_a_broken_claim_is_a_problem_not_a_crash() -> None:
    caller = as_client("stock:write")
    with patch.object(idempotency, "claim", side_effect=OperationalError("gone")):
        answer = caller.post(HOUSES, {"name": "Mill"}, key="k1")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
