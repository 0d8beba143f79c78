"""Web, relay, worker, Valkey and PostgreSQL are killed twenty-five times during a day."""

import os

from tests.drills.living import Killer, Service, audit, tell

ORDERS = os.environ.get("DRILL_ORDERS", "300")
PACE = os.environ.get("DRILL_PACE", "2")
KILLS = 25


def test_no_acknowledged_order_is_lost_and_nothing_happens_twice(service: Service) -> None:
    killer = Killer(service, times=KILLS, seed=25)
    killer.start()
    day = service.manage(
        *("play_trading_day", "--orders", ORDERS, "--pace", PACE, "--seed", "25"),
        *("--base-url", service.url, "--expect-failures", "--patience", "180"),
    )
    killer.is_done.set()
    tell(day.stdout)
    tell(f"killed: {dict(killer.killed)}")
    assert day.returncode == 0, day.stdout[-4000:] + day.stderr[-4000:]
    assert killer.killed.total() == KILLS
    assert all(killer.killed[role] for role in ("web", "relay", "worker"))
    assert all(killer.killed[role] for role in ("valkey", "postgres"))
    assert audit(service) == []
