"""Checkout of one line through HTTP, beside the SQL that writes the same rows."""

import itertools
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from inventory.stock.models import StockLevel
from orders.trading_day.client import Caller
from tests.bench.figures import Pair, alternating, median_ms
from tests.bench.replay import Replay, Statement, Watch

TIMES, WARM_UP = 25, 8


def check_out_one_line(caller: Caller) -> Pair:
    """A cart with one unit to collect is paid by card; the cart is filled beforehand."""
    carts = _carts(caller)
    watch = Watch()
    sample = next(carts)
    in_the_cart = watch.new_rows()
    watch = Watch()
    _pay(caller, sample)
    in_the_order = watch.new_rows()
    level = _level(0)

    def ours() -> float:
        filled = [next(carts) for _ in range(TIMES + WARM_UP)]
        return median_ms(lambda number: _pay(caller, filled[number]), times=TIMES)

    def bare() -> float:
        replay = Replay(in_the_cart, in_the_order)
        copies = [_with_its_cart(replay) for _ in range(TIMES + WARM_UP)]

        def write(number: int) -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement, values in copies[number]:
                    cursor.execute(statement, values)
                cursor.execute(
                    "UPDATE inventory_stocklevel SET changed_at = now() WHERE id = %s",
                    [level.pk],
                )

        return median_ms(write, times=TIMES)

    theirs_and_ours = alternating(ours, bare)
    return Pair(
        "checkout of one line, HTTP",
        theirs_and_ours[0],
        f"{len(in_the_order)} rows in one transaction",
        theirs_and_ours[1],
        "three transactions around the gateway, Python between the statements",
    )


def _with_its_cart(replay: Replay) -> list[Statement]:
    """Write a copy of the cart; answers what is left to write of the order."""
    before, order = replay.statements()
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, values in before:
            cursor.execute(statement, values)
    return order


def _carts(caller: Caller) -> Iterator[str]:
    for number in itertools.count():
        cart = caller.tell("/api/v1/carts", {"language": "ru"})
        token, level = str(cart["token"]), _level(number)
        caller.tell(f"/api/v1/carts/{token}/lines", _line(level))
        caller.change("PATCH", f"/api/v1/carts/{token}", _contact())
        yield token


def _level(number: int) -> StockLevel:
    rich = StockLevel.objects.filter(
        available_to_promise__gte=10, store__can_pickup=True, store__kind="STORE"
    ).select_related("store", "sku")
    return rich.order_by("pk")[number % 50]


def _line(level: StockLevel) -> dict[str, Any]:
    return {
        "sku": level.sku.code,
        "quantity": 1,
        "intent": "COLLECT",
        "store": level.store.code,
    }


def _contact() -> dict[str, Any]:
    return {"name": "Анна", "phone": "+79000000000", "email": "", "language": "ru"}


def _pay(caller: Caller, token: str) -> None:
    order = caller.tell(
        f"/api/v1/carts/{token}/checkout", {"payment": {"method": "card-4242"}}
    )
    assert order["status"] == "PLACED"
