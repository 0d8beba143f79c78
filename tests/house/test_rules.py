"""Every rule that a table of the inventory must keep is broken in a test, past all code."""

from collections.abc import Iterator
from importlib import import_module

from django.apps import apps

from tests.conftest import CHECKOUT

TESTS = CHECKOUT / "tests"


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
