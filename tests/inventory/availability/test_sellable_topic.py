"""Whoever sells in a channel is nudged when what it may sell looks different."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from inventory.availability import watching
from inventory.availability.queries import looks_of_channels
from inventory.availability.queries.channels import ChannelLook
from inventory.catalogue.models import Category, Product, Rearrangement, Sku
from inventory.safety.operations import apply_rules, save_rule
from inventory.safety.ruling import Rule
from inventory.selling.models import SaleBlock
from inventory.selling.operations import lift_block, set_display
from inventory.selling.showing import Display, Policy
from omniretail.asgi import application
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from tests.callers import a_client, token_for
from tests.clock import NOON
from tests.factories.inventory import CategoryFactory, ProductFactory, SkuFactory
from tests.inventory.availability.following import settle
from tests.inventory.availability.test_stream import played
from tests.inventory.given import held, kit, place, stocked, wanted
from tests.inventory.selling.given import block, buffer, channel, network
from tests.stores.test_live import read_link

__all__ = ["read_link"]

pytestmark = pytest.mark.django_db(transaction=True)
Change = Callable[[], object]
BY: dict[str, Any] = {"by": SYSTEM, "at": NOON}


class Looks:
    """How often somebody has looked at the channels."""

    number = 0

    async def after(self) -> None:
        """Until one has begun after another that saw what is in by now; the first of three
        may have begun before."""
        await database_sync_to_async(settle)()
        enough = self.number + 3
        async with asyncio.timeout(20):
            while self.number < enough:
                await asyncio.sleep(0.01)


looks = Looks()


@pytest.fixture(autouse=True)
def _looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look-out is in a hurry, and its looks are counted."""

    def look(*asked: Any) -> dict[str, ChannelLook]:
        looks.number += 1
        return looks_of_channels(*asked)

    monkeypatch.setattr(watching, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(watching, "looks_of_channels", look)


@pytest.fixture(autouse=True)
def _chain(settings: Settings) -> None:
    """The site sells from one of two places."""
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    }
    stocked(5)
    place("spb-1")
    stocked(5, store="spb-1")
    network("SITE", "msk-1")
    channel("APP")
    settle()


class Socket:
    """A machine that watches topics."""

    def __init__(self, token: str, *topics: str) -> None:
        scope = {
            "type": "websocket",
            "path": "/ws/live/",
            "query_string": "&".join(f"topic={one}" for one in topics).encode(),
            "headers": [(b"authorization", f"Bearer {token}".encode())],
        }
        self.line = ApplicationCommunicator(application, scope)

    async def begin(self) -> None:
        """Connect; what was told of the first look is put aside."""
        await self.line.send_input({"type": "websocket.connect"})
        assert (await self.line.receive_output(10))["type"] == "websocket.accept"
        await self.told()

    async def told(self) -> set[str]:
        """The topics of all nudges about what is in by now."""
        await looks.after()
        found: set[str] = set()
        while not await self.line.receive_nothing(0.1):
            found.add(await self.next_told())
        return found

    async def next_told(self) -> str:
        """The topic of the next nudge."""
        nudge = json.loads((await self.line.receive_output(20))["text"])
        assert set(nudge) == {"topic", "version"}
        return str(nudge["topic"])

    async def go(self) -> None:
        """Hang up."""
        await self.line.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.line.wait(10)


def nudges(changes: Sequence[Change]) -> list[set[str]]:
    """What somebody who watches both channels is told of each of these changes."""

    token = token_for(a_client(["stock:read"], channel=""))

    async def story() -> list[set[str]]:
        socket = Socket(token, "sellable.SITE", "sellable.APP")
        await socket.begin()
        found = []
        for change in changes:
            await database_sync_to_async(change)()
            found.append(await socket.told())
        await socket.go()
        return found

    told: list[set[str]] = played(story)
    return told


SITE, APP = {"sellable.SITE"}, {"sellable.APP"}


def test_a_change_of_stock_is_told_to_the_channels_that_sell_from_there() -> None:
    far = Rule("far", store_code="spb-1", units=1, priority=1)
    changes: list[Change] = [
        partial(held, wanted(1)),
        partial(stocked, 1, store="spb-1"),
        partial(save_rule, rule=far, name="Far", **BY),
        partial(apply_rules, **BY),
    ]
    assert nudges(changes) == [SITE | APP, APP, set(), APP]


def test_a_change_of_terms_is_told_to_the_channel_they_bind() -> None:
    few = Display(Policy.FEW, 3)
    changes: list[Change] = [
        partial(buffer, 2, code="SITE"),
        partial(buffer, 2, code="SITE"),
        partial(network, "SITE", "msk-1", "spb-1", at=clock.now()),
        partial(set_display, channel="APP", display=few, by=SYSTEM, at=NOON),
        partial(block, channel="APP"),
        block,
        lambda: lift_block(
            number=SaleBlock.objects.earliest("pk").number, by=SYSTEM, at=clock.now()
        ),
    ]
    assert nudges(changes) == [SITE, set(), SITE, APP, APP, SITE | APP, APP]


def test_a_place_that_closes_and_opens_is_told_to_the_channels_that_sell_there() -> None:
    today = clock.now().date()
    changes: list[Change] = [
        partial(place, "spb-1", closed_on=today + timedelta(days=1)),
        partial(place, "spb-1", closed_on=today),
        partial(place, "msk-1", opened_on=today + timedelta(days=1)),
        partial(place, "msk-1", opened_on=today),
    ]
    assert nudges(changes) == [set(), APP, SITE | APP, SITE | APP]


def test_goods_that_go_to_another_category_are_told_where_a_buffer_binds_one() -> None:
    lamps, bulbs = (CategoryFactory.create(code=code) for code in ("lamps", "bulbs"))
    sku = Sku.objects.get(code="S-1")
    other = ProductFactory.create(code="P-2", category=bulbs)
    buffer(2, code="SITE", category=bulbs.code)
    changes: list[Change] = [
        lambda: Product.objects.filter(skus=sku).update(category=bulbs),
        lambda: Product.objects.filter(skus=sku).update(category=bulbs, name="Bulb"),
        lambda: Product.objects.filter(skus=sku).update(category=lamps),
        lambda: Sku.objects.filter(pk=sku.pk).update(product=other),
        lambda: Category.objects.filter(pk=lamps.pk).update(parent=bulbs),
    ]
    assert nudges(changes) == [SITE, set(), SITE, SITE, SITE]


def test_a_kit_that_was_made_up_is_told_to_all() -> None:
    SkuFactory.create(code="K-1")
    assert nudges([partial(kit, "K-1", {"S-1": 2})]) == [SITE | APP]


def test_products_moved_together_are_one_rearrangement() -> None:
    for n in range(5):
        ProductFactory.create(code=f"P-{n}")
    before = Rearrangement.objects.count()
    with transaction.atomic():
        Product.objects.update(category=CategoryFactory.create(code="lamps"))
        Product.objects.update(category=CategoryFactory.create(code="bulbs"))
    assert Rearrangement.objects.count() == before + 1


def test_what_begins_and_ends_by_the_clock_is_told_too() -> None:
    now = clock.now()
    block("msk-1", "S-1", channel="SITE", at=now, until=now + timedelta(hours=1))
    token = token_for(a_client(["stock:read"]))

    def end_it_soon() -> None:
        SaleBlock.objects.update(ends_at=Now() + timedelta(seconds=0.5))

    async def story() -> str:
        socket = Socket(token, "sellable.SITE")
        await socket.begin()
        await database_sync_to_async(end_it_soon)()
        told = await socket.next_told()
        await socket.go()
        return told

    assert played(story) == "sellable.SITE"
    assert SaleBlock.objects.filter(ends_at__lt=Now()).exists()


def test_nobody_hears_of_another_s_channel() -> None:
    token = token_for(a_client(["stock:read"], channel="app"))

    async def story() -> set[str]:
        socket = Socket(token, "sellable.SITE", "sellable.APP")
        await socket.begin()
        await database_sync_to_async(partial(buffer, 2, code="SITE"))()
        await database_sync_to_async(partial(buffer, 2, code="APP"))()
        told = await socket.told()
        await socket.go()
        return told

    assert played(story) == APP


def test_a_name_no_channel_can_have_leaves_the_others_alone() -> None:
    """The database cannot even be asked of it; all look together."""
    token = token_for(a_client(["stock:read"], channel=""))

    async def story() -> str:
        odd, socket = Socket(token, "sellable.%00"), Socket(token, "sellable.SITE")
        await odd.line.send_input({"type": "websocket.connect"})
        assert (await odd.line.receive_output(10))["type"] == "websocket.accept"
        await socket.line.send_input({"type": "websocket.connect"})
        assert (await socket.line.receive_output(10))["type"] == "websocket.accept"
        told = await socket.next_told()  # of the first look
        await socket.go()
        await odd.go()
        return told

    assert played(story) == "sellable.SITE"


def test_a_channel_nobody_wrote_down_sells_everywhere() -> None:
    looks = looks_of_channels(["KIOSK", "SITE"], ["spb-1"])
    assert [looks[code].is_touched for code in ("KIOSK", "SITE")] == [True, False]
    assert not looks_of_channels(["KIOSK"], [])["KIOSK"].is_touched
    block("spb-1")
    assert looks_of_channels(["KIOSK"], [])["KIOSK"].terms != looks["KIOSK"].terms


def test_one_look_takes_one_query_for_any_number_of_channels() -> None:
    for codes in (["SITE"], ["SITE", "APP", *(f"C-{n}" for n in range(30))]):
        with CaptureQueriesContext(connection) as queries:
            assert len(looks_of_channels(codes, ["msk-1"])) == len(codes)
        assert len(queries) == 1
