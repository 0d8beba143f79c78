"""The customer's page turns to "ready" by itself, over a real socket."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from omniretail.kernel import clock
from orders.ordering.links import order_link
from tests.factories.fulfilment import Ordered, bag_of, placed_order, ready
from tests.pages.test_customer_page import a_town
from tests.pages.test_live_updates import elsewhere, sockets

__all__ = ["sockets"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_page_turns_ready_without_a_touch(page: Page, live_server: LiveServer) -> None:
    shops = a_town()
    order = placed_order([Ordered("PHONE", 1, "tverskaya")], at=clock.now())
    page.goto(f"{live_server.url}{order_link(order.number)}?lang=en")
    expect(page.get_by_role("heading", name="The store has your order")).to_be_visible()
    clerk = shops.clerk("tverskaya")
    elsewhere(lambda: _none(ready(bag_of(order), clerk, at=clock.now())))
    expect(page.get_by_role("heading", name="Ready to collect")).to_be_visible(
        timeout=10_000
    )
    expect(page.get_by_text("Pickup code")).to_be_visible()


def _none(_made: object) -> None:
    """What is done elsewhere answers nothing."""
