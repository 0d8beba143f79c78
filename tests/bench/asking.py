"""How many of fifty SKUs the twenty nearest of two hundred places have, over HTTP."""

import http.client
import random
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db import connection

from tests.bench.chain import FEW_LEVELS, MANY_LEVELS, fill_levels, open_places
from tests.bench.figures import Pair, alternating, median_ms

TIMES, SKUS, NEAREST = 40, 50, 20

_BARE = """
    WITH near AS MATERIALIZED (
        SELECT id, code FROM stores_store
        ORDER BY ll_to_earth(latitude, longitude) <-> ll_to_earth(%(latitude)s,
                                                                  %(longitude)s)
        LIMIT %(limit)s
    )
    SELECT near.code, k.code, COALESCE(l.available_to_promise, 0)
    FROM inventory_sku k CROSS JOIN near
    LEFT JOIN inventory_stocklevel l ON l.sku_id = k.id AND l.store_id = near.id
    WHERE k.code = ANY(%(sku)s)
"""
_BOUND = "a token, the places with their hours, Python around three statements"


class Asker:
    """Somebody with a token who asks one thing after the other on one line."""

    def __init__(self, url: str, token: str) -> None:
        self.line = http.client.HTTPConnection(urlsplit(url).netloc)
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, path: str) -> bytes:
        """The body of the answer, unread."""
        self.line.request("GET", path, headers=self.headers)
        answer = self.line.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise ValueError(told.decode())
        return told


def availability(url: str, token: str) -> list[Pair]:
    """Beside the same figures by bare SQL, with few levels and with many."""
    open_places()
    few = _pair(url, token, FEW_LEVELS, fill_levels(0, FEW_LEVELS))
    if MANY_LEVELS <= FEW_LEVELS:
        return [few]
    more = fill_levels(FEW_LEVELS, MANY_LEVELS)
    many = _pair(url, token, MANY_LEVELS, more)
    grown = Pair(
        many.work,
        many.milliseconds,
        few.work,
        few.milliseconds,
        "deeper indexes, colder pages",
        reach=1.5,
    )
    return [few, many, grown]


def _pair(url: str, token: str, levels: int, skus: int) -> Pair:
    asker = Asker(url, token)  # a line that waits for shelves to fill is hung up on
    questions = [_question(skus) for _number in range(TIMES)]

    def ours(number: int) -> None:
        asked = urlencode(questions[number], doseq=True)
        asker.ask(f"/api/v1/availability/grid?{asked}")

    def bare(number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE, questions[number])
            assert len(cursor.fetchall()) == SKUS * NEAREST

    took, bare_took = alternating(
        lambda: median_ms(ours, times=TIMES), lambda: median_ms(bare, times=TIMES)
    )
    return Pair(
        f"{SKUS} SKUs × {NEAREST} nearest places, {levels:,} levels, HTTP",
        took,
        "one SELECT of the same figures",
        bare_took,
        _BOUND,
        reach=3,
    )


def _question(skus: int) -> dict[str, Any]:
    return {
        "sku": [f"WIDE-{n}" for n in random.sample(range(1, skus + 1), SKUS)],
        "latitude": round(random.uniform(50, 58), 4),
        "longitude": round(random.uniform(30, 50), 4),
        "limit": NEAREST,
    }
