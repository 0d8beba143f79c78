"""Small lines of a few days, drawn from zero. Pure."""

from collections.abc import Sequence
from decimal import Decimal

WIDTH, HEIGHT = 112, 32


def points_of(values: Sequence[Decimal]) -> str:
    """Points for an SVG polyline: the first value at the left edge, zero at the bottom."""
    if len(values) < 2:
        return ""
    most = max(*values, Decimal(1))
    step = Decimal(WIDTH - 4) / (len(values) - 1)
    points = [
        (2 + step * n, HEIGHT - 2 - (HEIGHT - 4) * max(value, Decimal(0)) / most)
        for n, value in enumerate(values)
    ]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
