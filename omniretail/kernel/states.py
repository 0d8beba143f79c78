"""State machines: a table beside the enum, checked in Python and by the database."""

from collections.abc import Mapping
from typing import ClassVar

import pgtrigger
from django.db import models

from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.triggers import BindingTrigger

Transitions = Mapping[str, frozenset[str]]


class IllegalTransition(DomainError):
    """This step is not possible from where it stands."""

    kind = Kind.CONFLICT


class Stateful(models.Model):
    """A row with a `status` that follows its table of legal steps."""

    TRANSITIONS: ClassVar[Transitions]
    status: str | models.CharField[str, str]

    class Meta:
        abstract = True

    def become(self, new: str) -> None:
        """Take the step in memory; the caller saves.

        Raises:
            IllegalTransition: the table does not allow this step.
        """
        current = str(self.status)
        if str(new) not in self.TRANSITIONS.get(current, frozenset()):
            raise IllegalTransition(current=current, wanted=str(new))
        self.status = new


def legal_steps(
    name: str, transitions: Transitions, field: str = "status"
) -> BindingTrigger:
    """A trigger that refuses illegal steps and writes every step down (law O6)."""
    pairs = ", ".join(
        f"'{source}>{target}'"
        for source, targets in sorted(transitions.items())
        for target in sorted(targets)
    )
    known = f"ARRAY[{pairs}]::text[]"
    return BindingTrigger(
        name=f"{name}_legal_steps",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(field),
        declare=[("previous", "text")],
        func=pgtrigger.Func(
            f"""
            IF TG_OP = 'UPDATE' THEN
                previous := OLD.{field};
                IF previous IS NOT DISTINCT FROM NEW.{field} THEN RETURN NULL; END IF;
                IF NOT (previous || '>' || NEW.{field}) = ANY({known}) THEN
                    RAISE EXCEPTION 'illegal step % > %', previous, NEW.{field}
                        USING ERRCODE = 'check_violation',
                              CONSTRAINT = '{name}_follows_legal_steps';
                END IF;
            END IF;
            INSERT INTO kernel_statestep (subject_table, subject_id, source, target, at)
            VALUES (TG_TABLE_NAME, NEW.id, COALESCE(previous, ''), NEW.{field},
                    clock_timestamp());
            RETURN NULL;
            """  # noqa: S608 - built from names and enums of the code itself
        ),
    )
