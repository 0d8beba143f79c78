"""The card of a level in the admin, in a real browser."""

import os
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from inventory.stock.models import StockLevel
from inventory.stock.operations import adjust_stock, sell_stock
from omniretail.kernel.actors import Actor, ActorKind
from tests.clock import NOON
from tests.inventory.given import moved, stocked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTH = 1500
CLERK = Actor(ActorKind.ADMIN, "manager-moscow-tverskaya-07")
OVER = """() => {
    const table = document.querySelector('.score__table--close');
    return table.scrollWidth - table.clientWidth;
}"""
IN_ONE_LINE = """
    .score__table .score__words, .score__table--close th { white-space: nowrap !important }
    .score__table--close th, .score__table--close td { padding: 0.625rem 1rem !important }
"""


@pytest.fixture
def level() -> StockLevel:
    """A level whose movements have long words."""
    stocked(20, store="moscow-tverskaya-07", sku="PHONE-BIRCH-80-BLACK")
    where = {"store": "moscow-tverskaya-07", "sku": "PHONE-BIRCH-80-BLACK"}
    moved(2, "ON_HAND>QUARANTINE", **where, reference="QUARANTINE-2026-000017", by=CLERK)
    moved(1, "ON_HAND>CUSTOMER_HOLD", **where, reference="R-TZAS-TK45", by=CLERK)
    sell_stock(
        store_code=where["store"],
        lines=[(where["sku"], 1)],
        reference="R-90J9-A9RC",
        by=CLERK,
        at=NOON,
    )
    adjust_stock(
        store_code=where["store"],
        sku_code=where["sku"],
        on_hand=15,
        reason="found behind the shelf in the second store room",
        by=CLERK,
        at=NOON,
    )
    return StockLevel.objects.get()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_movements_of_a_level_fit_a_usual_screen(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,
    admin_client: Client,
    level: StockLevel,
    settings: Settings,
    language: str,
) -> None:
    name = settings.SESSION_COOKIE_NAME
    tongue = settings.LANGUAGE_COOKIE_NAME
    session = admin_client.cookies[name].value
    context.add_cookies(
        [
            {"name": name, "value": session, "url": live_server.url},
            {"name": tongue, "value": language, "url": live_server.url},
        ]
    )
    page.set_viewport_size({"width": WIDTH, "height": 900})
    page.goto(f"{live_server.url}/admin/inventory/stocklevel/{level.pk}/change/")
    assert page.locator(".score__table--close tbody tr").count() >= 5
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=str(Path(folder) / f"level-{language}.png"), full_page=True)
    assert page.evaluate(OVER) <= 0
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    page.add_style_tag(content=IN_ONE_LINE)
    assert page.evaluate(OVER) > 0
