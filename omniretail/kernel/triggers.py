"""Triggers that bind whoever writes, and cost no more than what they say.

A trigger of the library first asks a setting of the session whether it is to be ignored:
anybody who sets it is free of the law, and the question, which catches an error in a
subtransaction of its own for each row, cost more than all that our triggers of levels do.
Nothing here ignores a law; these do not ask.
"""

import pgtrigger
from django.db import connection, models
from pgtrigger import compiler


class BindingSql(compiler.UpsertTriggerSql):
    """The statements that make such a trigger. Migrations point here: what stands here
    stays."""

    def get_template(self) -> str:
        """The template of the library without its question."""
        return """
            CREATE OR REPLACE FUNCTION {pgid}()
            RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid}
                {when} {operation} ON {table}
                {timing}
                {referencing}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class BindingTrigger(pgtrigger.Trigger):
    """A trigger that no setting switches off."""

    def compile(self, model: type[models.Model]) -> compiler.Trigger:  # type: ignore[override]
        """As the library compiles it, made by other statements."""
        asked = super().compile(model)  # type: ignore[arg-type]
        return compiler.Trigger(name=asked.name, sql=BindingSql(**asked.sql.kwargs))


class BindingProtect(BindingTrigger, pgtrigger.Protect):
    """A trigger that refuses what is done to a row, and that no setting switches off."""


def one_at_a_time(
    name: str, *, table: str, operation: pgtrigger.core.Operation
) -> BindingTrigger:
    """Whoever writes so waits until the one before has ended: for rules about rows that
    two writers would each see only half of."""
    return BindingTrigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=operation,
        func=f"PERFORM pg_advisory_xact_lock(hashtext('{table}')); RETURN NULL;",
    )


def wait_for_turn(table: str) -> None:
    """Wait as those do who write `one_at_a_time`, before the first row is written: what is
    read from here on is changed by nobody else before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [table])
