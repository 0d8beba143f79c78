"""Only a cursor that was given can be read on from."""

import pytest
from django.db import transaction

from inventory.availability.cursors import Cursor, NoCursor
from inventory.availability.queries import the_present
from inventory.stock.models import StockLevel
from tests.callers import as_client
from tests.inventory.availability.following import (
    ADDRESS,
    lines,
    settle,
    transaction_number,
)
from tests.inventory.given import stocked

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("cursor", ["x", "1", "1.x", "-1.0", "01.0", "9" * 19 + ".0", ""])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    answer = as_client("stock:read").get(ADDRESS, {"after": cursor})
    assert answer.status_code == 400
    with pytest.raises(NoCursor):
        Cursor.read(cursor)


@pytest.mark.parametrize("asked", [{}, {"store": "msk-1"}])
def test_a_cursor_of_another_database_is_refused(asked: dict[str, str]) -> None:
    """Its changes would never come, and it would look as if there were none."""
    stocked(1)
    answer = as_client("stock:read").get(ADDRESS, {"after": f"{10**15}.0"} | asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_ahead")


@pytest.mark.parametrize("name", ["cursor", "page_size"])
def test_a_cursor_under_another_name_is_not_overlooked(name: str) -> None:
    """A snapshot calls it `cursor`: passed over, all would be read from the beginning."""
    answer = as_client("stock:read").get(ADDRESS, {name: "5.1"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == name


@pytest.mark.django_db(transaction=True)
def test_a_cursor_names_a_change_that_is_in() -> None:
    """After a crash the numbers of transactions that did nothing are given out anew: what
    a cursor named by one of them would lie behind is never told."""
    assert lines()[0]["cursor"] == str(the_present()) == "0.0"
    stocked(1)
    for _number in range(3):
        with transaction.atomic():
            transaction_number()
            transaction.set_rollback(True)
    settle()
    level = StockLevel.objects.get()
    named = f"{level.changed_in}.{level.version}"
    assert lines()[0]["cursor"] == str(the_present()) == named


def test_a_cursor_reads_as_it_was_written() -> None:
    assert Cursor.read(str(Cursor(48213, 991))) == Cursor(48213, 991)
