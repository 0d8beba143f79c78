"""Whatever four principals send to whichever operation: an answer the description names,
never a crash, nothing half-done.

A few examples each in `make test`; FUZZ_EXAMPLES=200 digs for an hour.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from omniretail.wsgi import application
from tests.journeys.town import Town, Visitor, build_town, collect, fill_cart, pay, ship
from tests.lawbook import broken

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
WHO = ("client", "staff", "customer", "guest")

schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
schema.config.phases.examples.enabled = False
schema.config.phases.coverage.enabled = EXAMPLES > 50
schema.config.phases.stateful.enabled = False


@dataclass(frozen=True)
class World:
    """Four principals in a town, and the keys of what is there."""

    headers: dict[str, dict[str, str]]
    known: dict[str, dict[str, str]]


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that counts as the test's own and leaves nothing behind."""
    block: Any = transaction.atomic()
    block._from_testcase = True  # operations that must be outermost may run inside
    with block:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    ends = (request_started, request_finished)
    with django_db_blocker.unblock(), undone():
        found = _found(build_town())
        for moment in ends:  # our one connection outlives the requests
            moment.disconnect(close_old_connections)
        yield found
        for moment in ends:
            moment.connect(close_old_connections)


def _found(town: Town) -> World:
    anna = town.customer()
    order = pay(anna, fill_cart(anna, collect("PHONE"), ship("CABLE")))
    cart = fill_cart(anna, collect("CABLE"))
    clerk = town.clerk("tverskaya")
    transfer = clerk.post(
        "/transfers",
        {
            "source_store": "tverskaya",
            "target_store": "arbat",
            "lines": [{"sku": "CABLE", "quantity": 2}],
        },
    )
    count = clerk.post("/counts", {"store": "tverskaya", "zone": "Window"})
    who: dict[str, Visitor] = {
        "client": town.site,
        "staff": clerk,
        "customer": anna,
        "guest": town.guest(order),
    }
    return World(
        headers={name: visitor.headers for name, visitor in who.items()},
        known={
            "orders": {"number": order["number"]},
            "fulfilments": {"number": order["fulfilments"][0]["number"]},
            "customers": {"number": town.anna},
            "carts": {"token": cart},
            "stores": {"code": "tverskaya"},
            "skus": {"code": "PHONE"},
            "counts": {"number": count["number"]},
            "transfers": {"number": transfer["number"]},
            "work-items": {"reference": order["fulfilments"][0]["number"], "kind": "PICK"},
        },
    )


@schema.given(who=st.sampled_from(WHO), is_known=st.booleans())
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES < 50,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_question_is_too_odd(
    case: schemathesis.Case[Any], world: World, who: str, is_known: bool
) -> None:
    noun = case.path.removeprefix("/api/v1/").split("/")[0]
    if is_known:
        case.path_parameters = {**case.path_parameters, **world.known.get(noun, {})}
    with undone():
        response = case.call(headers=world.headers[who])
        case.validate_response(response, checks=CHECKS)
        assert connection.is_usable()


def test_the_laws_held_all_the_time(world: World) -> None:
    stock = {"S1", "S2", "S3", "S5", "C1", "C2", "P1"}
    assert broken(only=stock | {"O1", "O3", "E3", "E5", "L1"}) == set()
