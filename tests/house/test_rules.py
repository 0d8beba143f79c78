"""Every rule that a table of the inventory must keep is broken in a test, past all code,
and each refusal of the service is met in one."""

import re
from collections.abc import Iterator
from importlib import import_module

from django.apps import apps
from django.urls import get_resolver

from omniretail.kernel.errors import all_errors
from tests.conftest import CHECKOUT

TESTS = CHECKOUT / "tests"
OURS = {"omniretail", "stores", "inventory", "loyalty", "orders"}


def broken_rules() -> Iterator[str]:
    """The rules that the tables beside the tests of the wings break."""
    for path in sorted(TESTS.rglob("inventory/**/test_constraints*.py")):
        name = ".".join(path.relative_to(CHECKOUT).with_suffix("").parts)
        module = import_module(name)
        for breach in getattr(module, "BREACHES", ()):
            yield breach.rule
        for rule, _deed in getattr(module, "DEEDS", ()):
            yield rule


def test_every_rule_of_a_table_is_broken_once() -> None:
    rules = {
        constraint.name
        for model in apps.get_app_config("inventory").get_models()
        for constraint in model._meta.constraints
    }
    assert rules == set(broken_rules())


def test_every_refusal_is_named_by_a_test() -> None:
    """By its class, or by the code that a door answers with."""
    assert get_resolver().url_patterns  # the doors have refusals of their own
    words = {
        word
        for path in TESTS.rglob("*.py")
        for word in re.findall(r"\w+", path.read_text())
    }
    refusals = {one for one in all_errors() if one.__module__.split(".")[0] in OURS}
    unmet = {one for one in refusals if not {one.__name__, one().code} & words}
    assert {one.__module__.split(".")[0] for one in refusals} == OURS
    assert unmet == set()
