"""What a channel may sell of a level: its places, what it leaves, what is blocked."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given as drawn
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventory.catalogue.models import Category, Sku
from inventory.promises.first_holds import HOLD_FUNCTION
from inventory.promises.keeping import KEEP_FIRST_FUNCTION, KEEP_FUNCTION
from inventory.selling.models.sellable import KEPT_BACK_FUNCTION
from inventory.selling.operations import Goods, drop_buffer, lift_block, set_network
from inventory.selling.queries import Where, availability, sellable
from inventory.stock.operations import adjust_stock
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.factories.inventory import CategoryFactory, ProductFactory, SkuFactory
from tests.inventory.given import allocated, place, stocked, wanted
from tests.inventory.selling.given import block, buffer, channel, network, sold_by

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def keep_back(units: int) -> None:
    adjust_stock(
        store_code="msk-1",
        sku_code="S-1",
        reason="plan",
        safety_stock=units,
        by=SYSTEM,
        at=NOON,
    )


def test_a_channel_nobody_wrote_down_sells_what_may_be_promised() -> None:
    stocked(10)
    allocated(wanted(2))
    keep_back(3)
    assert [sold_by(code) for code in (None, "", "SITE")] == [5, 5, 5]


def test_a_channel_leaves_its_buffer_beside_the_safety_stock() -> None:
    stocked(10)
    keep_back(3)
    buffer(2)
    (one,) = sellable(
        channel="SITE", store_codes=["msk-1"], sku_codes=["S-1"], at=NOON
    ).values()
    assert (one.on_hand, one.safety_stock, one.buffer, one.units) == (10, 3, 2, 5)
    assert (sold_by("SITE"), sold_by("APP"), sold_by("")) == (5, 7, 7)


def test_a_buffer_larger_than_what_is_there_leaves_nothing_to_sell() -> None:
    stocked(2)
    buffer(5)
    assert sold_by("SITE") == 0


def test_the_most_specific_buffer_decides_alone() -> None:
    """Each is set beside the wider ones, and takes over from them."""
    stocked(20)
    far = CategoryFactory.create(code="far")
    near = Category.objects.create(code="near", name="Near", parent=far)
    product = Sku.objects.get(code="S-1").product
    product.category = near
    product.save()
    seen = []
    wider: list[dict[str, Any]] = [
        {},
        {"store": "msk-1"},
        {"category": "far"},
        {"category": "far", "store": "msk-1"},
        {"category": "near"},
        {"category": "near", "store": "msk-1"},
        {"sku": "S-1"},
        {"sku": "S-1", "store": "msk-1"},
    ]
    for units, goods in enumerate(wider, start=1):
        buffer(units, **goods)
        seen.append(20 - sold_by("SITE"))
    assert seen == [1, 2, 3, 4, 5, 6, 7, 8]
    buffer(0, sku="S-1", store="msk-1")
    assert sold_by("SITE") == 20


def test_a_buffer_binds_only_its_goods_and_its_place() -> None:
    stocked(9)
    stocked(9, sku="S-2")
    stocked(9, store="spb-1")
    CategoryFactory.create(code="other")
    buffer(3, sku="S-1", store="msk-1")
    buffer(4, category="other")
    assert sold_by("SITE") == 6
    assert sold_by("SITE", sku="S-2") == 9
    assert sold_by("SITE", store="spb-1") == 9


def test_a_dropped_buffer_lets_the_wider_one_bind_again() -> None:
    stocked(9)
    buffer(1)
    buffer(4, sku="S-1")
    goods = Goods(sku_code="S-1")
    drop_buffer(channel="SITE", goods=goods, by=SYSTEM, at=NOON + HOUR)
    assert (sold_by("SITE"), sold_by("SITE", at=NOON + HOUR)) == (5, 8)


def test_a_channel_sells_from_its_own_places_only() -> None:
    stocked(3)
    stocked(4, store="spb-1")
    network("SITE", "spb-1")
    assert (sold_by("SITE"), sold_by("SITE", store="spb-1")) == (0, 4)
    assert (sold_by("APP"), sold_by(None)) == (3, 3)
    network("SITE", "msk-1", at=NOON + HOUR)
    assert (sold_by("SITE", at=NOON + HOUR), sold_by("SITE")) == (3, 0)
    assert sold_by("SITE", store="spb-1", at=NOON + HOUR) == 0
    set_network(channel="SITE", places=None, by=SYSTEM, at=NOON + 2 * HOUR)
    assert sold_by("SITE", store="spb-1", at=NOON + 2 * HOUR) == 4


def test_a_network_without_places_sells_nothing() -> None:
    stocked(3)
    network("SITE")
    assert sold_by("SITE") == 0


def test_a_blocked_sku_is_sold_in_no_channel_until_it_is_over() -> None:
    stocked(3)
    channel("SITE")
    block(until=NOON + HOUR)
    assert [sold_by(code) for code in ("SITE", "APP", "")] == [0, 0, 0]
    assert sold_by(None) == 3
    assert sold_by("SITE", at=NOON + HOUR) == 3


def test_a_block_for_one_channel_leaves_the_others_alone() -> None:
    stocked(3)
    channel("SITE")
    made = block(channel="SITE")
    assert [sold_by(code) for code in ("SITE", "APP", "")] == [0, 3, 3]
    lift_block(number=made.number, by=SYSTEM, at=NOON + HOUR)
    assert (sold_by("SITE"), sold_by("SITE", at=NOON + HOUR)) == (0, 3)


def test_what_is_in_the_way_has_a_name() -> None:
    stocked(3)
    stocked(3, store="spb-1")
    stocked(3, sku="S-2")
    network("SITE", "msk-1")
    block()
    told = sellable(
        channel="SITE",
        store_codes=["msk-1", "spb-1"],
        sku_codes=["S-1", "S-2"],
        at=NOON,
    )
    facts = {
        pair: (one.units, one.is_blocked, one.is_in_network) for pair, one in told.items()
    }
    assert facts == {
        ("msk-1", "S-1"): (0, True, True),
        ("msk-1", "S-2"): (3, False, True),
        ("spb-1", "S-1"): (0, False, False),
    }


def test_places_show_what_the_channel_may_sell_there() -> None:
    stocked(3)
    place("spb-1", latitude=59.93, longitude=30.33)
    stocked(4, store="spb-1")
    buffer(1, store="msk-1")
    near = Where(near=(55.75, 37.62))
    found = availability("S-1", channel="SITE", at=NOON, where=near)
    assert [(one.place.code, one.available) for one in found] == [
        ("msk-1", 2),
        ("spb-1", 4),
    ]
    block()
    found = availability("S-1", channel="SITE", at=NOON, where=near)
    assert [(one.available, one.on_hand) for one in found] == [(0, 3), (4, 4)]
    assert found[0].ready_at is None


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("inventory_kept_back", KEPT_BACK_FUNCTION),
        ("inventory_keep", KEEP_FUNCTION),
        ("inventory_keep_first", KEEP_FIRST_FUNCTION),
        ("inventory_hold", HOLD_FUNCTION),
    ],
)
def test_the_database_has_the_function_that_the_code_shows(
    name: str, function: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name])
        assert [row[0] for row in cursor.fetchall()] == [function.split("$$")[1]]


def model_of(buffers: dict[tuple[bool, str], int], on_hand: int) -> int:
    """What may be sold, worked out by hand: the first of these that is set decides."""
    for what in ("sku", "near", "far", "all"):
        for is_here in (True, False):
            if (is_here, what) in buffers:
                return max(0, on_hand - buffers[is_here, what])
    return on_hand


class TestAnyBuffers(TestCase):
    """Whatever buffers are set in whatever order, the figure is the model's."""

    @hypothesis_settings(max_examples=40)
    @drawn(
        on_hand=st.integers(1, 30),
        buffers=st.dictionaries(
            st.tuples(st.booleans(), st.sampled_from(["sku", "near", "far", "all"])),
            st.integers(0, 20),
            max_size=8,
        ),
    )
    def test_the_figure_is_what_the_most_specific_one_leaves(
        self, on_hand: int, buffers: dict[tuple[bool, str], int]
    ) -> None:
        far = CategoryFactory.create(code="far")
        near = Category.objects.create(code="near", name="Near", parent=far)
        SkuFactory.create(code="S-1", product=ProductFactory.create(category=near))
        stocked(on_hand)
        for (is_here, what), units in buffers.items():
            goods: dict[str, Any] = {"sku": "S-1"} if what == "sku" else {"category": what}
            if what == "all":
                goods = {}
            buffer(units, store="msk-1" if is_here else None, **goods)
        assert sold_by("SITE") == model_of(buffers, on_hand)
