"""Ledgers are written once: the database refuses to change or delete a row."""

import pgtrigger


def append_only(name: str) -> pgtrigger.Trigger:
    """The trigger that keeps a ledger as it was written."""
    return pgtrigger.Protect(
        name=f"{name}_append_only",
        operation=pgtrigger.Update | pgtrigger.Delete,
    )
