"""The shape of the house: foreign keys point down, files stay small."""

import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models

CHECKOUT = Path(__file__).resolve().parents[2]
FLOOR = {"kernel": 0, "stores": 1, "inventory": 2, "loyalty": 2, "orders": 3}
LONGEST_FILE = 300


def cross_app_keys() -> list[models.ForeignKey[models.Model, models.Model]]:
    return [
        field
        for model in apps.get_models()
        if model._meta.app_label in FLOOR
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.app_label in FLOOR
        and field.related_model._meta.app_label != model._meta.app_label
    ]


def test_there_are_keys_between_floors() -> None:
    assert len(cross_app_keys()) > 10


def test_foreign_keys_between_apps_point_down() -> None:
    upward = [
        str(key)
        for key in cross_app_keys()
        if FLOOR[key.model._meta.app_label] <= FLOOR[key.related_model._meta.app_label]
    ]
    assert upward == []


def test_foreign_keys_between_apps_protect_and_leave_no_trace() -> None:
    loose = [
        str(key)
        for key in cross_app_keys()
        if key.remote_field.on_delete not in (models.PROTECT, models.SET_NULL)
        or key.remote_field.related_name != "+"
    ]
    assert loose == []


def test_constraints_have_sentences_for_names() -> None:
    terse = [
        f"{model._meta.label}: {constraint.name}"
        for model in apps.get_models()
        if model._meta.app_label in FLOOR
        for constraint in model._meta.constraints
        if constraint.name.count("_") < 2
    ]
    assert terse == []


@pytest.mark.parametrize("app", sorted(FLOOR))
def test_every_table_has_a_home_in_the_admin(app: str) -> None:
    label = app
    hidden = [
        model._meta.label
        for model in apps.get_app_config(label).get_models()
        if not model._meta.proxy  # a view of a table that has its home
        and not admin.site.is_registered(model)
        and not _is_shown_inside_another(model)
    ]
    assert hidden == []


def _is_shown_inside_another(model: type[models.Model]) -> bool:
    return any(
        inline.model is model
        for registered in admin.site._registry.values()
        for inline in registered.inlines
    )


def sources() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],  # noqa: S607
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [CHECKOUT / name for name in listed.stdout.splitlines()]


def test_files_stay_under_three_hundred_lines() -> None:
    long = [
        f"{path.relative_to(CHECKOUT)}: {lines}"
        for path in sources()
        if "migrations" not in path.parts
        and path.exists()
        and (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    ]
    assert long == []


def test_modules_have_shop_names() -> None:
    vague = {
        "utils",
        "helpers",
        "common",
        "misc",
        "manager",
        "handler",
        "service",
        "signals",
    }
    assert [str(path) for path in sources() if path.stem in vague] == []
