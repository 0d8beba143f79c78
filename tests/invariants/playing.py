"""How long the machines play: a little in `make test`, long in `make drill`."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

TIMES = int(os.environ.get("MACHINE_TIMES", "1"))


def play(machine: type[RuleBasedStateMachine], *, games: int, steps: int) -> None:
    """Let a machine try that many games of that many steps, MACHINE_TIMES over."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=games * TIMES,
            stateful_step_count=steps,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
