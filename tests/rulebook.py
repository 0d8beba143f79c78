"""Rules of the database, each broken past all code by a row that is right but for one
thing: without it the row is taken, with it the rule answers by its name, and where the
rule is gone nothing else refuses it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, models, transaction

from omniretail.kernel.errors import constraint_name

Fields = Mapping[str, Any]
Usual = Mapping[type[models.Model], Fields]
KEYS = ("code", "number", "reference", "name")


@dataclass(frozen=True)
class Breach:
    """The rule, the table it is of, and the change that breaks it.

    `row` is what this row says beyond the usual; `beside` makes another row, written by
    the same statement, for rules about two. `behind` is the rule that would refuse it where
    this one is gone. What a row points at is named by its code or number, or counted from
    the first (0).
    """

    rule: str
    model: type[models.Model]
    change: Fields
    row: Fields = field(default_factory=dict)
    beside: Fields | None = None
    behind: str | None = None

    def __str__(self) -> str:
        return f"{self.rule}: {', '.join(self.change)}"


def assert_refused_for_this_alone(breach: Breach, usual: Usual) -> None:
    """Taken without the change; refused with it, by the name of the rule; taken with it
    when the rule is gone, or refused by the rule behind it."""
    known = usual[breach.model]
    right = {**known, **breach.row}
    wrong = {**right, **breach.change}
    before = [] if breach.beside is None else [{**known, **breach.beside}]
    assert refusal(breach.model, *before, right) is None
    assert refusal(breach.model, *before, wrong) == breach.rule
    with transaction.atomic():
        forget(breach.rule, breach.model)
        assert refusal(breach.model, *before, wrong) == breach.behind
        transaction.set_rollback(True)


def refusal(model: type[models.Model], *rows: Fields) -> str | None:
    """Which rule refuses these rows, written by one statement and taken back."""
    made = [model(**_pointed(model, row)) for row in rows]
    try:
        with transaction.atomic():
            model._base_manager.bulk_create(made)
            at_once()
            transaction.set_rollback(True)
    except DatabaseError as refused:
        return constraint_name(refused) or str(refused).splitlines()[0]
    return None


def forget(rule: str, *tables: type[models.Model]) -> None:
    """The database keeps this rule no longer, until this is taken back."""
    at_once()
    (model, constraint), *_more = [
        (table, one)
        for table in tables
        for one in table._meta.constraints
        if one.name == rule
    ]
    with connection.schema_editor(atomic=False) as editor:
        editor.remove_constraint(model, constraint)


def at_once() -> None:
    """What is looked at when a transaction ends is looked at now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _pointed(model: type[models.Model], row: Fields) -> dict[str, Any]:
    """The fields of a row, with the rows they point at in place of their names."""
    found = dict(row)
    for one in model._meta.concrete_fields:
        other, value = one.related_model, row.get(one.name)
        if isinstance(other, type) and value is not None:
            found[one.name] = _found(other, value)
    return found


def _found(model: type[models.Model], name: str | int) -> models.Model:
    rows = model._base_manager.order_by("pk")
    if isinstance(name, int):
        return rows[name]
    known = {one.name for one in model._meta.get_fields()}
    key = next(one for one in KEYS if one in known)
    return rows.get(**{key: name})
