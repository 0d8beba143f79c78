"""Each law is tested by breaking it: exactly this law says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from inventory.promises.models import Promise
from inventory.stock.models import StockMovement
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import StateStep
from orders.fulfilment.models import Fulfilment, FulfilmentLine
from orders.fulfilment.operations import expire_uncollected
from orders.ordering.models import Order
from orders.returns.operations import return_order
from stores.network.models import Store
from tests.factories.fulfilment import (
    Ordered,
    Town,
    bag_of,
    collected,
    placed_order,
    ready,
    shipped,
)
from tests.lawbook import broken

MINE = {"F1", "F2", "F3", "F6", "P3b", "P7", "O4", "O6", "P3", "P4"}


@contextmanager
def unguarded(table: str, *constraints: str) -> Iterator[None]:
    """The table without its triggers and some constraints, for the rest of the test."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for name in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def busy(shops: Town) -> dict[str, Fulfilment]:
    """A bag collected, one ready, one expired, a parcel shipped, an order returned."""
    now, clerk = clock.now(), shops.clerk("tverskaya")
    long_ago = now - timedelta(days=9)

    def bag(at: object = now, kind: str = "COLLECT") -> Fulfilment:
        return bag_of(placed_order([Ordered("CABLE", 1, "tverskaya", kind)]), kind)

    gone, waiting, old, parcel = bag(), bag(), bag(), bag(kind="SHIP")
    collected(gone, clerk, at=now)
    ready(waiting, clerk, at=now)
    ready(old, clerk, at=long_ago)
    expire_uncollected(by=SYSTEM, at=now)
    shipped(parcel, clerk, at=now)
    back = bag()
    collected(back, clerk, at=now)
    return_order(
        order_number=back.order.number,
        store_code="arbat",
        by=shops.clerk("arbat"),
        at=now,
    )
    return {"gone": gone, "waiting": waiting, "old": old, "parcel": parcel, "back": back}


def test_an_honest_day_breaks_no_law(busy: dict[str, Fulfilment]) -> None:
    assert broken(only=MINE) == set()


def test_p7_sees_units_that_a_till_sold_and_nobody_asks_about(
    busy: dict[str, Fulfilment],
) -> None:
    order = placed_order([Ordered("CABLE", 1, "tverskaya")])
    Promise.objects.filter(reference=order.number).update(uncovered=1)
    assert broken(only=MINE) == {"P7"}


def test_f1_sees_units_handed_over_that_the_order_does_not_know(
    busy: dict[str, Fulfilment],
) -> None:
    Order.objects.get(pk=busy["gone"].order_id).lines.update(fulfilled_quantity=0)
    assert broken(only=MINE) == {"F1", "P4"}


def test_f1_sees_a_bag_that_left_twice(busy: dict[str, Fulfilment]) -> None:
    step = StateStep.objects.get(
        subject_table="orders_fulfilment", subject_id=busy["gone"].pk, target="COLLECTED"
    )
    StateStep.objects.create(
        subject_table=step.subject_table,
        subject_id=step.subject_id,
        source=step.source,
        target=step.target,
        at=step.at,
    )
    assert "F1" in broken(only=MINE - {"O6"})


def test_f2_sees_a_hand_over_in_another_store(busy: dict[str, Fulfilment]) -> None:
    Fulfilment.objects.filter(pk=busy["gone"].pk).update(released_in="arbat")
    assert broken(only=MINE) == {"F2"}


def test_f2_sees_a_hand_over_by_a_stranger(busy: dict[str, Fulfilment]) -> None:
    Fulfilment.objects.filter(pk=busy["gone"].pk).update(released_by="clerk-arbat")
    assert broken(only=MINE) == {"F2"}


def test_f2_sees_a_hand_over_without_code_or_override(
    busy: dict[str, Fulfilment],
) -> None:
    with unguarded("orders_fulfilment", "fulfilment_collected_means_code_or_override"):
        Fulfilment.objects.filter(pk=busy["gone"].pk).update(code_verified_at=None)
    assert broken(only=MINE) == {"F2"}


def test_f3_sees_a_bag_kept_too_long(busy: dict[str, Fulfilment]) -> None:
    late = clock.now() - timedelta(minutes=10)
    Fulfilment.objects.filter(pk=busy["waiting"].pk).update(keep_until=late)
    assert broken(only=MINE) == {"F3"}


def test_f3_sees_stock_that_an_expired_bag_still_keeps(
    busy: dict[str, Fulfilment],
) -> None:
    with unguarded("inventory_promise"):
        Promise.objects.filter(reference=busy["old"].order.number).update(
            status="ALLOCATED", ended_at=None
        )
    assert "F3" in broken(only=MINE)


def test_f6_sees_a_bag_that_asks_for_more_than_it_was_promised(
    busy: dict[str, Fulfilment],
) -> None:
    with unguarded("orders_fulfilmentline"):
        FulfilmentLine.objects.filter(fulfilment=busy["waiting"]).update(
            quantity=2, picked_quantity=2
        )
    assert broken(only=MINE) == {"F6"}


def test_f6_sees_a_bag_whose_units_are_promised_elsewhere(
    busy: dict[str, Fulfilment],
) -> None:
    with unguarded("inventory_promise"):
        Promise.objects.filter(reference=busy["waiting"].order.number).update(
            store_id=Store.objects.get(code="arbat").pk
        )
    assert "F6" in broken(only=MINE)


def test_p3b_sees_goods_that_left_without_a_bag(busy: dict[str, Fulfilment]) -> None:
    movement = StockMovement.objects.get(
        reference=busy["gone"].order.number, target="CUSTOMER"
    )
    with unguarded("inventory_stockmovement"):
        StockMovement.objects.filter(pk=movement.pk).update(quantity=2)
    assert "P3b" in broken(only=MINE)


def test_o4_sees_more_returned_than_handed_over(busy: dict[str, Fulfilment]) -> None:
    with unguarded("orders_fulfilmentline"):
        FulfilmentLine.objects.filter(fulfilment=busy["back"]).update(
            quantity=2, short_quantity=2, picked_quantity=0
        )
    assert "O4" in broken(only={"O4", "F2", "F3"})


def test_o6_sees_an_illegal_step(busy: dict[str, Fulfilment]) -> None:
    with unguarded("orders_fulfilment", "fulfilment_called_off_says_when_and_why"):
        Fulfilment.objects.filter(pk=busy["old"].pk).update(status="ACCEPTED")
    assert "O6" in broken(only={"O6"})
