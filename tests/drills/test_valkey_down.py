"""Valkey is away for five minutes: orders, picks, hand-overs and refunds go on."""

import os
import time

from tests.drills.living import Absence, Service, audit, connected, tell

SECONDS = float(os.environ.get("DRILL_ABSENCE", "300"))


def test_the_shops_do_not_notice(service: Service) -> None:
    absence = Absence(service, "valkey", seconds=SECONDS, look=lambda: done_by_now(service))
    absence.start()
    time.sleep(1)
    day = service.manage(
        *("play_trading_day", "--orders", str(int(SECONDS / 2)), "--pace", "0.6"),
        *("--seed", "5", "--base-url", service.url, "--patience", str(SECONDS + 120)),
    )
    absence.join()
    tell(day.stdout)
    tell(f"Valkey was killed {absence.killed} times in {SECONDS:.0f} s")
    tell(f"done by then: {absence.seen}")
    assert absence.killed > 0
    assert all(absence.seen[done] for done in ("orders", "picks", "hand-overs"))
    assert day.returncode == 0, day.stdout[-4000:] + day.stderr[-4000:]
    assert audit(service) == []


def done_by_now(service: Service) -> dict[str, int]:
    """What the shops got done, asked of the database itself."""
    with connected(service) as database:
        row = database.execute(
            "SELECT (SELECT count(*) FROM orders_order WHERE placed_at IS NOT NULL),"
            " count(picking_at), count(collected_at) FILTER (WHERE kind = 'COLLECT')"
            " FROM orders_fulfilment"
        ).fetchone()
    return dict(zip(("orders", "picks", "hand-overs"), row or (0, 0, 0), strict=True))
