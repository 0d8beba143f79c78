"""What the laws say about the data a test has made."""

from omniretail.kernel.laws import judge


def broken(*, only: set[str] | None = None) -> set[str]:
    """The ids of the laws that do not hold right now."""
    return {verdict.law for verdict in judge(only) if not verdict.holds}
