"""The tablet with a keyboard alone: no mouse, no finger, no scanner."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.fulfilment.models import Fulfilment
from orders.ordering.models import Order
from tests.factories.fulfilment import bag_of
from tests.pages.test_pick_and_handover import order, tablet
from tests.pages.test_sell import language
from tests.pages.test_sell import tablet as till

__all__ = ["language", "order", "till"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_TABS = 60


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until the thing has the focus."""
    expect(wanted).to_be_visible()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab never reaches {wanted}")


def press(page: Page, name: str) -> None:
    """Reach a button and press it."""
    reach(page, page.get_by_role("button", name=name))
    page.keyboard.press("Enter")


def type_slowly(page: Page, words: str) -> None:
    """As a person types, then Enter."""
    page.keyboard.type(words, delay=60)
    page.keyboard.press("Enter")


def test_a_bag_is_picked_without_touching_the_screen(
    browser: Browser, live_server: LiveServer, order: Order
) -> None:
    context = tablet(browser, live_server)
    page = context.new_page()
    bag = bag_of(order)
    page.goto(f"{live_server.url}/tablet/pick/{bag.number}/")
    press(page, "Start picking 3 items")
    expect(page.get_by_role("button", name="3 items to find")).to_be_disabled()
    for code, left in (("CABLE", "2 items"), ("CABLE", "1 item"), ("PHONE", "Ready")):
        field = page.get_by_placeholder("Scan the article")
        if not field.evaluate("element => element === document.activeElement"):
            reach(page, field)
        type_slowly(page, code)
        expect(page.get_by_role("button", name=left)).to_be_visible()
    reach(page, page.get_by_placeholder("Bay"))
    type_slowly(page, "A-12")
    expect(page.get_by_role("status").first).to_contain_text("Ready in A-12")
    assert bag_of(order).status == Fulfilment.Status.READY
    context.close()


def test_a_sale_is_made_without_touching_the_screen(till: Page) -> None:
    reach(till, till.locator("#sell-code"))
    type_slowly(till, "S-1")
    reach(till, till.locator("button[name=quantity]").last)
    till.keyboard.press("Enter")
    expect(till.locator("output.quantity")).to_have_text("2")
    cash = till.locator("footer button").last
    reach(till, cash)
    till.keyboard.press("Enter")
    expect(cash).to_have_attribute("data-armed", "1")
    till.keyboard.press("Enter")
    till.wait_for_url("**/sell/done/**")
    assert Order.objects.get().status == Order.Status.COMPLETED
