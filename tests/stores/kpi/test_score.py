from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from omniretail.contracts import orders as told
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.money import Money
from stores.kpi import operations, queries, reactions, scoring, sparks
from stores.kpi.models import Scorecard, ScoreEntry
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.stores import StoreFactory
from tests.lawbook import broken
from tests.stores.facts import fact, fulfilment, order

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
SOLD = Decimal("4990.00")


def place(
    store: Store, channel: str = "SITE", number: str = "R-1", **changes: object
) -> None:
    brief = order(number, channel, **changes)
    bags = (fulfilment(store.code, number=f"F-{number}"),)
    reactions.score_order(
        fact(told.OrderPlaced, order=brief, total_amount=SOLD, fulfilments=bags)
    )


def collect(
    store: Store, channel: str = "SITE", number: str = "R-1", **changes: object
) -> None:
    bag = fulfilment(store.code, number=f"F-{number}")
    reactions.score_collection(
        fact(
            told.FulfilmentCollected,
            order=order(number, channel, **changes),
            fulfilment=bag,
            by="anna",
            ready_at=NOON + timedelta(minutes=50),
        )
    )


def give_back(amount: str, store: Store, number: str = "R-1", **changes: object) -> None:
    reactions.score_return(
        fact(
            told.OrderReturned,
            order=order(number, **changes),  # type: ignore[arg-type]
            return_number=f"B-{amount}",
            store_code=store.code,
            sold_by_stores=(store.code,),
            lines=(),
            refund_amount=Decimal(amount),
            by="anna",
        )
    )


def test_an_online_order_collected_in_a_store_is_in_both_views_and_once_in_the_total() -> (
    None
):
    store = StoreFactory()
    place(store)
    collect(store)
    day = queries.day(TODAY)
    (own,) = day.by_store
    assert own.figures.net_sales_amount == SOLD
    assert day.online.net_sales_amount == SOLD
    assert day.company.net_sales_amount == SOLD
    assert (own.figures.orders, day.online.orders, day.company.orders) == (1, 1, 1)


def test_a_sale_in_the_hall_is_the_stores_alone() -> None:
    store = StoreFactory()
    place(store, "TABLET", taken_at_store=store.code)
    collect(store, "TABLET", taken_at_store=store.code)
    day = queries.day(TODAY)
    assert day.online.orders == 0
    assert day.company.net_sales_amount == SOLD


def test_the_store_that_took_the_order_has_the_sale_and_the_other_the_pickup() -> None:
    taker, server = StoreFactory(code="a"), StoreFactory(code="b")
    place(server, "TABLET", taken_at_store=taker.code)
    collect(server, "TABLET", taken_at_store=taker.code)
    by_store = {one.code: one.figures for one in queries.day(TODAY).by_store}
    assert by_store["a"].net_sales_amount == SOLD
    assert by_store["a"].pickups == 0
    assert by_store["b"].net_sales_amount == 0
    assert by_store["b"].pickups == 1


def test_an_order_of_several_bags_counts_once_with_the_largest() -> None:
    small, large = StoreFactory(code="a"), StoreFactory(code="b")
    bags = (
        fulfilment(small.code, "F-1", amounts={"Кабель": "300.00"}),
        fulfilment(large.code, "F-2", amounts={"Ноутбук": "70000.00"}),
    )
    reactions.score_order(
        fact(told.OrderPlaced, total_amount=Decimal(70300), fulfilments=bags)
    )
    assert Scorecard.objects.get().store == large
    assert queries.day(TODAY).company.orders == 1


def test_a_pickup_is_on_time_when_the_bag_was_ready_when_promised() -> None:
    due = NOON + timedelta(hours=1)
    assert scoring.pickup_amounts(due, due)["pickups_on_time"] == 1
    assert scoring.pickup_amounts(due, due + timedelta(seconds=1))["pickups_on_time"] == 0
    assert scoring.pickup_amounts(due, None)["pickups_on_time"] == 0


def test_time_to_ready_runs_from_the_order() -> None:
    store = StoreFactory()
    reactions.score_ready(
        fact(
            told.FulfilmentReady,
            at=NOON + timedelta(minutes=42),
            fulfilment=fulfilment(store.code),
            bay="A",
            keep_until=NOON,
        )
    )
    assert queries.day(TODAY).company.ready_minutes == 42
    assert queries.Figures().ready_minutes is None
    assert queries.Figures().on_time_percent is None


def test_a_parcel_is_sold_when_it_leaves() -> None:
    store = StoreFactory()
    reactions.score_shipment(
        fact(
            told.FulfilmentShipped,
            fulfilment=fulfilment(store.code, kind="SHIP"),
            by="anna",
            tracking_number="T",
            ready_at=None,
        )
    )
    company = queries.day(TODAY).company
    assert (company.net_sales_amount, company.pickups) == (SOLD, 0)


def test_a_return_at_another_store_is_taken_from_the_seller() -> None:
    seller, receiver = StoreFactory(code="a"), StoreFactory(code="b")
    collect(seller)
    give_back("4990.00", receiver)
    by_store = {one.code: one.figures for one in queries.day(TODAY).by_store}
    assert by_store["a"].refunds_amount == SOLD
    assert "b" not in by_store
    assert by_store["a"].net_sales_amount == SOLD


def test_a_refund_is_split_as_the_sale_was_to_the_last_kopeck() -> None:
    shares = scoring.split_refund(
        Money(Decimal("100.00"), "RUB"),
        [("a", Decimal(1)), ("b", Decimal(1)), ("c", Decimal(1))],
        "z",
    )
    assert [amount for _store, amount in shares] == [
        Decimal("33.33"),
        Decimal("33.34"),
        Decimal("33.33"),
    ]
    nothing_sold = scoring.split_refund(Money(Decimal(5), "RUB"), [], "z")
    assert nothing_sold == [("z", Decimal(5))]


def test_a_cancelled_order_is_counted_where_it_was_counted() -> None:
    store = StoreFactory()
    place(store)
    cancelled = fact(told.OrderCancelled, reason="x", total_amount=SOLD)
    reactions.score_cancellation(cancelled)
    company = queries.day(TODAY).company
    assert (company.orders, company.cancellations) == (1, 1)


def test_an_order_cancelled_before_it_was_placed_is_not_counted() -> None:
    reactions.score_cancellation(fact(told.OrderCancelled, reason="x", total_amount=SOLD))
    assert not ScoreEntry.objects.exists()


def test_a_refund_told_again_is_not_taken_from_who_sold_since() -> None:
    first, second = StoreFactory(code="a"), StoreFactory(code="b")
    collect(first)
    give_back("10.00", first)
    bag = fulfilment(second.code, number="F-2")
    reactions.score_shipment(
        fact(
            told.FulfilmentShipped,
            fulfilment=bag,
            by="anna",
            tracking_number="T",
            ready_at=None,
        )
    )
    give_back("10.00", first)
    by_store = {one.code: one.figures for one in queries.day(TODAY).by_store}
    assert by_store["a"].refunds_amount == Decimal(10)
    assert by_store["b"].refunds_amount == 0


def test_facts_told_twice_count_once() -> None:
    store = StoreFactory()
    for _twice in range(2):
        place(store)
        collect(store)
        give_back("10.00", store)
    company = queries.day(TODAY).company
    assert (company.orders, company.net_sales_amount, company.refunds_amount) == (
        1,
        SOLD,
        Decimal(10),
    )


def test_a_day_belongs_to_the_stores_zone() -> None:
    east = StoreFactory(time_zone="Asia/Vladivostok")
    late = NOON.replace(hour=15)  # 01:00 on the 21st in Vladivostok
    reactions.score_order(
        fact(
            told.OrderPlaced,
            at=late,
            total_amount=SOLD,
            fulfilments=(fulfilment(east.code),),
        )
    )
    assert queries.day(date(2026, 11, 21)).company.orders == 1
    assert queries.today(late, east.code) == date(2026, 11, 21)
    assert queries.today(late) == date(2026, 11, 21)


def test_rebuilding_gives_the_same_cards() -> None:
    store = StoreFactory()
    place(store)
    collect(store)
    before = list(Scorecard.objects.values_list("orders", "net_sales_amount", "pickups"))
    Scorecard.objects.update(orders=7)
    assert "K1" in broken(only={"K1"})
    operations.rebuild_scorecards(business_date=TODAY, by=SYSTEM, at=NOON)
    after = list(Scorecard.objects.values_list("orders", "net_sales_amount", "pickups"))
    assert before == after
    assert broken(only={"K1"}) == set()


def test_a_missing_card_breaks_the_law_too() -> None:
    place(StoreFactory())
    Scorecard.objects.all().delete()
    assert broken(only={"K1"}) == {"K1"}


def test_the_ledger_is_never_changed() -> None:
    place(StoreFactory())
    for statement in (
        "UPDATE stores_scoreentry SET orders = 2",
        "DELETE FROM stores_scoreentry",
    ):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            connection.cursor().execute(statement)


def test_the_database_counts_a_fact_once() -> None:
    place(StoreFactory())
    entry = ScoreEntry.objects.get()
    entry.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


def test_a_spark_line_starts_left_and_stands_on_zero() -> None:
    points = sparks.points_of([Decimal(0), Decimal(10), Decimal(5)])
    assert points == "2.0,30.0 56.0,2.0 110.0,16.0"
    assert sparks.points_of([Decimal(1)]) == ""


def test_the_line_of_days_has_a_zero_for_a_day_without_sales() -> None:
    collect(StoreFactory())
    assert queries.net_sales_by_day(TODAY, days=3) == [Decimal(0), Decimal(0), SOLD]


def test_a_store_manager_is_shown_the_own_store_only() -> None:
    mine, other = StoreFactory(), StoreFactory()
    collect(mine)
    collect(other, number="R-2")
    day = queries.day(TODAY, store_codes={mine.code})
    assert day.company.net_sales_amount == SOLD
    assert [one.code for one in day.by_store] == [mine.code]
