"""What holds in every template: forms count once, and no screen loses a nudge."""

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
APPS = ("omniretail", "stores", "inventory", "loyalty", "orders")
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
LISTENS = re.compile(r"<[^<>]*\bhx-trigger=[^<>]*\blive[:_][^<>]*>")
WRITES = re.compile(r'method="post"', re.IGNORECASE)

# Forms that need no key, and why: (template, what tells the form).
WITHOUT_A_KEY = {
    (
        "base.html",
        "tablet-lock",
    ): "locking twice is locking once",
    ("me.html", "tablet-lock"): "locking twice is locking once",
    ("me.html", "tablet-sign-out"): "a session ends once; nobody is left to keep a key for",
    (
        "card.html",
        "inventory_stocklevel_move",
    ): "the move's own reference makes a second press the same move",
    ("correction.html", "inventory_lot_correct"): "the same date twice is the same date",
    (
        "card.html",
        "inventory_stocklevel_reverse",
    ): "a movement is taken back at most once",
    ("lever.html", "lever"): "what is done twice here stands as if it was done once",
    ("pin.html", "data-pin"): "the answer is a cookie, which a kept answer would not hold",
}


def templates() -> list[Path]:
    return [
        template
        for app in APPS
        for template in sorted((CHECKOUT / app).glob("**/templates/**/*.html"))
    ]


def forms() -> list[tuple[str, str]]:
    """Each form that is sent by POST, with the name of its template."""
    return [
        (template.name, form)
        for template in templates()
        for form in FORM.findall(template.read_text())
        if WRITES.search(form)
    ]


def test_every_form_that_changes_something_has_a_one_time_key() -> None:
    without = [
        (name, form[:160])
        for name, form in forms()
        if "{% once %}" not in form
        and not any(name == page and mark in form for page, mark in WITHOUT_A_KEY)
    ]
    assert without == []


@pytest.mark.parametrize(("page", "mark"), WITHOUT_A_KEY)
def test_each_exception_stands_for_a_form(page: str, mark: str) -> None:
    assert [1 for name, form in forms() if name == page and mark in form]


def test_forms_are_found_in_every_app() -> None:
    assert len(forms()) > 30


def test_what_listens_for_nudges_is_never_replaced_by_its_own_answer() -> None:
    listening = [
        (template.name, element)
        for template in templates()
        for element in LISTENS.findall(template.read_text())
    ]
    assert len(listening) >= 3
    replaced = [(name, one) for name, one in listening if 'hx-swap="outerHTML"' in one]
    assert replaced == []


def test_days_decline_the_names_of_months() -> None:
    """Not "4 Декабрь" (F) but "4 декабря" (E)."""
    wrong = [
        (template.name, found)
        for template in templates()
        for found in re.findall(r'date:"[^"_]*[FMNb][^"_]*"', template.read_text())
    ]
    assert wrong == []
