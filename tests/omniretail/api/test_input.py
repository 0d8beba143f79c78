"""Bad input is refused with the place where it is bad, and nothing is half-done."""

import json
import re
from typing import Any

import pytest

from omniretail.kernel.api.problems import flatten, pointer
from omniretail.kernel.api.serializers import kept_fields
from omniretail.kernel.limits import limits
from omniretail.kernel.models import Heartbeat
from tests.callers import Answer, as_client

pytestmark = pytest.mark.django_db

HOUSES = "/api/v1/houses"


def send(body: str | bytes, content_type: str = "application/json") -> Answer:
    return as_client("stock:write").post(HOUSES, body, content_type=content_type)


def pointers(answer: Answer) -> set[str]:
    return {error["pointer"] for error in answer.json()["errors"]}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "{'name': 'Mill'}",
        '{"name": NaN}',
        '{"name": Infinity}',
        '{"name": "Mill", "name": "Barn"}',
        '{"name": 1e999}',
        f'{{"name": {"9" * 5000}}}',
        f'{{"name": {2**53 + 1}}}',
        "[" * 100_000,
        '{"name":' * 5_000 + "1" + "}" * 5_000,
        b'{"name": "\xff\xfe"}',
        b"\x00",
    ],
)
def test_a_body_that_is_not_json_is_refused(body: str | bytes) -> None:
    answer = send(body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("body", ["[]", "null", "1", '"text"', "true"])
def test_a_body_that_is_not_an_object_is_refused(body: str) -> None:
    assert send(body).status_code == 400


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "#/name"),
        ({"name": None}, "#/name"),
        ({"name": ""}, "#/name"),
        ({"name": 5}, "#/name"),
        ({"name": ["Mill"]}, "#/name"),
        ({"name": "x" * 51}, "#/name"),
        ({"name": "a\x00b"}, "#/name"),
        ({"name": "a\x07b"}, "#/name"),
        ({"name": "a\ud800b"}, "#/name"),
        ({"name": "Mill", "colour": "red"}, "#/colour"),
        ({"name": "Mill", "a/b~c": 1}, "#/a~1b~0c"),
        ({"name": "Mill", "price": 12.5}, "#/price"),
        ({"name": "Mill", "price": "12.345"}, "#/price"),
        ({"name": "Mill", "price": "NaN"}, "#/price"),
        ({"name": "Mill", "price": "1" * 20}, "#/price"),
        ({"name": "Mill", "windows": [{"width": 1}, {"width": -1}]}, "#/windows/1/width"),
        ({"name": "Mill", "windows": [{"width": True}]}, "#/windows/0/width"),
        ({"name": "Mill", "windows": [{"width": "7"}]}, "#/windows/0/width"),
        ({"name": "Mill", "windows": [{"width": 1, "h": 2}]}, "#/windows/0/h"),
        ({"name": "Mill", "windows": [{"width": 1}] * 4}, "#/windows"),
        ({"name": "Mill", "windows": {"width": 1}}, "#/windows"),
    ],
)
def test_a_bad_field_is_named(body: dict[str, Any], where: str) -> None:
    answer = send(json.dumps(body))
    assert answer.status_code == 400
    assert pointers(answer) == {where}
    assert not Heartbeat.objects.exists()


def test_every_bad_field_is_named_at_once() -> None:
    answer = send(json.dumps({"colour": "red", "price": "much"}))
    assert pointers(answer) == {"#/name", "#/colour", "#/price"}


@pytest.mark.parametrize("languages", [("en", "ru", "en"), ("ru", "en", "ru")])
def test_everybody_is_refused_in_their_own_language(languages: tuple[str, ...]) -> None:
    """Also where somebody else was refused for the same reason before."""
    kept_fields.cache_clear()
    body = {"name": "x" * 51, "windows": [{"width": 501}]}
    for language in languages:
        said = {"Accept-Language": language}
        answer = as_client("stock:write").post(HOUSES, body, headers=said)
        asked = as_client("stock:read").get(f"{HOUSES}?number=101", headers=said)
        told = [one["detail"] for one in [*errors(answer), *errors(asked)]]
        assert len(told) == 3
        assert all(is_russian(words) == (language == "ru") for words in told), told


def test_a_list_is_no_object() -> None:
    answer = as_client("stock:write").post(HOUSES, [], headers={"Accept-Language": "ru"})
    assert [one["detail"] for one in errors(answer)] == ["Это не объект JSON."]


def errors(answer: Answer) -> list[dict[str, str]]:
    return list(answer.json()["errors"])


def is_russian(words: str) -> bool:
    return re.search("[а-я]", words) is not None


def test_accents_are_composed() -> None:
    assert send(json.dumps({"name": "Й"})).status_code == 201
    assert Heartbeat.objects.get().name == "Й"


def test_a_large_body_is_refused_unread() -> None:
    answer = send(b" " * (limits().body_bytes + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_another_media_type_is_refused() -> None:
    assert send("name=Mill", "application/x-www-form-urlencoded").status_code == 415


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("colour=green", "colour"),
        ("taste=sweet", "taste"),
        ("colour=red&colour=red", "colour"),
        ("number=1&number=x", "number.1"),
        ("number=1&number=2&number=3&number=4&number=5&number=6", "number"),
        ("page_size=0", "page_size"),
        ("page_size=100000", "page_size"),
        ("page_size=%D9%A3", "page_size"),
        ("cursor=abc", "cursor"),
        ("cursor=W10", "cursor"),
        ("cursor=WyIxIiwieCJd", "cursor"),
        ("cursor=%F0%9F%98%80", "cursor"),
        ("colour=%07", "query"),
    ],
)
def test_a_bad_parameter_is_named(query: str, name: str) -> None:
    answer = as_client("stock:read").get(f"{HOUSES}?{query}")
    assert answer.status_code == 400
    assert {error["parameter"] for error in answer.json()["errors"]} == {name}


@pytest.mark.parametrize("query", ["colour=%00", "%00=1", "cursor=a%00b"])
def test_a_nul_in_the_address_is_refused(query: str) -> None:
    assert as_client("stock:read").get(f"{HOUSES}?{query}").status_code == 400


@pytest.mark.parametrize("name", ["a%00b", "a%07b"])
def test_a_path_with_odd_characters_is_refused(name: str) -> None:
    answer = as_client("stock:write").put(f"{HOUSES}/{name}/paint", {"name": "x"})
    assert answer.status_code in (400, 404)


def test_parameters_in_order_are_taken() -> None:
    caller = as_client("stock:read")
    assert caller.get(f"{HOUSES}?colour=red&number=1&number=2").status_code == 200


def test_complaints_of_nested_lists_are_flattened() -> None:
    found = dict(flatten({"a": [{}, {"b": ["bad"]}], "non_field_errors": ["worse"]}))
    assert found == {("a", "1", "b"): ["bad"], (): ["worse"]}
    assert pointer(("a", "1", "b")) == "#/a/1/b"
