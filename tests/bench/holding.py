"""Holds of one caller, each beside another way of doing or not doing them."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress

from django.db import connection, transaction

from inventory.promises.operations import Demand, Wish, hold_first_come, hold_stock
from inventory.stock.models import StockLevel
from inventory.stock.operations import NotEnoughStock
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import limits
from tests.bench.figures import Pair, alternating, median_ms
from tests.bench.shelves import Shelf, Shelves

TIMES, FEW_TIMES = 200, 15
INTENTS, LINES, PROMISES = 50, 20, 20_000

_BARE = """
    WITH level AS (
        UPDATE inventory_stocklevel SET reserved = reserved + 1, changed_at = now()
        WHERE id = %s AND available_to_promise >= 1
        RETURNING store_id, sku_id
    )
    INSERT INTO inventory_promise
        (store_id, sku_id, quantity, status, owner, reference, line, ends_at,
         payment_in_flight, created_at, channel, spare, from_safety_stock)
    SELECT store_id, sku_id, 1, 'HELD', 'bench', %s, '1', now() + interval '15 minutes',
           false, now(), '', 0, false
    FROM level
"""
_CROWD = """
    INSERT INTO inventory_promise
        (store_id, sku_id, quantity, status, owner, reference, line, ends_at,
         payment_in_flight, created_at, channel, spare, from_safety_stock)
    SELECT store_id, sku_id, 1, 'HELD', 'bench:' || n, 'crowd:' || id || ':' || n, '1',
           now() + interval '2 hours', false, now(), '', 0, false
    FROM inventory_stocklevel, generate_series(1, %(units)s) n WHERE id = %(level)s;
    UPDATE inventory_stocklevel SET reserved = reserved + %(units)s WHERE id = %(level)s;
    ANALYZE inventory_promise
"""


def all_holds(shelves: Shelves) -> list[Pair]:
    """Every comparison, the ones that leave rows behind last."""
    return [
        one_line(shelves.many),
        refusal(shelves.many),
        many_lines(shelves.many),
        many_intents(shelves.hot),
        crowded_level(shelves),
    ]


def one_line(shelves: Sequence[Shelf]) -> Pair:
    """One unit of one SKU, beside the SQL that writes the same rows."""

    def bare(number: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_BARE, [_turn(shelves, number).id, uuid.uuid4().hex])

    return _pair(
        "hold one line, operation",
        lambda number: _hold([_turn(shelves, number)]),
        "one statement: UPDATE + INSERT",
        bare,
        times=TIMES,
        bound_by="one round trip that looks, decides and writes, and Python before it",
    )


def refusal(shelves: Sequence[Shelf]) -> Pair:
    """A level that has nothing left, beside one that has."""
    empty = shelves[-1]
    StockLevel.objects.filter(pk=empty.id).update(safety_stock=10**6)

    def refused(_number: int) -> None:
        with suppress(NotEnoughStock):
            _hold([empty])
            raise AssertionError("there is nothing to hold")

    pair = _pair(
        "refusal of one line",
        refused,
        "grant of one line",
        lambda number: _hold([_turn(shelves[:-1], number)]),
        times=TIMES,
        reach=1 / 3,
        bound_by="one look, and the Python of a refusal",
    )
    StockLevel.objects.filter(pk=empty.id).update(safety_stock=0)
    return pair


def many_lines(shelves: Sequence[Shelf]) -> Pair:
    """Twenty lines in one hold, beside one; the levels lie apart."""

    def twenty(number: int) -> None:
        _hold([_turn(shelves, number * LINES + line) for line in range(LINES)])

    return _pair(
        f"hold {LINES} lines",
        twenty,
        "hold one line",
        lambda number: _hold([_turn(shelves, number)]),
        times=TIMES // 4,
        reach=3.0,
        bound_by="rows written: the statements are as many as for one line",
    )


def many_intents(hot: Shelf) -> Pair:
    """Fifty owners at once want the same thing, beside one after the other."""

    def together(_number: int) -> None:
        at = clock.now()
        names = [uuid.uuid4().hex for _intent in range(INTENTS)]
        answers = hold_first_come(
            wishes=[Wish(name, f"bench:{name}", hot.store, hot.sku, 1) for name in names],
            ends_at=at + limits().hold_life,
            by=SYSTEM,
            at=at,
        )
        if not all(answer.is_kept for answer in answers):
            raise AssertionError("there is enough for all")

    def one_by_one(_number: int) -> None:
        for _intent in range(INTENTS):
            _hold([hot])

    return _pair(
        f"hold {INTENTS} intents of one hot level at once",
        together,
        f"{INTENTS} single holds",
        one_by_one,
        times=FEW_TIMES,
        reach=1 / 5,
        bound_by="one statement decides; the rest is rows and their checks",
    )


def crowded_level(shelves: Shelves) -> Pair:
    """A level that keeps twenty thousand promises, beside one that keeps none."""
    crowded, empty = shelves.many[0], shelves.many[1]
    both = StockLevel.objects.filter(pk__in=[crowded.id, empty.id])
    both.update(on_hand=10 * PROMISES)
    with connection.cursor() as cursor:
        cursor.execute(_CROWD, {"level": crowded.id, "units": PROMISES})
    return _pair(
        f"hold beside {PROMISES:,} open promises",
        lambda _number: _hold([crowded]),
        "hold beside none",
        lambda _number: _hold([empty]),
        times=TIMES,
        reach=1.1,
        bound_by="nothing adds up promises: the level has the sum",
    )


def _pair(
    work: str,
    ours: Callable[[int], None],
    beside: str,
    bare: Callable[[int], None],
    *,
    times: int,
    bound_by: str,
    reach: float | None = None,
) -> Pair:
    measured = alternating(
        lambda: median_ms(ours, times=times), lambda: median_ms(bare, times=times)
    )
    return Pair(work, measured[0], beside, measured[1], bound_by, reach)


def _turn(shelves: Sequence[Shelf], number: int) -> Shelf:
    """Another level each time, so that no row becomes hot."""
    return shelves[number % len(shelves)]


def _hold(chosen: Sequence[Shelf]) -> None:
    at, reference = clock.now(), uuid.uuid4().hex
    hold_stock(
        demands=[
            Demand(one.store, one.sku, 1, str(line)) for line, one in enumerate(chosen, 1)
        ],
        owner=f"bench:{reference}",
        reference=reference,
        ends_at=at + limits().hold_life,
        by=SYSTEM,
        at=at,
    )
