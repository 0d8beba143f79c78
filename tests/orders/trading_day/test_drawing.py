"""A day is drawn from its seed alone, and what is drawn can be played."""

from functools import cache

from orders.trading_day.drawing import Planner
from orders.trading_day.opening import opening_levels
from orders.trading_day.plan import Day, Twist
from orders.trading_day.reference import Chain, read_chain
from tests.conftest import CHECKOUT


@cache
def chain() -> Chain:
    return read_chain(CHECKOUT / "fixtures")


@cache
def carried() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for level in opening_levels(chain(), seed=1):
        found.setdefault(level.store_code, set()).add(level.sku_code)
    return {code: frozenset(skus) for code, skus in found.items()}


def day(seed: int = 7, orders: int = 400) -> Day:
    planner = Planner(
        chain(), carried(), seed=seed, pace=5, receipts={"till-kgd-leninsky": 40}
    )
    return planner.draw(orders)


def test_the_same_seed_draws_the_same_day() -> None:
    assert day() == day()
    assert day() != day(seed=8)


def test_a_day_has_exactly_the_orders_asked_for() -> None:
    assert day(orders=123).orders == 123


def test_every_twist_happens_on_a_full_day() -> None:
    happened = {twist for visit in day(orders=1000).visits for twist in visit.twists}
    assert happened == set(Twist)


def test_only_what_a_buyer_can_do_is_drawn() -> None:
    for visit in day(orders=1000).visits:
        assert visit.wants
        for want in visit.wants:
            assert (want.intent == "SHIP") is (want.store_code is None)
            assert want.intent != "CARRY_OUT" or visit.channel == "TABLET"
        if Twist.POINTS in visit.twists:
            assert visit.person.is_regular
        if Twist.RETURNED in visit.twists:
            assert visit.return_store_code != visit.store_code
            assert Twist.NO_SHOW not in visit.twists


def test_orders_mix_what_is_collected_with_what_is_sent() -> None:
    mixes = {frozenset(want.intent for want in visit.wants) for visit in day().visits}
    assert frozenset({"COLLECT", "SHIP"}) in mixes


def test_a_till_goes_on_counting_from_its_last_receipt() -> None:
    runs = [
        run for run in day(orders=2000).till_runs if run.device_code == "till-kgd-leninsky"
    ]
    counted = [sale.sequence for run in runs for sale in run.sales]
    assert counted == list(range(41, 41 + len(counted)))
