"""Each operation of stock asks the database an exact number of times: of several things
as often as of one.

The table is written by hand: whoever changes a number has looked at the queries.
"""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.doors.counted import looking_after, selling, stock, supply
from tests.doors.counted.asking import QUESTIONS
from tests.doors.routes import operations

TABLE: dict[str, int] = json.loads(Path(__file__).with_name("queries.json").read_text())
ONE, SEVERAL = 1, 4
WINGS = (looking_after, selling, stock, supply)


def test_every_operation_of_stock_stands_in_the_table() -> None:
    here = [op for op in operations() if op.view.__module__.startswith("inventory.")]
    assert set(QUESTIONS) == set(TABLE) == {str(op) for op in here}


@pytest.mark.django_db
@pytest.mark.parametrize("size", [ONE, SEVERAL])
@pytest.mark.parametrize("operation", sorted(QUESTIONS))
def test_it_asks_the_database_just_so_often(operation: str, size: int) -> None:
    call = QUESTIONS[operation](size)
    with CaptureQueriesContext(connection) as queries:
        answer = call()
    assert answer.status_code < 300, answer.content
    assert len(queries) == TABLE[operation], [query["sql"] for query in queries]
