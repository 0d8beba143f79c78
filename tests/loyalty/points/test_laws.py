"""Each law of points, broken once."""

from decimal import Decimal

import pytest
from django.db import connection

from loyalty.identity.models import Customer
from loyalty.points.operations import LineBase, claw_back, earn_points, redeem_points
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.lawbook import broken
from tests.loyalty.conftest import Grant

LAWS = {"L1", "L2", "L3", "L4"}


@pytest.fixture
def history(anna: Customer, grant: Grant) -> None:
    """A gift, a redemption, an earning and a partial return."""
    grant(100)
    redeem_points(
        customer_number=anna.number, points=30, reference="R-1", by=SYSTEM, at=NOON
    )
    lines = [LineBase(1, Decimal(1000))]
    who = {"customer_number": anna.number, "order_number": "R-1", "by": SYSTEM, "at": NOON}
    earn_points(reference="F-1", lines=lines, currency="RUB", **who)  # type: ignore[arg-type]
    claw_back(reference="RT-1", lines=[LineBase(1, Decimal(500))], **who)  # type: ignore[arg-type]
    assert not broken(only=LAWS)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


TWICE = """
    INSERT INTO loyalty_entry (account_id, kind, points, pending, debt, source, reference,
                               order_number, actor_kind, actor_key, at)
    SELECT account_id, kind, 0, 0, 0, source, reference, '', actor_kind, actor_key, at
    FROM loyalty_entry WHERE kind = 'EARN' AND source = 'GRANT'
"""
BREAKAGES = {
    "L1 balance": ("L1", ["UPDATE loyalty_account SET balance = balance + 1"]),
    "L1 pending": ("L1", ["UPDATE loyalty_account SET pending = pending + 1"]),
    "L2": (
        "L2",
        ["UPDATE loyalty_linepoints SET points = points - 1 WHERE points < 0"],
    ),
    "L3": (
        "L3",
        [
            (
                "ALTER TABLE loyalty_entry DROP CONSTRAINT"
                " one_points_entry_per_source_reference_and_kind"
            ),
            TWICE,
        ],
    ),
    "L4": (
        "L4",
        ["UPDATE loyalty_lotuse SET points = points - 1 WHERE points = -30"],
    ),
}


@pytest.mark.parametrize("name", list(BREAKAGES))
def test_a_violation_is_reported_by_its_law_alone(history: None, name: str) -> None:
    law, statements = BREAKAGES[name]
    run("ALTER TABLE loyalty_entry DISABLE TRIGGER USER")
    run("ALTER TABLE loyalty_lotuse DISABLE TRIGGER USER")
    run("ALTER TABLE loyalty_linepoints DISABLE TRIGGER USER")
    for statement in statements:
        run(statement)
    assert broken(only=LAWS) == {law}
