"""A kit on the tablet: its parts stand under its name, each is scanned for itself."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from omniretail.kernel import clock
from tests.factories.fulfilment import Ordered, bag_of, placed_order, stocked, town
from tests.inventory.given import kit
from tests.pages.test_pick_and_handover import CABLE, PHONE, TURNED, scan, tablet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def goods() -> None:
    """A set of a phone and two cables, of which there are enough."""
    town()
    stocked({"tverskaya": {"PHONE": 5, "CABLE": 9}})
    kit("SET", {"PHONE": 1, "CABLE": 2}, name="Набор для дачи")


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize("size", TURNED, ids=["landscape", "portrait"])
def test_a_kit_is_ready_when_each_part_was_scanned(
    browser: Browser, live_server: LiveServer, size: dict[str, int]
) -> None:
    order = placed_order([Ordered("SET", 1, "tverskaya")], at=clock.now())
    context = tablet(browser, live_server, size)
    page = context.new_page()
    page.goto(f"{live_server.url}/tablet/pick/{bag_of(order).number}/")
    expect(page.get_by_role("button", name="Start picking 3 items")).to_be_visible()
    rows = page.locator("#pick li")
    expect(rows).to_contain_text(["Набор для дачи", "Товар PHONE", "Товар CABLE"])
    for code, left in ((CABLE, "2 items"), (PHONE, "1 item")):
        scan(page, code)
        button = page.get_by_role("button", name=f"{left} to find")
        expect(button).to_be_disabled()
    page.get_by_role("button", name="Undo one: Товар PHONE").click()
    expect(page.get_by_role("button", name="2 items to find")).to_be_disabled()
    scan(page, PHONE)
    scan(page, CABLE)
    page.get_by_placeholder("Bay").fill("A-12")
    page.get_by_role("button", name="Ready: 1 item").click()
    expect(page.get_by_role("status").first).to_contain_text("Ready in A-12")
    context.close()


@pytest.mark.usefixtures("goods")
def test_a_product_that_is_a_kit_shows_what_it_is_made_of(
    browser: Browser, live_server: LiveServer
) -> None:
    context = tablet(browser, live_server)
    page = context.new_page()
    page.goto(f"{live_server.url}/tablet/find/SET/")
    expect(page.get_by_role("status").first).to_contain_text("4 here")
    expect(page.locator("#parts li")).to_contain_text(["Товар PHONE", "Товар CABLE"])
    page.locator("#parts li a").first.click()
    expect(page.get_by_role("heading", name="Товар PHONE")).to_be_visible()
    context.close()
