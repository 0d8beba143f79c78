"""Each rule of channels, blocks, buffers and lost demand is broken once, and the database
refuses it by its name."""

from datetime import timedelta

import pytest

from inventory.selling.models import (
    ChannelBuffer,
    ChannelPlace,
    LostDemand,
    SaleBlock,
    SellingChannel,
)
from tests.clock import NOON
from tests.factories.inventory import sku
from tests.inventory.given import place
from tests.rulebook import Breach, Usual, assert_refused_for_this_alone

pytestmark = pytest.mark.django_db
LATER, BEFORE = NOON + timedelta(hours=1), NOON - timedelta(seconds=1)
SOMEBODY = "0123456789abcdef" * 4

USUAL: Usual = {
    SellingChannel: {"code": "STALL", "name": "Stall"},
    ChannelPlace: {"channel": "KIOSK", "store": "msk-1", "starts_at": NOON},
    SaleBlock: {
        "number": "B-1",
        "store": "msk-1",
        "sku": "S-1",
        "starts_at": NOON,
        "reason": "OTHER",
        "blocked_by": "x",
    },
    ChannelBuffer: {"channel": "KIOSK", "units": 1, "starts_at": NOON, "set_by": "x"},
    LostDemand: {
        "sku": "S-1",
        "channel": "KIOSK",
        "quantity": 1,
        "session": SOMEBODY,
        "day": NOON.date(),
        "at": NOON,
    },
}
BREACHES = [
    Breach("channel_code_is_plain", SellingChannel, {"code": "stall"}),
    Breach("channel_code_is_plain", SellingChannel, {"code": "2STALL"}),
    Breach(
        "display_names_its_number_exactly_when_it_has_one",
        SellingChannel,
        {"display_units": 5},
    ),
    Breach(
        "display_names_its_number_exactly_when_it_has_one",
        SellingChannel,
        {"display_units": 0},
        {"display": "CAP", "display_units": 5},
    ),
    Breach(
        "place_is_once_in_a_network",
        ChannelPlace,
        {"ends_at": None},
        {"ends_at": LATER},
        beside={},
    ),
    Breach(
        "place_leaves_a_network_after_it_joined",
        ChannelPlace,
        {"ends_at": BEFORE},
        {"ends_at": NOON},
    ),
    Breach(
        "block_ends_after_it_began",
        SaleBlock,
        {"ends_at": BEFORE},
        {"ends_at": NOON},
        behind="range lower bound must be less than or equal to range upper bound",
    ),
    Breach(
        "lifted_block_has_an_end",
        SaleBlock,
        {"ends_at": None},
        {"ends_at": LATER, "lifted_by": "x"},
    ),
    Breach(
        "one_block_at_a_time_for_a_place_and_sku",
        SaleBlock,
        {"starts_at": LATER - timedelta(seconds=1)},
        {"starts_at": LATER, "number": "B-2"},
        beside={"ends_at": LATER},
    ),
    Breach(
        "one_block_at_a_time_for_a_place_and_sku",
        SaleBlock,
        {"channel": "KIOSK"},
        {"number": "B-2"},
        beside={"channel": "KIOSK"},
    ),
    Breach(
        "one_buffer_for_the_same_goods",
        ChannelBuffer,
        {"ends_at": None},
        {"ends_at": LATER},
        beside={},
    ),
    Breach(
        "one_buffer_for_the_same_goods",
        ChannelBuffer,
        {"sku": "S-1"},
        {"store": "msk-1"},
        beside={"store": "msk-1", "sku": "S-1"},
    ),
    Breach(
        "buffer_is_of_a_sku_or_of_a_category",
        ChannelBuffer,
        {"category": "phones"},
        {"sku": "S-1"},
    ),
    Breach(
        "buffer_is_within_reason", ChannelBuffer, {"units": 1_000_001}, {"units": 1_000_000}
    ),
    Breach(
        "buffer_ends_after_it_began", ChannelBuffer, {"ends_at": BEFORE}, {"ends_at": NOON}
    ),
    Breach(
        "lost_demand_is_counted_once_a_day",
        LostDemand,
        {"store": None},
        {"store": "msk-1"},
        beside={},
    ),
    Breach("lost_demand_asks_for_something", LostDemand, {"quantity": 0}),
    Breach("lost_demand_names_nobody", LostDemand, {"session": "+79161234567"}),
]


@pytest.fixture(autouse=True)
def a_channel() -> None:
    place()
    sku("S-1")
    SellingChannel.objects.create(code="KIOSK", name="Kiosk")


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_the_database_refuses_by_its_name(breach: Breach) -> None:
    assert_refused_for_this_alone(breach, USUAL)
