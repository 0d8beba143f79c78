"""The API's description: complete, without warnings, and changed only on purpose."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from omniretail.kernel.api.documentation import schema_text

SNAPSHOT = Path(__file__).with_name("openapi.json")
WRITES = ("post", "put", "patch", "delete")


def generated() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    schema_text.cache_clear()
    schema: dict[str, Any] = json.loads(schema_text())
    return schema


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return generated()


def test_it_is_made_without_warnings(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    assert not GENERATOR_STATS, GENERATOR_STATS._error_cache | GENERATOR_STATS._warn_cache


def test_it_is_valid(schema: dict[str, Any]) -> None:
    validate_schema(schema)


def test_it_changes_only_on_purpose(schema: dict[str, Any]) -> None:
    """Run `manage.py describe_api tests/doors/openapi.json` when it should."""
    assert schema == json.loads(SNAPSHOT.read_text())


def test_every_operation_says_who_and_what_goes_wrong(schema: dict[str, Any]) -> None:
    silent = [
        f"{method} {path}"
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if not operation.get("security") or "403" not in operation["responses"]
    ]
    assert silent == []


def test_every_post_carries_a_key(schema: dict[str, Any]) -> None:
    keyless = [
        path
        for path, methods in schema["paths"].items()
        if "post" in methods
        and "Idempotency-Key" not in {p["name"] for p in methods["post"]["parameters"]}
    ]
    assert keyless == []


def test_operation_ids_are_plain_and_unique(schema: dict[str, Any]) -> None:
    ids = [
        operation["operationId"]
        for methods in schema["paths"].values()
        for operation in methods.values()
    ]
    assert len(ids) == len(set(ids))
    assert [name for name in ids if not name.replace("_", "").isalnum()] == []


@pytest.mark.django_db
def test_people_and_machines_can_read_it() -> None:
    visitor = Client()
    page = visitor.get("/api/docs/")
    assert page.status_code == 200
    assert "'unsafe-" not in page["Content-Security-Policy"]
    document = visitor.get("/api/v1/schema/")
    assert document.json()["info"]["title"] == "OmniRetail"
    again = visitor.get("/api/v1/schema/", headers={"If-None-Match": document["ETag"]})
    assert again.status_code == 304
