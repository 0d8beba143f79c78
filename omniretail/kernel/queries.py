"""Questions about facts and states; also the kernel's own laws."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import CharField, JSONField, Q, TextField
from stdnum import luhn

from omniretail.kernel.laws import Row, rows_of
from omniretail.kernel.models.journal import StateStep
from omniretail.kernel.models.outbox import OutboxFact
from omniretail.kernel.states import Stateful


def facts_after(cursor: tuple[int, int], *, most: int) -> list[OutboxFact]:
    """The facts behind a cursor (transaction, id), in commit order, gap-free."""
    transaction_id, last = cursor
    behind = Q(transaction_id__gt=transaction_id) | Q(
        transaction_id=transaction_id, id__gt=last
    )
    return list(OutboxFact.objects.readable().filter(behind)[:most])


def oldest_undelivered_seconds() -> float:
    """How long the oldest deliverable fact has been waiting; 0 when none is."""
    rows = rows_of(
        """
        SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - MIN(recorded_at)), 0)::float
               AS seconds
        FROM kernel_outboxfact WHERE delivered_at IS NULL AND parked_at IS NULL
        """
    )
    return float(str(rows[0]["seconds"]))


def steps_of(row: Stateful) -> list[StateStep]:
    """Every step a row took, as the database wrote it down, the oldest first."""
    steps = StateStep.objects.filter(subject_table=row._meta.db_table, subject_id=row.pk)
    return list(steps.order_by("pk"))


def facts_undelivered_or_out_of_order() -> list[Row]:
    """Facts that are waiting or parked, and subjects with a hole in their sequence."""
    return rows_of(
        """
        SELECT 'undelivered' AS fault, subject, sequence, name, error
        FROM kernel_outboxfact WHERE delivered_at IS NULL
        UNION ALL
        SELECT 'gap', s.subject, s.last, '', ''
        FROM kernel_subjectsequence s
        LEFT JOIN kernel_outboxfact f USING (subject)
        GROUP BY s.subject, s.last
        HAVING COUNT(f.id) <> s.last OR MAX(f.sequence) IS DISTINCT FROM s.last
        """
    )


def states_off_their_steps() -> list[Row]:
    """Rows whose status is not where their recorded steps end, or whose recorded steps
    do not follow their table."""
    return [row for model in stateful_models() for row in _off_their_steps(model)]


def stateful_models() -> Iterator[type[Stateful]]:
    """Every table with a state machine."""
    return (model for model in apps.get_models() if issubclass(model, Stateful))


def card_numbers_in_the_open() -> list[Row]:
    """Text columns that hold what looks like a whole card number (and passes its check
    digit): such a number must never be written down."""
    return [
        {"table": table, "column": column, "row": row["id"]}
        for table, column in _text_columns()
        for row in rows_of(
            f"""
            SELECT id, (regexp_match({column}::text, %s))[1] AS found FROM {table}
            WHERE {column}::text ~ %s
            """,  # noqa: S608 - names from the models themselves
            [_CARD_NUMBER, _CARD_NUMBER],
        )
        if luhn.is_valid(str(row["found"]))
    ]


_CARD_NUMBER = r"(?<![0-9A-Za-z.-])([2-6][0-9]{15})(?![0-9A-Za-z.-])"


def _text_columns() -> Iterator[tuple[str, str]]:
    texts = (CharField, TextField, JSONField)
    for model in apps.get_models():
        fields = {field.column: field for field in model._meta.concrete_fields}
        if "id" in fields:
            yield from (
                (model._meta.db_table, f'"{column}"')
                for column, field in fields.items()
                if isinstance(field, texts)
            )


def _off_their_steps(model: type[Stateful]) -> list[Row]:
    table = model._meta.db_table
    legal = [
        f"{source}>{target}"
        for source, targets in model.TRANSITIONS.items()
        for target in targets
    ]
    return rows_of(
        f"""
        WITH steps AS (
            SELECT subject_id, source, target,
                   LAG(target, 1, '') OVER w AS reached,
                   ROW_NUMBER() OVER (PARTITION BY subject_id ORDER BY id DESC) AS from_last
            FROM kernel_statestep WHERE subject_table = %s
            WINDOW w AS (PARTITION BY subject_id ORDER BY id)
        )
        SELECT %s AS table_name, subject_id, source, target FROM steps
        WHERE source <> reached OR (source <> '' AND NOT source || '>' || target = ANY(%s))
        UNION ALL
        SELECT %s, row.id, COALESCE(steps.target, ''), row.status
        FROM {table} AS row
        LEFT JOIN steps ON steps.subject_id = row.id AND steps.from_last = 1
        WHERE row.status IS DISTINCT FROM steps.target
        """,  # noqa: S608 - the table name is a model's own
        [table, table, legal, table],
    )
