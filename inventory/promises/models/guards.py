"""What the database watches when a promise is written: its steps, what its level can bear,
and the ends that it had."""

import pgtrigger

from inventory.promises.statements import MOVED_WITHIN_BOUNDS, WITHIN_BOUNDS
from omniretail.kernel.states import Transitions, legal_steps
from omniretail.kernel.triggers import BindingTrigger

LIVE = ("HELD", "ALLOCATED")
STEPS: Transitions = {
    "HELD": frozenset({"ALLOCATED", "CONSUMED", "RELEASED", "EXPIRED"}),
    "ALLOCATED": frozenset({"CONSUMED", "RELEASED"}),
}
_END_REMEMBERED = """
    INSERT INTO inventory_holdend (reference, line, ends_at, until)
    VALUES (OLD.reference, OLD.line, OLD.ends_at, COALESCE(
        CASE WHEN NEW.allocated_at IS DISTINCT FROM OLD.allocated_at
             THEN NEW.allocated_at
             WHEN NEW.extended_at IS DISTINCT FROM OLD.extended_at
             THEN NEW.extended_at END,
        now()
    ));
    RETURN NULL;
"""
TRIGGERS = [
    legal_steps("promise", STEPS),
    BindingTrigger(
        name="promise_within_bounds",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="made"),
        func=WITHIN_BOUNDS,
    ),
    BindingTrigger(
        name="moved_promise_within_bounds",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("store_id"),
        func=MOVED_WITHIN_BOUNDS,
    ),
    BindingTrigger(
        name="end_of_a_hold_is_remembered",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("ends_at"),
        condition=pgtrigger.Q(old__ends_at__isnull=False)
        & pgtrigger.Q(old__ends_at__df=pgtrigger.F("new__ends_at")),
        func=_END_REMEMBERED,
    ),
]
