"""A clerk with a scanner: pick, ready, hand over, with hardly a touch of the screen."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from omniretail.kernel import clock
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.pickup_codes import pass_text
from orders.ordering.models import Order
from stores.network.models import Store
from tests.factories.fulfilment import (
    Ordered,
    bag_of,
    code_of,
    placed_order,
    ready,
    stocked,
    town,
)
from tests.tablet import sign_in_tablet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CABLE, PHONE = "4600051000057", "4006381333931"
TURNED = [{"width": 1180, "height": 820}, {"width": 820, "height": 1180}]


@pytest.fixture
def order() -> Order:
    town()
    stocked({"tverskaya": {"PHONE": 5, "CABLE": 9}})
    lines = [Ordered("PHONE", 1, "tverskaya"), Ordered("CABLE", 2, "tverskaya")]
    return placed_order(lines, at=clock.now())


def tablet(
    browser: Browser, server: LiveServer, size: dict[str, int] = TURNED[0]
) -> BrowserContext:
    client = Client()
    sign_in_tablet(client, store=Store.objects.get(code="tverskaya"))
    context = browser.new_context(viewport=size)  # type: ignore[arg-type]
    context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": server.url}
            for name, morsel in client.cookies.items()
        ]
    )
    return context


def scan(page: Page, code: str) -> None:
    """As a scanner does: very fast keys, then Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def held_back(page: Page, address: str) -> list[Route]:
    """The first request for the address waits here until the test lets it go on."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(address, hold, times=1)
    return held


def lose_the_answer(route: Route) -> None:
    route.fetch()
    route.abort()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, order: Order) -> Iterator[Page]:
    """The order's bag, about to be picked."""
    context = tablet(browser, live_server)
    page = context.new_page()
    page.goto(f"{live_server.url}/tablet/pick/{bag_of(order).number}/")
    yield page
    context.close()


@pytest.mark.parametrize("size", TURNED, ids=["landscape", "portrait"])
def test_scans_fill_the_bag_until_it_is_ready(
    browser: Browser, live_server: LiveServer, order: Order, size: dict[str, int]
) -> None:
    context = tablet(browser, live_server, size)
    page = context.new_page()
    page.goto(f"{live_server.url}/tablet/pick/{bag_of(order).number}/")
    scan(page, CABLE)
    expect(page.get_by_role("button", name="2 items to find")).to_be_disabled()
    scan(page, "9780201379624")
    expect(page.get_by_role("alert")).to_contain_text("Wanted: Товар PHONE, Товар CABLE")
    scan(page, CABLE)
    expect(page.get_by_role("button", name="1 item to find")).to_be_disabled()
    scan(page, PHONE)
    page.get_by_placeholder("Bay").fill("A-12")
    page.get_by_role("button", name="Ready: 3 items").click()
    expect(page.get_by_role("status").first).to_contain_text("Ready in A-12")
    assert bag_of(order).status == Fulfilment.Status.READY
    context.close()


def test_a_scan_whose_answer_was_lost_counts_once_when_scanned_again(page: Page) -> None:
    page.route("**/scan/", lose_the_answer, times=1)
    scan(page, CABLE)
    expect(page.locator("[data-offline]")).to_be_visible()
    scan(page, CABLE)
    expect(page.get_by_role("button", name="2 items to find")).to_be_disabled()
    scan(page, CABLE)
    expect(page.get_by_role("button", name="1 item to find")).to_be_disabled()


def test_an_answer_in_the_middle_of_a_code_takes_nothing_of_it(page: Page) -> None:
    """The code pauses: on a busy tablet, or because a hand types it."""
    held = held_back(page, "**/scan/")
    scan(page, CABLE)
    page.keyboard.type(CABLE[:8], delay=50)
    page.wait_for_timeout(600)  # longer than any pause inside one code
    held[0].continue_()
    expect(page.get_by_role("button", name="2 items to find")).to_be_disabled()
    page.wait_for_timeout(100)  # the answer has settled
    scan(page, CABLE[8:])
    expect(page.get_by_role("button", name="1 item to find")).to_be_disabled()


def test_a_code_typed_at_once_after_the_one_before_loses_nothing_of_it(page: Page) -> None:
    """A busy tablet runs what waits for its turn late; keys come all the same."""
    page.evaluate(
        "const later = window.setTimeout.bind(window);"
        "window.setTimeout = (work, after = 0) => later(work, after + 300);"
    )
    scan(page, CABLE)
    page.keyboard.type(CABLE[:2])
    page.wait_for_timeout(600)  # whatever waited has run
    page.keyboard.type(CABLE[2:], delay=50)
    expect(page.locator("#pick-code")).to_have_value(CABLE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="1 item to find")).to_be_disabled()


def test_a_code_that_began_before_the_page_was_whole_is_kept(
    browser: Browser, live_server: LiveServer, order: Order
) -> None:
    context = tablet(browser, live_server)
    page = context.new_page()
    held = held_back(page, "**/tablet.js")
    page.goto(f"{live_server.url}/tablet/pick/{bag_of(order).number}/", wait_until="commit")
    page.locator("#pick-code:focus").wait_for()
    page.keyboard.type(CABLE[:8])
    held[0].continue_()
    page.wait_for_load_state("load")
    scan(page, CABLE[8:])
    expect(page.get_by_role("button", name="2 items to find")).to_be_disabled()
    context.close()


def test_scans_that_come_faster_than_answers_all_fill_the_bag(page: Page) -> None:
    held = held_back(page, "**/scan/")
    for code in (CABLE, PHONE, CABLE):
        scan(page, code)
    held[0].continue_()
    expect(page.get_by_role("button", name="Ready: 3 items")).to_be_enabled()


def test_a_lost_answer_between_two_scans_loses_neither(page: Page) -> None:
    """Sent again under one key is what was sent, not what the field reads by then."""
    page.route("**/scan/", lose_the_answer, times=1)
    held = held_back(page, "**/scan/")
    for code in (CABLE, PHONE, CABLE):
        scan(page, code)
    held[0].continue_()
    expect(page.get_by_role("button", name="Ready: 3 items")).to_be_enabled()


def test_what_is_not_there_takes_two_presses_and_is_said(page: Page) -> None:
    scan(page, PHONE)
    missing = page.get_by_role("button", name="Not found")
    missing.click()
    page.get_by_role("button", name="Really not there?").click()
    expect(page.get_by_text("2 not found")).to_be_visible()
    expect(page.get_by_role("button", name="Ready: 1 item")).to_be_visible()


def test_a_pass_scanned_on_any_page_hands_over(
    browser: Browser, live_server: LiveServer, order: Order
) -> None:
    clerk = town().clerk("tverskaya")
    bag = ready(bag_of(order), clerk, at=clock.now())
    context = tablet(browser, live_server)
    page = context.new_page()
    page.goto(f"{live_server.url}/tablet/handover/{bag.number}/")
    scan(page, "7777 7777")
    expect(page.get_by_role("alert")).to_contain_text("4 tries left")
    scan(page, pass_text(bag.number, code_of(order)))
    expect(page.get_by_role("status").first).to_contain_text("handed over to Анна К.")
    bag.refresh_from_db()
    assert bag.status == Fulfilment.Status.COLLECTED
    context.close()
