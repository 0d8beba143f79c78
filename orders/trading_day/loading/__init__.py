"""Bringing the demonstration chain in, through imports and operations."""
