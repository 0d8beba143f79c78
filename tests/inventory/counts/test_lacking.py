"""A till sold what was promised; then somebody counts the shelf. Promises lack units only
as far as fewer are there than are promised."""

from functools import partial

import pytest

from inventory.counts.operations import approve_count, settle_short_counts
from inventory.promises.operations import release_promises, sell_over_promises
from inventory.promises.queries import live_promises
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.counts.given import BOSS, EVENING, LAWS, counted, line_of, shelf
from tests.inventory.given import allocated, figures, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
approve = partial(approve_count, by=BOSS, at=EVENING)


@pytest.fixture(autouse=True)
def _sold_of_what_was_promised() -> None:
    """Ten on the books, all promised; a till sells two of them."""
    shelf(10)
    allocated(wanted(6), reference="EARLY")
    allocated(wanted(4), reference="LATE")
    lines = [("S-1", 2)]
    sell_over_promises(store_code="msk-1", lines=lines, reference="T", by=SYSTEM, at=NOON)


def lacking() -> tuple[int, int]:
    return live_promises("EARLY")[0].uncovered, live_promises("LATE")[0].uncovered


def ended(reference: str) -> None:
    release_promises(reference=reference, by=SYSTEM, at=EVENING)
    settle_short_counts(at=EVENING)
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize(("units", "late"), [(8, 2), (9, 1), (10, 0)])
def test_units_that_are_seen_lack_nobody(units: int, late: int) -> None:
    """Two more had been there than the books knew, or one, or none. What the books say
    needs nobody's approval."""
    number = counted(units)
    if units < 10:
        approve(number=number)
    assert lacking() == (0, late)
    ended("LATE")
    assert figures() == (units, 6)
    ended("EARLY")
    assert figures() == (units, 0)


def test_what_others_leave_free_covers_what_was_lacking() -> None:
    """The books go down to what is there; the promise that lacked units lies among it."""
    number = counted(8)
    approve(number=number)
    assert line_of(number).short == 2
    ended("EARLY")
    assert (figures(), live_promises("LATE")[0].uncovered) == ((8, 4), 0)
    ended("LATE")
    assert figures() == (8, 0)


def test_a_count_that_is_not_believed_covers_nothing() -> None:
    counted(9)
    assert lacking() == (0, 2)
