"""A state machine is kept by the table beside the enum, and by the database."""

import pytest
from django.db import IntegrityError, connection, transaction

from loyalty.messaging.models import Message
from omniretail.kernel.models import StateStep
from omniretail.kernel.queries import stateful_models
from omniretail.kernel.states import IllegalTransition, Stateful
from tests.clock import NOON
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


@pytest.fixture
def message() -> Message:
    return Message.objects.create(
        event_key="bell:1",
        template="placed",
        purpose="SERVICE",
        language="en",
        channel="SMS",
        address="+79000000000",
        body="The bell rang.",
        status="PARKED",
        reason="nobody there",
        created_at=NOON,
        next_try_at=NOON,
    )


def _status_choices(model: type[Stateful]) -> list[tuple[object, object]]:
    field = {field.name: field for field in model._meta.concrete_fields}["status"]
    return list(field.flatchoices)


def illegal_step(row: Stateful) -> str:
    states = {str(state) for state in row.TRANSITIONS}
    return min(states - row.TRANSITIONS[str(row.status)] - {str(row.status)})


def test_an_illegal_step_is_refused(message: Message) -> None:
    with pytest.raises(IllegalTransition) as refusal:
        message.become(illegal_step(message))
    assert refusal.value.facts["current"] == message.status


def test_the_database_refuses_an_illegal_step_too(message: Message) -> None:
    change = Message.objects.filter(pk=message.pk)
    with pytest.raises(IntegrityError, match="illegal step"), transaction.atomic():
        change.update(status=illegal_step(message))


def test_every_step_is_written_down(message: Message) -> None:
    steps = StateStep.objects.filter(
        subject_table=Message._meta.db_table, subject_id=message.pk
    )
    assert [(step.source, step.target) for step in steps] == [("", message.status)]
    assert "O6" not in broken(only={"O6"})


def test_a_state_changed_behind_the_trigger_breaks_o6(message: Message) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    Message.objects.filter(pk=message.pk).update(status=illegal_step(message))
    assert broken(only={"O6"}) == {"O6"}


def test_every_machine_has_its_trigger() -> None:
    unguarded = [
        model.__name__
        for model in stateful_models()
        if not any(
            trigger.name.endswith("_legal_steps")
            for trigger in getattr(model._meta, "triggers", ())
        )
    ]
    assert unguarded == []


def test_every_table_of_steps_names_known_states() -> None:
    for model in stateful_models():
        known = {str(value) for value, _ in _status_choices(model)}
        named = {str(s) for s in model.TRANSITIONS} | {
            str(target) for targets in model.TRANSITIONS.values() for target in targets
        }
        assert named == known, model.__name__
