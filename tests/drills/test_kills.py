"""Every role of the service is killed four times during a day.

The master of the web and its processes apart, the live side, the relay, the worker with
the clock, Valkey, PostgreSQL, and the owner of these two.
"""

import os

from tests.drills.living import ROLES, Killer, Service, audit, tell, wait_until_whole

ORDERS = os.environ.get("DRILL_ORDERS", "300")
PACE = os.environ.get("DRILL_PACE", "2")
ROUNDS = 4


def test_no_acknowledged_order_is_lost_and_nothing_happens_twice(service: Service) -> None:
    killer = Killer(service, rounds=ROUNDS, seed=25)
    killer.start()
    day = service.manage(
        *("play_trading_day", "--orders", ORDERS, "--pace", PACE, "--seed", "25"),
        *("--base-url", service.url, "--expect-failures", "--patience", "180"),
    )
    killer.is_done.set()
    killer.join()
    tell(day.stdout)
    tell(f"killed: {dict(killer.killed)}")
    assert day.returncode == 0, day.stdout[-4000:] + day.stderr[-4000:]
    assert killer.killed == dict.fromkeys(ROLES, ROUNDS)
    wait_until_whole(service)
    assert audit(service) == []
