"""Units that were not found are kept elsewhere before they are given up."""

import pytest

from inventory.promises.operations import (
    ExtendedBefore,
    PromiseNotFound,
    PromiseSlip,
    RankedDemand,
    extend_holds,
    replace_short,
    write_off_short,
)
from inventory.promises.queries import live_promises
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.given import SOON, allocated, figures, held, stocked, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
A, B, C = "msk-1", "msk-2", "spb-1"
LAWS = {"S1", "S2", "S3", "S4", "O6", "P1", "P3", "P5"}


def stands() -> list[tuple[str, int]]:
    return sorted((slip.store_code, slip.quantity) for slip in live_promises("R-1"))


def replaced(*places: str, units: int = 1) -> list[PromiseSlip]:
    return replace_short(
        reference="R-1",
        line="1",
        quantity=units,
        demand=RankedDemand("S-1", units, "1:x", places, may_split=True),
        most_places=4,
        by=SYSTEM,
        at=NOON,
    )


def test_missing_units_are_kept_elsewhere_before_they_are_given_up() -> None:
    stocked(3, store=A)
    stocked(1, store=B)
    stocked(1, store=C)
    allocated(wanted(3, store=A))
    slips = replaced(B, C, units=2)
    assert [(slip.store_code, slip.status) for slip in slips] == [
        (B, "ALLOCATED"),
        (C, "ALLOCATED"),
    ]
    assert stands() == [(A, 1), (B, 1), (C, 1)]
    assert (figures(A), figures(B)) == ((1, 1), (1, 1))
    assert broken(only=LAWS) == set()


def test_missing_units_that_nobody_has_are_written_off() -> None:
    stocked(3, store=A)
    stocked(1, store=B)
    allocated(wanted(3, store=A))
    assert replaced(B, units=2) == []
    assert stands() == [(A, 1)]
    assert (figures(A), figures(B)) == ((1, 1), (1, 0))
    assert broken(only=LAWS) == set()


def test_what_is_no_longer_kept_is_not_replaced() -> None:
    stocked(1, store=B)
    with pytest.raises(PromiseNotFound):
        replaced(B)


def test_the_rest_of_an_extended_hold_was_extended_too() -> None:
    stocked(3, store=A)
    held(wanted(3, store=A), reference="cart-1")
    extend_holds(reference="cart-1", ends_at=SOON, by=SYSTEM, at=NOON)
    write_off_short(reference="cart-1", line="1", quantity=1, by=SYSTEM, at=NOON)
    (rest,) = live_promises("cart-1")
    assert (rest.quantity, rest.status) == (2, "HELD")
    with pytest.raises(ExtendedBefore):
        extend_holds(reference="cart-1", ends_at=SOON, by=SYSTEM, at=NOON)
    assert broken(only=LAWS) == set()
