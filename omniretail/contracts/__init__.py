"""Typed facts that travel between the floors: frozen dataclasses, no Django."""

from omniretail.contracts import (
    inventory,
    loyalty,
    orders,
    promises,
    selling,
    shelves,
    stores,
)
from omniretail.contracts.base import Fact

__all__ = [
    "Fact",
    "inventory",
    "loyalty",
    "orders",
    "promises",
    "selling",
    "shelves",
    "stores",
]
