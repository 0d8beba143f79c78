"""A promise lacks units that a till has sold. When others leave for it, what was sold is
not free as well: it would be sold once more."""

import pytest

from inventory.promises.operations import consume_promises, release_promises
from inventory.stock.models import StockMovement
from tests.inventory.given import allocated, figures, stocked, wanted
from tests.inventory.promises.test_giving_way import BY_LATER, LAWS, A, sold, stands
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sold_of_what_was_promised() -> None:
    """Three units, promised all; a till sells one of them."""
    stocked(3, store=A)
    allocated(wanted(3, store=A))
    sold()


def handed_over(units: int) -> None:
    consume_promises(reference="R-1", lines={"1": units}, **BY_LATER)
    assert broken(only=LAWS) == set()


def test_a_unit_that_came_and_left_for_it_is_not_free_as_well() -> None:
    stocked(1, store=A)
    handed_over(3)
    assert figures(A) == (0, 0)
    (gone,) = StockMovement.objects.filter(reason="SOLD_MEANWHILE")
    assert (gone.reference, gone.quantity, gone.target) == ("R-1", 1, "SHRINKAGE")


def test_what_lies_free_beside_that_stays_free() -> None:
    stocked(3, store=A)
    handed_over(3)
    assert figures(A) == (2, 0)


def test_units_for_which_there_was_no_other_were_found_after_all() -> None:
    handed_over(3)
    assert figures(A) == (0, 0)
    assert not StockMovement.objects.filter(reason="SOLD_MEANWHILE").exists()


def test_what_leaves_first_are_the_units_that_were_there() -> None:
    stocked(1, store=A)
    handed_over(2)
    assert (figures(A), stands("R-1")) == ((2, 1), [(A, 1, 1)])
    release_promises(reference="R-1", **BY_LATER)
    assert figures(A) == (1, 0)
