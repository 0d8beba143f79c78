"""Ledgers are written once: the database refuses to change or delete a row."""

import pgtrigger

from omniretail.kernel.triggers import BindingProtect


def append_only(name: str) -> BindingProtect:
    """The trigger that keeps a ledger as it was written."""
    return BindingProtect(
        name=f"{name}_append_only",
        operation=pgtrigger.Update | pgtrigger.Delete,
    )
