"""Feeds land while tills sell, shoppers hold, and clerks move, count, send and take back
the same goods: nobody is blocked, and everything adds up. Without the order of keys, feeds
block each other."""

import io
import random
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from django.db import IntegrityError, OperationalError

from inventory.counts.operations import approve_count
from inventory.feeds.operations import FeedReport, FeedTerms, import_csv
from inventory.promises.operations import expire_holds
from inventory.stock.models import differing
from inventory.stock.operations import restock_return, sell_stock
from inventory.supply.operations import (
    Wanted,
    approve_transfer,
    dispatch_transfer,
    request_transfer,
)
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError, from_integrity
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.counts.given import BOSS, counted
from tests.inventory.given import SOON, held, moved, place, stocked, wanted
from tests.lawbook import broken
from tests.races.barrier import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
PLACES, SKUS = ("msk-1", "spb-1"), [f"S-{number}" for number in range(1, 13)]
CLERKS, TRIES = 5, 12
LAWS = {"S1", "S2", "S3", "S4", "S5", "S6", "S7", "P1", "P3", "P5", "C1", "C2"}


def shelves() -> None:
    for store in PLACES:
        place(store)
    for code in SKUS:
        SkuFactory.create(code=code)
        for store in PLACES:
            stocked(5, store=store, sku=code)


def feed(units: Sequence[int], *, backwards: bool = False) -> FeedReport:
    """So many of each article at each place."""
    pairs = [(store, sku) for store in PLACES for sku in SKUS]
    lines = [f"{store},{sku},{n}" for (store, sku), n in zip(pairs, units, strict=True)]
    lines = lines[::-1] if backwards else lines
    text = "\n".join(["store_code,sku_code,on_hand", *lines, ""])
    stream, terms = io.BytesIO(text.encode()), FeedTerms("stock")
    return import_csv(stream=stream, terms=terms, by=SYSTEM, at=NOON)


def feeds(seed: int) -> list[FeedReport]:
    dice = random.Random(seed)
    return [
        feed(
            [dice.randint(3, 9) for _level in range(len(PLACES) * len(SKUS))],
            backwards=bool(seed % 2),
        )
        for _time in range(TRIES // 2)
    ]


def deeds(number: str, dice: random.Random) -> list[Callable[[], object]]:
    """What else happens to an article meanwhile."""
    store, sku = dice.choice(PLACES), dice.choice(SKUS)
    line, more = [(sku, 1)], {"reference": f"T-{number}", "by": SYSTEM, "at": NOON}

    def send() -> None:
        other = PLACES[1 - PLACES.index(store)]
        transfer = request_transfer(
            source_code=store,
            target_code=other,
            lines=[Wanted(sku, 1)],
            by=SYSTEM,
            at=NOON,
        )
        approve_transfer(number=transfer, by=SYSTEM, at=NOON)
        dispatch_transfer(number=transfer, by=SYSTEM, at=NOON)

    demand = wanted(1, store=store, sku=sku)
    back = [(sku, 1, "RESTOCK")]
    return [
        partial(held, demand, reference=f"cart-{number}", owner=f"cart:{number}"),
        partial(expire_holds, at=SOON),
        partial(stocked, 1, store=store, sku=sku),
        partial(sell_stock, store_code=store, lines=line, **more),  # type: ignore[arg-type]
        partial(restock_return, store_code=store, lines=back, **more),  # type: ignore[arg-type]
        partial(moved, 1, "ON_HAND>DAMAGED", reference=f"M-{number}"),
        lambda: approve_count(number=counted(dice.randint(1, 5)), by=BOSS, at=SOON),
        send,
    ]


def work(seed: int) -> int:
    """A clerk's morning; answers how much of it was done. A refusal is an answer, too."""
    dice, done = random.Random(seed), 0
    for number in range(TRIES):
        try:
            dice.choice(deeds(f"{seed}-{number}", dice))()
        except DomainError:
            continue
        except IntegrityError as violation:
            if not isinstance(from_integrity(violation), DomainError):
                raise
            continue
        done += 1
    return done


def test_a_feed_lands_in_the_midst_of_everything() -> None:
    shelves()
    calls: list[Callable[[], object]] = [partial(feeds, seed) for seed in range(2)]
    calls += [partial(work, 100 + seed) for seed in range(CLERKS)]
    answers: list[object] = list(run_together(calls))
    assert not [one for one in answers if isinstance(one, Exception)]
    reports = [one for told in answers[:2] for one in told]  # type: ignore[attr-defined]
    assert sum(one.rows_changed for one in reports) > len(SKUS)
    assert sum(done for done in answers[2:] if isinstance(done, int)) > CLERKS
    assert broken(only=LAWS) == set()


def test_without_the_order_of_keys_two_feeds_block_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: levels are locked in the order of the file."""
    in_the_order_of_lines = """
        SELECT COUNT(*) FROM (
            SELECT pg_sleep(0.05) FROM inventory_stocklevel l
            JOIN ({batch}) a ON a.level_id = l.id
            ORDER BY a.line FOR NO KEY UPDATE OF l
        ) AS locked
    """
    shelves()
    monkeypatch.setattr(differing, "_LOCKED", in_the_order_of_lines)
    levels = len(PLACES) * len(SKUS)
    calls = [partial(feed, [7 + way] * levels, backwards=bool(way)) for way in range(2)]
    answers: list[object] = list(run_together(calls))
    (blocked,) = (one for one in answers if isinstance(one, Exception))
    assert isinstance(blocked, OperationalError)
    assert "deadlock" in str(blocked)
