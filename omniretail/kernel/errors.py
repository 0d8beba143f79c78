"""Refusals: what went wrong, of which kind, and the facts a caller needs."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar

from django.db import DatabaseError, IntegrityError
from django.utils.translation import gettext

_BOUNDARY = re.compile(r"(?<!^)(?=[A-Z])")


class Kind(StrEnum):
    """Why a request is refused; doors map it to 404, 403, 409, 422, 503."""

    MISSING = "missing"
    FORBIDDEN = "forbidden"
    CONFLICT = "conflict"
    RULE = "rule"
    BUSY = "busy"


class DomainError(Exception):
    """The request cannot be carried out.

    A subclass stands at the top of the operations module that raises it. Its
    docstring's first line is the title a person reads; keyword facts become members
    of the problem. `field` is a path such as "lines/0/sku" to the input at fault.
    `constraints` names database constraints whose violation means the same refusal.
    """

    kind: ClassVar[Kind] = Kind.RULE
    constraints: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, field: str | None = None, **facts: object) -> None:
        self.field = field
        self.facts = facts
        super().__init__(self.code, facts)

    @property
    def code(self) -> str:
        return _BOUNDARY.sub("_", type(self).__name__).lower()

    @property
    def title(self) -> str:
        """The refusal in the reader's language."""
        return gettext(title_of(type(self)))

    def summary(self) -> dict[str, str]:
        """The refusal of one item among many, as its answer carries it."""
        told = {name: value for name, value in self.facts.items() if value is not None}
        facts = {name: str(value) for name, value in told.items()}
        pointer = {"field": self.field} if self.field else {}
        return {"code": self.code, "title": self.title, **pointer, **facts}

    def __str__(self) -> str:
        return self.title


def title_of(error: type[DomainError]) -> str:
    """The first line of the docstring, which is also the message to translate."""
    return (error.__doc__ or error.__name__).strip().splitlines()[0]


def all_errors(base: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """Every refusal that any loaded module defines."""
    for error in base.__subclasses__():
        yield error
        yield from all_errors(error)


def constraint_name(exception: DatabaseError) -> str | None:
    """The constraint that PostgreSQL says was violated."""
    diagnosis = getattr(exception.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None)


def from_integrity(exception: IntegrityError) -> DomainError | None:
    """The refusal that a violated constraint stands for, so that the loser of a race
    reads the same answer as the usual refusal."""
    name = constraint_name(exception)
    return None if name is None else refusal_of(name)


def refusal_of(constraint: str) -> DomainError | None:
    """The refusal that means that this rule of a table is broken."""
    for error in all_errors():
        if constraint in error.constraints:
            return error()
    return None
