"""A customer to test with, and a way to open points for them."""

from collections.abc import Callable

import pytest

from loyalty.identity.models import Customer
from loyalty.points.operations import grant_points
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.factories.loyalty import a_customer

Grant = Callable[[int], None]


@pytest.fixture
def anna(db: None) -> Customer:
    return a_customer()


@pytest.fixture
def grant(anna: Customer) -> Grant:
    """Give Anna points that may be spent at once; each call another gift."""
    given = []

    def give(points: int) -> None:
        given.append(points)
        grant_points(
            customer_number=anna.number,
            points=points,
            reference=f"G-{len(given)}",
            by=SYSTEM,
            at=NOON,
        )

    return give
