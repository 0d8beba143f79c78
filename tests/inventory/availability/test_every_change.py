"""Whoever took a snapshot once and reads the changes ends with the numbers of a new one:
whatever kinds of change there were, in whatever order, however much was forgotten."""

import io
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from inventory.availability.operations import forget_changes
from inventory.counts.operations import approve_count
from inventory.feeds.operations import FeedTerms, import_csv
from inventory.lots.operations import quarantine_expired
from inventory.promises.operations import (
    confirm_holds,
    consume_promises,
    expire_holds,
    rebuild_levels,
    release_promises,
    sell_over_promises,
)
from inventory.safety.operations import apply_rules, save_rule
from inventory.safety.ruling import Rule
from inventory.stock.models import StockMovement
from inventory.stock.operations import (
    StockWrite,
    WriteMode,
    adjust_stock,
    restock_return,
    reverse_movement,
    write_stock,
)
from inventory.supply.operations import Counted
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError
from tests.clock import NOON
from tests.inventory.availability.following import Follower, lines, settle
from tests.inventory.counts.given import BOSS, counted
from tests.inventory.given import SOON, held, kit, moved, place, stocked, wanted
from tests.inventory.lots.given import lotted
from tests.inventory.selling.given import network
from tests.inventory.supply.given import come, ordered, sent, take_in

pytestmark = pytest.mark.django_db(transaction=True)
PLACES, GOODS, LOTTED, KIT = ("msk-1", "spb-1"), ("S-1", "S-2"), "S-3", "K-1"
EVENING = NOON + timedelta(hours=6)
BY: dict[str, Any] = {"by": SYSTEM, "at": NOON}
STEPS = 120


def deeds(number: int, dice: random.Random) -> list[Callable[[], object]]:
    """What people do to stock all day; much of it is refused."""
    store, sku = dice.choice(PLACES), dice.choice([*GOODS, LOTTED])
    units, cart = dice.randint(1, 4), f"cart-{dice.randint(1, 6)}"
    level: dict[str, Any] = {"store": store, "sku": sku}
    terms: dict[str, Any] = {"store_code": store, "sku_code": sku, **BY}
    new: dict[str, Any] = {"reference": f"X-{number}", **BY}
    sold = wanted(units, store=store, sku=dice.choice([*GOODS, LOTTED, KIT]))
    moment = NOON + timedelta(minutes=number)
    return [
        partial(stocked, units, **level),
        partial(
            lotted, units, f"L-{number}", dice.choice([-1, 30]), store=store, sku=LOTTED
        ),
        partial(quarantine_expired, store_code=store, sku_code=LOTTED, **BY),
        partial(held, sold, reference=cart, owner=cart),
        partial(confirm_holds, reference=cart, **BY),
        partial(consume_promises, reference=cart, lines={"1": 1}, **BY),
        partial(release_promises, reference=cart, **BY),
        partial(expire_holds, at=SOON),
        partial(sell_over_promises, store_code=store, lines=[(sold.sku_code, 1)], **new),
        partial(restock_return, store_code=store, lines=[(sku, 1, "RESTOCK")], **new),
        partial(moved, 1, dice.choice(["ON_HAND>DAMAGED", "DAMAGED>ON_HAND"]), **level),
        partial(turned_back, **BY),
        partial(adjust_stock, delta=dice.choice([-1, 1]), reason="", **terms),
        partial(adjust_stock, safety_stock=units, reason="", **terms),
        partial(ruled, number, store, units),
        partial(told, number, store, dice),
        partial(fed, store, sku, units, moment),
        partial(counted_anew, units),
        partial(transferred, units),
        partial(delivered, units),
        partial(rebuild_levels, is_dry_run=False, **BY),
        partial(network, "SITE", *dice.sample(PLACES, dice.randint(0, 2)), at=clock.now()),
        partial(forget_changes, before=clock.now() + timedelta(days=1)),
    ]


def turned_back(**by: Any) -> None:
    """The last move is taken back."""
    last = StockMovement.objects.filter(kind="MOVE").latest("pk")
    reverse_movement(movement=last.pk, reason="", **by)


def ruled(number: int, store: str, units: int) -> None:
    """Other units are kept back."""
    rule = Rule(f"rule-{number}", store_code=store, units=units, priority=number)
    save_rule(rule=rule, name=rule.code, **BY)
    apply_rules(**BY)


def told(number: int, store: str, dice: random.Random) -> None:
    """Another system tells of several levels."""
    rows = [
        StockWrite("a", store, "S-1", WriteMode.DELTA, dice.choice([-1, 2])),
        StockWrite("b", store, "S-2", WriteMode.SWAP, dice.randint(1, 9), expected=5),
        StockWrite("c", store, LOTTED, WriteMode.ABSOLUTE, 5, observed_at=EVENING),
    ]
    write_stock(rows=rows, reference=f"W-{number}", reason="", by=SYSTEM, at=EVENING)


def fed(store: str, sku: str, units: int, at: datetime) -> None:
    """A file tells of levels."""
    text = f"store_code,sku_code,on_hand\n{store},{sku},{units}\n"
    terms = FeedTerms("stock")
    import_csv(stream=io.BytesIO(text.encode()), terms=terms, by=SYSTEM, at=at)


def counted_anew(units: int) -> None:
    """A shelf is counted."""
    approve_count(number=counted(units), by=BOSS, at=EVENING)


def transferred(units: int) -> None:
    """Goods go from one place to another."""
    take_in(sent(units), Counted("S-1", units))


def delivered(units: int) -> None:
    """A supplier brings goods."""
    come(ordered(units), Counted("S-1", units))


@pytest.mark.parametrize("seed", range(2))
def test_followers_end_with_the_numbers_of_a_new_snapshot(seed: int) -> None:
    dice, done = random.Random(seed), 0
    for store in PLACES:
        place(store)
        for sku in GOODS:
            stocked(9, store=store, sku=sku)
        lotted(9, "L-0", 30, store=store, sku=LOTTED)
    kit(KIT, {"S-1": 1, LOTTED: 2})
    network("SITE", "msk-1")
    of_all, of_channel, late = Follower(), Follower(asked={"channel": "SITE"}), Follower()
    of_all.begin()
    of_channel.begin()
    for number in range(1, STEPS):
        deed = dice.choice(deeds(number, dice))
        try:
            deed()
            done += 1
        except (DomainError, StockMovement.DoesNotExist):
            continue
        if dice.random() < 0.2:
            dice.choice([of_all, of_channel]).follow(in_the_end=False)
    assert done > STEPS / 3
    settle()
    for follower in (of_all, of_channel, late):
        follower.follow(limit=dice.randint(1, 20))
        rows = lines(follower.caller, **follower.asked)[1:-1]
        assert said(follower.known.values()) == said(rows)


def said(rows: Any) -> dict[tuple[str, str], dict[str, int]]:
    """What is said of each level that ever held anything."""
    names = ("on_hand", "reserved", "safety_stock", "available", "version")
    return {
        (row["store"], row["sku"]): {name: row[name] for name in names}
        for row in rows
        if row["version"]
    }
