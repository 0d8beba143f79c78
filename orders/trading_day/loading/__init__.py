"""Bringing the demonstration chain in: through imports and operations, as often as you like."""
