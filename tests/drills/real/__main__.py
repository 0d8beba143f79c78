"""`make drill-real`: a real grocer's products, shops and one week of baskets.

`REAL_WEEK` chooses another week (1 to 53), `REAL_SHOPS` keeps the busiest shops only.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from orders.trading_day.client import Tally
from tests.drills.living import Service, audit, connected, tell
from tests.drills.real import comparing, tills
from tests.drills.real.environment import HOME, tables
from tests.drills.real.feeds import import_file, write_feeds
from tests.drills.real.head_office import HeadOffice
from tests.drills.real.ringing import Manner, manner_of, ring_all
from tests.drills.real.source import Source, read_source
from tests.drills.real.weighing import Scales
from tests.drills.test_told_twice import wait_until_told

# A week with receipts of more than a hundred lines and with money that has no units.
WEEK = os.environ.get("REAL_WEEK", "19")
MOST_SHOPS = os.environ.get("REAL_SHOPS", "")
_SEED, _SHOWN, _PATIENCE = 19, 20, 1_800.0


def main() -> None:
    """Import, replay, compare; a difference ends it with an error."""
    source = read_source(
        tables(), week=WEEK, most_shops=int(MOST_SHOPS) if MOST_SHOPS else None
    )
    tell_source(source)
    with tempfile.TemporaryDirectory(prefix="omni-real-") as folder:
        service = Service(Path(folder))
        service.environment["DEFAULT_CURRENCY"] = "USD"
        scales = Scales(service)
        try:
            service.start()
            scales.start()
            wrong = play(service, source)
        finally:
            if scales.is_alive():
                scales.stop()
            service.stop()
    tell(f"peak memory of all processes: {scales.told()}")
    if wrong:
        sys.exit("drill-real: " + "; ".join(wrong[:_SHOWN]))
    tell("net sales and units of every shop and day are those of the source, to the cent")


def play(service: Service, source: Source) -> list[str]:
    """The week; answers what went wrong."""
    office = HeadOffice(service)
    import_all(office, source)
    told = replay_all(office, source)
    with connected(service) as database:
        began_at = time.monotonic()
        wait_until_told(database, patience=_PATIENCE)
    tell(f"queues empty {time.monotonic() - began_at:.1f} s after the last batch")
    wrong = compare(office, source, told)
    broken = audit(service)
    tell(f"audit: {broken or 'every law holds'}")
    return wrong + [str(verdict) for verdict in broken]


def import_all(office: HeadOffice, source: Source) -> None:
    """The files an ERP would send, in their order."""
    erp = office.program("ERP", "catalogue:write", "stock:write")
    for kind, path in write_feeds(source, HOME / "feeds").items():
        done = import_file(erp, kind, path)
        tell(
            f"imported {kind}: {done.report['rows_landed']} of {done.report['rows_read']}"
            f" lines in {done.seconds:.1f} s, {done.rows_per_second:.0f} lines/s"
        )
        if done.report["rows_refused"]:
            raise RuntimeError(f"{kind}: {done.report['refusals'][:3]}")


def replay_all(office: HeadOffice, source: Source) -> tills.Told:
    """Pair the tills and let them speak."""
    office.sign_in()
    tally = Tally()
    began_at = time.monotonic()
    manned = tills.manned(office, source.baskets, tally, seed=_SEED)
    tell(f"paired {len(manned)} tills in {time.monotonic() - began_at:.1f} s")
    batches = [batch for till in manned for batch in till.batches]
    lines = sum(len(sale["lines"]) for batch in batches for sale in batch.sales)
    began_at = time.monotonic()
    told = tills.replay(manned, tally)
    seconds = time.monotonic() - began_at
    tell(
        f"replayed {len(told.orders)} receipts with {lines} lines in {seconds:.1f} s:"
        f" {lines / seconds:.0f} lines/s, {len(batches)} batches of"
        f" {len(manned)} tills over {tills.SENDERS} connections"
    )
    tell(
        f"sent twice: {tally.resent} batches under the same key, {told.echoed} under"
        f" another at the same time; {sum(till.is_out_of_order for till in manned)}"
        f" tills out of order; answers {dict(told.outcomes)}, retries {tally.retries}"
    )
    return told


def compare(office: HeadOffice, source: Source, told: tills.Told) -> list[str]:
    """The service's figures beside the source's."""
    reader = office.program("Figures", "orders:read", channel="pos")
    expected = comparing.plain_sum(source.baskets)
    orders = comparing.from_orders(reader, sorted(told.orders.values()))
    scores = comparing.from_scorecards(reader, {day for _shop, day in expected})
    total = sum(expected.values(), comparing.Takings())
    tell(
        f"compared {len(expected)} days of shops: {total.receipts} receipts,"
        f" {total.cents / 100:.2f} USD, {total.units} units"
    )
    return [
        *told.wrong,
        *(f"refused: {code} {times} times" for code, times in told.refused.items()),
        *(f"answered differently: {path}" for path in told.tally.differing),
        *(f"server error: {what}" for what in told.tally.failures),
        *comparing.differences(expected, orders, "receipts", "cents", "units"),
        *comparing.differences(expected, scores, "receipts", "cents"),
    ]


def tell_source(source: Source) -> None:
    """What the week holds, and what of it no till could say."""
    lines = [line for basket in source.baskets for line in basket.lines]
    manners = Counter(manner_of(line) for line in lines)
    tell(
        f"week {WEEK}: {len(lines)} lines in {len(source.baskets)} baskets of"
        f" {len({basket.shop for basket in source.baskets})} shops; {len(source.shops)}"
        f" shops and {len(source.articles)} products in all"
    )
    for manner in Manner:
        tell(f"  {manners[manner]} lines {manner}")
    coupons = sum(line.coupon_cents > 0 for line in lines)
    tell(f"  {coupons} lines paid in part by a maker's coupon: a tender, no discount")
    off_shelf = sum(
        source.shelf.get(rung.product) != rung.unit_cents
        for basket in source.baskets
        for rung in ring_all(basket.lines)
    )
    tell(f"  {off_shelf} lines off the published price: the till names why (TILL)")


if __name__ == "__main__":
    main()
