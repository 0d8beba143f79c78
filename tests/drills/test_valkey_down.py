"""Valkey is away for five minutes: orders, picks, hand-overs and refunds go on."""

import os
import time

from tests.drills.service import Absence, Service, audit, tell

SECONDS = float(os.environ.get("DRILL_ABSENCE", "300"))


def test_the_shops_do_not_notice(service: Service) -> None:
    absence = Absence(service, "valkey", seconds=SECONDS)
    absence.start()
    time.sleep(1)
    day = service.manage(
        *("play_trading_day", "--orders", str(int(SECONDS / 2)), "--pace", "0.6"),
        *("--seed", "5", "--base-url", service.url, "--patience", str(SECONDS + 120)),
    )
    absence.join()
    tell(day.stdout)
    tell(f"Valkey was killed {absence.killed} times in {SECONDS:.0f} s")
    assert absence.killed > 0
    assert day.returncode == 0, day.stdout[-4000:] + day.stderr[-4000:]
    assert audit(service) == []
