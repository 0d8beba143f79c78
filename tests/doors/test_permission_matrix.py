"""Every operation names its principals; every other principal is refused.

The table below is written by hand: an operation that appears, or opens to somebody else,
fails here until a person has looked at it.
"""

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as django_settings

from omniretail.kernel.api.principals import Principal, PrincipalKind
from tests.callers import nobody, posing_as
from tests.doors.routes import Operation, operations, strangers

TABLE = Path(__file__).with_name("permissions.json")
OPERATIONS = operations()


def words(operation: Operation) -> dict[str, Any]:
    """An operation's access as the table writes it."""
    access = operation.access
    assert access is not None, f"{operation} names no principals"
    given = {
        "clients": access.clients,
        "devices": access.devices,
        "staff": access.staff,
        "customers": access.customers,
        "guests": access.guests,
        "anyone": access.anyone,
    }
    return {name: value for name, value in given.items() if value}


def table() -> dict[str, dict[str, Any]]:
    """What is registered now."""
    return {str(operation): words(operation) for operation in OPERATIONS}


def test_the_table_is_what_is_registered() -> None:
    assert table() == json.loads(TABLE.read_text())


def test_everything_under_the_prefix_stands_in_the_frame() -> None:
    assert strangers() == []


def test_every_row_of_principals_belongs_to_an_operation() -> None:
    served = {(operation.view, operation.action) for operation in OPERATIONS}
    dead = [
        f"{view.__name__}.{action}"
        for view in {operation.view for operation in OPERATIONS}
        for action in view.principals
        if (view, action) not in served
    ]
    assert dead == []


def test_every_scope_asked_for_can_be_had() -> None:
    asked = {op.access.clients for op in OPERATIONS if op.access and op.access.clients}
    assert asked <= set(django_settings.OAUTH2_PROVIDER["SCOPES"])


def knock(operation: Operation) -> int:
    answer = getattr(nobody(), operation.method)(operation.address, {})
    return int(answer.status_code)


def principals(operation: Operation) -> list[Principal]:
    """One of each kind that is not named, and those named but without the right."""
    access = operation.access
    assert access is not None
    others = [
        Principal(kind, "x", store="x")
        for kind in PrincipalKind
        if kind is not PrincipalKind.NOBODY and kind not in access.kinds()
    ]
    if access.clients:
        scopes = set(django_settings.OAUTH2_PROVIDER["SCOPES"]) - {access.clients}
        others.append(Principal(PrincipalKind.CLIENT, "x", frozenset(scopes)))
    if access.staff:
        others.append(Principal(PrincipalKind.STAFF, "nobody", store="nowhere"))
    return others


@pytest.mark.django_db
@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_who_is_not_named_is_refused(operation: Operation) -> None:
    assert operation.access is not None
    if operation.access.anyone:
        return
    assert knock(operation) == 401
    for principal in principals(operation):
        with (
            posing_as(principal),
            patch.object(operation.view, operation.action, side_effect=AssertionError),
        ):
            assert knock(operation) == 403, principal.kind
