"""The laws of requests, each broken once."""

import pytest
from django.db import connection

from omniretail.kernel.models import AuditEntry, IdempotencyKey
from tests.callers import as_client
from tests.clock import NOON
from tests.lawbook import broken

pytestmark = pytest.mark.django_db

HOUSES = "/api/v1/houses"
OURS = {"E3", "E5"}


@pytest.fixture(autouse=True)
def _answered() -> None:
    as_client("stock:write").post(HOUSES, {"name": "Mill"}, key="k1")
    as_client("stock:write").post(f"{HOUSES}/build", {}, key="k2")


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_they_hold_after_ordinary_requests() -> None:
    assert broken(only=OURS) == set()


def test_a_key_for_two_requests_is_reported() -> None:
    run(
        "ALTER TABLE kernel_idempotencykey"
        " DROP CONSTRAINT one_request_per_principal_and_key",
        """
        INSERT INTO kernel_idempotencykey
            (principal, key, request_hash, operation, state, status, headers, body, done_at)
        SELECT principal, key, 'other', operation, state, status, headers, body, done_at
        FROM kernel_idempotencykey WHERE key = 'k1'
        """,
    )
    assert broken(only=OURS) == {"E3"}


def test_a_second_effect_is_reported() -> None:
    entry = AuditEntry.objects.get(detail__key="k1")
    AuditEntry.objects.create(
        at=NOON,
        actor_kind=entry.actor_kind,
        actor_key=entry.actor_key,
        action=entry.action,
        detail=entry.detail,
    )
    assert broken(only=OURS) == {"E3"}


def test_a_claim_nobody_works_on_is_reported() -> None:
    IdempotencyKey.objects.create(principal="client:x", key="k", request_hash="x")
    assert broken(only=OURS) == {"E3"}


def test_a_change_nobody_wrote_down_is_reported() -> None:
    IdempotencyKey.objects.create(
        principal="client:x",
        key="k",
        request_hash="x",
        operation="houses.create",
        state="done",
        status=201,
        done_at=NOON,
    )
    assert broken(only=OURS) == {"E5"}
