"""Valkey is away for five minutes: orders, picks, hand-overs and refunds go on."""

import os
import time

from tests.drills.living import (
    Absence,
    Service,
    audit,
    connected,
    tell,
    wait_until_whole,
)

SECONDS = float(os.environ.get("DRILL_ABSENCE", "300"))
DONE = ("orders", "picks", "hand-overs", "returns", "refunds")
MOST_BETWEEN_KILLS = 15  # its owner starts it again after five seconds at most


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
    assert absence.killed > SECONDS / MOST_BETWEEN_KILLS
    assert all(absence.seen[done] for done in DONE)
    assert day.returncode == 0, day.stdout[-4000:] + day.stderr[-4000:]
    wait_until_whole(service)
    assert audit(service) == []


def done_by_now(service: Service) -> dict[str, int]:
    """What the shops got done, asked of the database itself."""
    with connected(service) as database:
        row = database.execute(
            "SELECT (SELECT count(*) FROM orders_order WHERE placed_at IS NOT NULL),"
            " count(picking_at), count(collected_at) FILTER (WHERE kind = 'COLLECT'),"
            " (SELECT count(*) FROM orders_return),"
            " (SELECT count(*) FROM orders_paymentrequest WHERE kind = 'REFUND')"
            " FROM orders_fulfilment"
        ).fetchone()
    return dict(zip(DONE, row or (0,) * len(DONE), strict=True))
