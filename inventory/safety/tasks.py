"""Doors with a clock: what places keep back follows what they sell."""

from celery import shared_task

from inventory.safety.operations import apply_rules
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM


@shared_task(ignore_result=True, expires=3_000)
def apply_safety_rules() -> None:
    """Let the levels of every place keep back what the rules say."""
    apply_rules(by=SYSTEM, at=clock.now())
