"""`make bench`: what the service does beside the bare thing, in one run."""

import logging
import os
import shutil
from pathlib import Path

from omniretail.kernel.embedded.layout import Layout
from omniretail.kernel.embedded.leases import stop

CHECKOUT = Path(__file__).resolve().parents[2]
BENCH = CHECKOUT / ".embedded" / "bench"
os.environ["OMNIRETAIL_EMBEDDED_DIR"] = str(BENCH)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omniretail.settings")

if BENCH.is_dir():  # every run begins with the same empty tables
    stop(Layout.from_environment())
    shutil.rmtree(BENCH)

import django  # noqa: E402 - the engines' folder is chosen before settings load

django.setup()

from django.core.management import call_command  # noqa: E402

from orders.management.commands.play_trading_day import FIXTURES  # noqa: E402
from orders.trading_day.client import Tally  # noqa: E402
from orders.trading_day.doors import Doors  # noqa: E402
from orders.trading_day.loading.programs import demo_secret  # noqa: E402
from orders.trading_day.reference import read_chain  # noqa: E402
from tests.bench import (  # noqa: E402
    asking,
    buying,
    crowded,
    following,
    holding,
    importing,
    pages,
    running,
)
from tests.bench.figures import Figures  # noqa: E402
from tests.bench.morning import make_morning  # noqa: E402
from tests.bench.shelves import fill_shelves  # noqa: E402


def main() -> None:
    """Measure everything and print it; where it breaks off, what was measured by then."""
    logging.getLogger().setLevel(logging.WARNING)
    call_command("prepare")
    call_command("load_fixtures")
    figures = Figures([], [], [], [])
    try:
        _measure(figures)
    finally:
        figures.show(BENCH / "figures.json")


def _measure(figures: Figures) -> None:
    chain = read_chain(FIXTURES)
    with running.web_alone() as url:
        doors = Doors(url, chain, Tally(), demo_secret)
        figures.pairs.append(buying.check_out_one_line(doors.program("site")))
        figures.pages.extend(pages.tablet_pages(make_morning(doors, chain)))
        shelves = fill_shelves()
        figures.pairs.extend(holding.all_holds(shelves))
        figures.rates.extend(crowded.in_process(shelves))
        figures.rates.extend(crowded.over_http(shelves, url, _token(doors)))
        figures.pairs.append(following.changes(url, _token(doors)))
        figures.pairs.extend(asking.availability(url, _token(doors)))
    figures.pairs.append(importing.import_levels(BENCH))
    figures.memory.extend(running.idle_memory())


def _token(doors: Doors) -> str:
    return doors.program("site").headers["Authorization"].removeprefix("Bearer ")


if __name__ == "__main__":
    main()
