"""The moments tests are set in."""

from datetime import UTC, datetime

NOON = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""A Friday, twelve o'clock in Moscow."""
