"""Every refusal reads the same way."""

from unittest.mock import patch

import pytest
from django.db import DataError, IntegrityError, OperationalError
from psycopg import errors as pg

from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.models import Heartbeat
from tests.callers import Answer, as_client, nobody
from tests.omniretail.api.street import Behaviour

pytestmark = pytest.mark.django_db

HOUSES = "/api/v1/houses"


class NoSuchHouse(DomainError):
    """There is no such house."""

    kind = Kind.MISSING


class NotYours(DomainError):
    """This is not yours."""

    kind = Kind.FORBIDDEN


class OnlyRed(DomainError):
    """Houses here are red."""

    constraints = ("houses_are_red",)


class Crowded(DomainError):
    """There is a crowd at the door."""

    kind = Kind.BUSY


def refused(error: Exception) -> Answer:
    Behaviour.fail = error
    return as_client("stock:write").post(HOUSES, {"name": "Mill"})


def caused_by(cause: Exception, kind: type[Exception]) -> Exception:
    error = kind(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NoSuchHouse(), 404, "no_such_house"),
        (NotYours(), 403, "not_yours"),
        (OnlyRed(), 422, "only_red"),
        (Crowded(), 503, "crowded"),
        (RuntimeError("secret detail"), 500, "internal_error"),
        (IntegrityError("some constraint"), 409, "conflict"),
        (DataError("value too long"), 400, "invalid_input"),
        (OperationalError("server closed the connection"), 503, "unavailable"),
        (caused_by(pg.LockNotAvailable("wait"), OperationalError), 503, "busy"),
        (caused_by(pg.DeadlockDetected("dead"), OperationalError), 503, "busy"),
    ],
)
def test_an_error_is_answered_as_a_problem(
    error: Exception, status: int, code: str
) -> None:
    answer = refused(error)
    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert problem["code"] == code
    assert problem["type"] == f"urn:problem:{code}"
    assert problem["title"]
    assert answer["Content-Type"] == "application/problem+json"
    assert "secret detail" not in answer.content.decode()
    assert not Heartbeat.objects.exists()


def test_busy_says_when_to_come_again() -> None:
    assert refused(Crowded())["Retry-After"] == "1"


def test_facts_and_the_field_at_fault_are_told() -> None:
    problem = refused(OnlyRed(field="lines/0/colour", wanted="blue", status="odd")).json()
    assert problem["wanted"] == "blue"
    assert problem["status_"] == "odd"
    assert problem["status"] == 422
    assert problem["errors"][0]["pointer"] == "#/lines/0/colour"


def test_a_violated_constraint_reads_like_the_usual_refusal() -> None:
    violation = pg.UniqueViolation("duplicate")
    error = caused_by(violation, IntegrityError)
    with patch("omniretail.kernel.errors.constraint_name", return_value="houses_are_red"):
        assert refused(error).json()["code"] == "only_red"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/v1/nowhere", 404),
        ("patch", HOUSES, 405),
        ("options", HOUSES, 405),
        ("get", f"{HOUSES}?format=xml", 400),
        ("get", f"{HOUSES}?{'number=1&' * 1100}", 400),
    ],
)
def test_what_the_frame_refuses_is_a_problem_too(
    method: str, path: str, status: int
) -> None:
    answer = getattr(as_client("stock:read", "stock:write"), method)(path)
    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert answer["Content-Type"] == "application/problem+json"


def test_an_answer_in_another_format_cannot_be_had() -> None:
    answer = as_client("stock:read").get(HOUSES, headers={"Accept": "application/xml"})
    assert answer.status_code == 406
    assert answer["Content-Type"] == "application/problem+json"


def test_a_stranger_is_asked_to_sign_in() -> None:
    answer = nobody().get(HOUSES)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer.json()["code"] == "not_authenticated"


def test_a_request_keeps_the_id_it_came_with() -> None:
    answer = nobody().get(HOUSES, headers={"X-Request-ID": "till-7.42"})
    assert answer["X-Request-ID"] == "till-7.42"
    assert len(nobody().get(HOUSES, headers={"X-Request-ID": "a b"})["X-Request-ID"]) == 32


def test_a_version_that_moved_on_is_not_overwritten() -> None:
    caller = as_client("stock:write")
    path = f"{HOUSES}/Mill/paint"
    assert caller.put(path, {"name": "x"}).status_code == 428
    stale = caller.put(path, {"name": "x"}, headers={"If-Match": '"old"'})
    assert stale.status_code == 412
    assert caller.put(path, {"name": "x"}, headers={"If-Match": "*"}).status_code == 200


def test_a_refused_change_without_a_key_leaves_nothing_behind() -> None:
    Behaviour.fail = OnlyRed()
    answer = as_client("stock:write").put(
        f"{HOUSES}/Mill/paint", {"name": "x"}, headers={"If-Match": "*"}
    )
    assert answer.status_code == 422
    assert not Heartbeat.objects.exists()


def test_the_title_speaks_the_readers_language() -> None:
    answer = nobody().get(HOUSES, headers={"Accept-Language": "en"})
    assert answer.json()["title"] == "Authentication credentials were not provided."
