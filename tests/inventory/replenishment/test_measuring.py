"""How fast things sell: over the days on which there were any."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import mean, stdev

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from inventory.models import Run, Sku, StockMovement, Velocity
from inventory.replenishment.operations import (
    refresh_everywhere,
    refresh_velocities,
)
from inventory.selling.operations import record_lost_demand
from inventory.stock.models import StockLevel
from inventory.supply.operations import (
    Wanted,
    approve_transfer,
    dispatch_transfer,
    request_transfer,
)
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import limits
from stores.network.models import Store
from stores.network.queries import get_store
from tests.clock import NOON
from tests.factories.inventory import ProductFactory
from tests.inventory.given import place
from tests.inventory.replenishment.given import (
    BOSS,
    LAWS,
    came,
    days_ago,
    decimal,
    measured,
    policy,
    selling,
    sold,
    velocity,
)
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


def test_what_sells_evenly_has_its_pace_and_no_deviation() -> None:
    selling(2, 5)
    measured()
    found = velocity()
    assert [found.per_day, found.deviation] == [2, 0]
    assert (found.days, found.sold) == (56, 112)
    assert (found.since_date, found.until_date) == (date(2026, 9, 25), date(2026, 11, 19))
    assert found.reorder_point is None
    assert broken(only=LAWS) == set()


def test_days_without_sales_count_and_the_deviation_is_that_of_the_days() -> None:
    came(100, at=days_ago(5))
    sold(3, at=days_ago(4))
    sold(1, at=days_ago(2))
    measured()
    found, asked = velocity(), [0, 3, 0, 1, 0]
    assert found.days == 5
    assert found.per_day == decimal(str(mean(asked)))
    assert abs(found.deviation - decimal(str(stdev(asked)))) <= Decimal("0.0001")


def test_days_without_stock_are_left_out() -> None:
    came(4, at=days_ago(20))
    sold(4, at=days_ago(17))
    came(4, at=days_ago(3))
    measured()
    found = velocity()
    assert (found.days, found.per_day) == (7, decimal("0.5714"))


def test_days_on_which_the_place_is_closed_are_left_out() -> None:
    place("msk-1", opening_hours="Mo-Fr 10:00-20:00")
    selling(0, 9)
    sold(8, at=days_ago(4))
    measured()
    assert (velocity().days, velocity().per_day) == (40, decimal("0.2"))


def test_a_sale_on_a_closed_day_belongs_to_the_day_before() -> None:
    place("msk-1", opening_hours="Mo-Fr 10:00-20:00")
    came(9, at=days_ago(7))
    sold(5, at=days_ago(5))
    measured()
    found, asked = velocity(), [5, 0, 0, 0, 0]
    assert [found.days, found.per_day] == [5, 1]
    assert abs(found.deviation - decimal(str(stdev(asked)))) <= Decimal("0.0001")


def test_today_does_not_count_yet() -> None:
    came(9, at=days_ago(2))
    sold(1, at=days_ago(1))
    sold(8, at=NOON)
    measured()
    assert (velocity().days, velocity().sold) == (2, 1)


def test_a_day_is_the_places_own() -> None:
    place("vvo-1", time_zone="Asia/Vladivostok", latitude=43.1, longitude=131.9)
    came(9, at=days_ago(2), store="vvo-1")
    sold(1, at=days_ago(1).replace(hour=13, minute=59), store="vvo-1")
    sold(1, at=days_ago(1).replace(hour=14, minute=1), store="vvo-1")
    measured("vvo-1")
    assert velocity("vvo-1").sold == 1


def test_with_smoothing_the_newest_days_weigh_more() -> None:
    policy(smoothing=Decimal("0.50"))
    came(99, at=days_ago(3))
    sold(2, at=days_ago(2))
    sold(4, at=days_ago(1))
    measured()
    assert velocity().per_day == decimal(str((4 + 2 / 2 + 0) / 1.75))


def test_lost_demand_counts_where_a_policy_says_so() -> None:
    came(4, at=days_ago(4))
    sold(4, at=days_ago(4))
    for n in range(3):
        record_lost_demand(
            sku_code="S-1",
            store_code="msk-1",
            channel="SITE",
            session=f"cart-{n}",
            by=SYSTEM,
            at=days_ago(2),
        )
    measured()
    assert [velocity().days, velocity().per_day, velocity().lost] == [1, 4, 3]
    policy(counts_lost_demand=True)
    Run.objects.all().delete()
    measured()
    assert (velocity().days, velocity().per_day) == (2, decimal("3.5"))


def test_a_warehouse_sells_what_it_sends() -> None:
    place("shop")
    place("depot", kind="WAREHOUSE")
    came(9, at=days_ago(2), store="depot")
    lines, at = [Wanted("S-1", 4)], days_ago(1)
    number = request_transfer(
        source_code="depot", target_code="shop", lines=lines, by=SYSTEM, at=at
    )
    approve_transfer(number=number, by=BOSS, at=at)
    dispatch_transfer(number=number, by=SYSTEM, at=at)
    measured("depot")
    measured("shop")
    assert velocity("depot").sold == 4
    assert not Velocity.objects.filter(store__code="shop").exists()


def test_marks_follow_the_policy_and_the_share_of_open_days() -> None:
    policy(lead_time_days=Decimal(7), review_days=Decimal(7))
    selling(2, 5)
    measured()
    found = velocity()
    assert (found.safety_stock, found.reorder_point, found.target) == (0, 14, 28)
    Store.objects.update(opening_hours="Mo-Fr 10:00-20:00")
    Run.objects.all().delete()
    measured()
    found = velocity()
    assert found.per_day == decimal("2.8")
    assert (found.reorder_point, found.target) == (
        14 + found.safety_stock if found.safety_stock else 14,
        28 + (found.safety_stock or 0),
    )


def test_what_no_longer_sells_loses_its_pace() -> None:
    came(9, at=days_ago(3))
    sold(3, at=days_ago(2))
    measured()
    assert velocity().per_day == 1
    later = NOON + timedelta(days=70)
    measured(at=later)
    assert [velocity().per_day, velocity().computed_at] == [0, later]


def test_a_place_is_measured_once_a_day_after_its_night() -> None:
    selling(1, 5, days=3)
    night = NOON.replace(hour=0, minute=30)
    assert refresh_everywhere(at=night) == 0
    assert refresh_everywhere(at=NOON) == 1
    assert refresh_everywhere(at=NOON + timedelta(hours=3)) == 0
    assert refresh_everywhere(at=NOON + timedelta(days=1)) == 1


def many(number: int, store_code: str) -> None:
    """So many SKUs at a place, each sold once."""
    place(store_code)
    store, product = get_store(store_code).id, ProductFactory.create()
    skus = Sku.objects.bulk_create(
        Sku(code=f"{store_code}-{n}", product=product, name="x", tax_rate=20)
        for n in range(number)
    )
    StockLevel.objects.bulk_create(
        StockLevel(store_id=store, sku=sku, on_hand=1) for sku in skus
    )
    StockMovement.objects.bulk_create(
        StockMovement(
            store_id=store,
            sku=sku,
            quantity=units,
            source=source,
            target=target,
            kind=kind,
            reference=f"{kind}-{sku.pk}",
            actor_kind="system",
            actor_key="system",
            at=days_ago(age),
        )
        for sku in skus
        for units, source, target, kind, age in (
            (2, "SUPPLIER", "ON_HAND", "RECEIPT", 10),
            (1, "ON_HAND", "CUSTOMER", "SALE", 5),
        )
    )


def queries_for(number: int, store_code: str) -> int:
    """How many queries it takes to measure so many."""
    many(number, store_code)
    with CaptureQueriesContext(connection) as made:
        assert refresh_velocities(store_code=store_code, at=NOON) == number
    measured = Velocity.objects.filter(per_day=decimal("0.1"), days=10)
    assert measured.filter(store__code=store_code).count() == number
    return len(made)


def test_many_take_no_more_queries_than_a_few(settings: Settings) -> None:
    policy()
    few, batch = queries_for(3, "msk-1"), limits().velocity_batch
    assert queries_for(batch - 1, "spb-1") == few
    settings.LIMITS = replace(limits(), velocity_batch=400)
    assert few < queries_for(1_000, "vvo-1") <= 4 * few


def test_a_turn_ends_and_the_next_one_goes_on(settings: Settings) -> None:
    settings.LIMITS = replace(limits(), velocity_batch=2, velocity_batches=2)
    many(9, "msk-1")
    assert [refresh_everywhere(at=NOON) for _turn in range(4)] == [2, 2, 1, 0]
    assert Velocity.objects.count() == 9
