"""The customer's page: by signed link, on a cheap phone, without any script."""

import io
import re

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from orders.fulfilment.operations import notice_late, start_picking
from orders.fulfilment.pickup_codes import pass_text
from orders.ordering.links import order_link
from orders.ordering.models import Order
from tests.factories.fulfilment import (
    ANNA,
    Ordered,
    Town,
    bag_of,
    code_of,
    collected,
    placed_order,
    ready,
    shipped,
    stocked,
    town,
)

CHEAP_PHONE = ViewportSize(width=360, height=640)
MOST_BYTES = 100_000


def a_town() -> Town:
    made = town()
    stocked({"tverskaya": {"PHONE": 5, "CABLE": 9}, "depot": {"PHONE": 9}})
    return made


@pytest.fixture
def shops(db: None) -> Town:
    return a_town()


@pytest.fixture
def order(shops: Town) -> Order:
    lines = [Ordered("PHONE", 1, "tverskaya"), Ordered("CABLE", 2, "tverskaya")]
    return placed_order(lines, at=clock.now())


def shown(client: Client, order: Order, language: str = "en") -> str:
    page = client.get(order_link(order.number), {"lang": language})
    assert page.status_code == 200
    return re.sub(r"\s+", " ", page.content.decode())


def test_the_page_speaks_the_orders_language_and_can_be_switched(
    client: Client, order: Order
) -> None:
    assert '<html lang="ru">' in client.get(order_link(order.number)).content.decode()
    assert '<html lang="en">' in shown(client, order, "en")
    assert '<html lang="ru">' in shown(client, order, "xx")


def test_a_link_that_was_not_signed_opens_nothing(client: Client, order: Order) -> None:
    for signed in (order.number, f"{order_link(order.number)[3:-2]}x", "x" * 5000):
        page = client.get(f"/o/{signed}/")
        assert page.status_code == 404
        assert order.number not in page.content.decode()


def test_the_address_stays_out_of_caches_and_search_engines(
    client: Client, order: Order
) -> None:
    page = client.get(order_link(order.number))
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"


def test_a_placed_order_says_what_is_promised_and_where(
    client: Client, order: Order
) -> None:
    text = shown(client, order)
    assert "The store has your order" in text
    assert "We promise it for" in text
    assert "ул. Tverskaya, 1" in text
    assert "Mon–Sun 10:00–22:00" in text
    assert "Pickup code" not in text


def test_the_pass_is_shown_while_the_bag_waits_and_never_else(
    client: Client, order: Order, shops: Town
) -> None:
    clerk = shops.clerk("tverskaya")
    ready(bag_of(order), clerk, at=clock.now())
    text = shown(client, order)
    code = code_of(order)
    assert f"{code[:4]} {code[4:]}" in text
    assert "Ready to collect" in text
    assert "We keep it until" in text
    order_two = placed_order([Ordered("CABLE", 1, "tverskaya")], at=clock.now())
    collected(bag_of(order_two), clerk, at=clock.now())
    gone = shown(client, order_two)
    assert "You have it" in gone
    assert "Pickup code" not in gone


def test_setting_out_is_told_to_the_store(
    client: Client, order: Order, shops: Town
) -> None:
    bag = ready(bag_of(order), shops.clerk("tverskaya"), at=clock.now())
    place = f"{order_link(order.number)}on-the-way/{bag.number}/?lang=en"
    answer = client.post(place, follow=True)
    assert "knows that you are on your way" in answer.content.decode()


def test_nobody_elses_bag_can_be_touched_by_the_link(
    client: Client, order: Order, shops: Town
) -> None:
    other = bag_of(placed_order([Ordered("CABLE", 1, "tverskaya")], at=clock.now()))
    ready(other, shops.clerk("tverskaya"), at=clock.now())
    place = f"{order_link(order.number)}on-the-way/{other.number}/"
    assert client.post(place).status_code == 404
    other.refresh_from_db()
    assert other.on_the_way_at is None


def test_cancelling_asks_first_and_then_happens(client: Client, order: Order) -> None:
    link = order_link(order.number)
    assert f"{link}cancel/" in shown(client, order)
    asked = client.get(f"{link}cancel/", {"lang": "en"}).content.decode()
    assert "Yes, cancel the order" in asked
    order.refresh_from_db()
    assert order.status == Order.Status.PLACED
    client.post(f"{link}cancel/confirm/?lang=en", {"_once": "a" * 32})
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("CANCELLED", "CUSTOMER")
    assert "This order was called off" in shown(client, order)
    assert client.get(f"{link}cancel/confirm/").status_code == 405


def test_what_was_collected_cannot_be_cancelled_any_more(
    client: Client, order: Order, shops: Town
) -> None:
    collected(bag_of(order), shops.clerk("tverskaya"), at=clock.now())
    link = order_link(order.number)
    assert "Cancel the order" not in shown(client, order)
    assert "Yes, cancel" not in client.get(f"{link}cancel/").content.decode()
    refused = client.post(f"{link}cancel/confirm/?lang=en")
    assert refused.status_code == 409
    assert 'role="alert"' in refused.content.decode()


def test_a_mixed_order_shows_what_matters_most_first(client: Client, shops: Town) -> None:
    now = clock.now()
    mixed = placed_order(
        [Ordered("PHONE", 1, "depot", "SHIP"), Ordered("CABLE", 1, "tverskaya")], at=now
    )
    ready(bag_of(mixed), shops.clerk("tverskaya"), at=now)
    shipped(bag_of(mixed, "SHIP"), shops.clerk("depot"), at=now)
    text = shown(client, mixed)
    assert text.index("Ready to collect") < text.index("On its way to you")
    assert "RU-1" in text


def test_lateness_is_owned_up_to(client: Client, order: Order, shops: Town) -> None:
    bag = bag_of(order)
    start_picking(number=bag.number, by=shops.clerk("tverskaya"), at=clock.now())
    notice_late(at=bag.due_at)
    assert "It takes longer than promised" in shown(client, order)


@pytest.fixture
def waiting(transactional_db: None) -> Order:
    """An order whose bag waits for its customer, for a browser in another thread."""
    shops = a_town()
    lines = [Ordered("PHONE", 1, "tverskaya"), Ordered("CABLE", 2, "tverskaya")]
    made = placed_order(lines, at=clock.now(), by=SYSTEM, recipient=ANNA)
    ready(bag_of(made), shops.clerk("tverskaya"), at=clock.now())
    return made


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_phone_without_script_reads_the_pass(
    browser: Browser, live_server: LiveServer, waiting: Order
) -> None:
    context = browser.new_context(
        viewport=CHEAP_PHONE, device_scale_factor=2, java_script_enabled=False
    )
    page = context.new_page()
    weighed = _weigh(page)
    page.goto(f"{live_server.url}{order_link(waiting.number)}")
    assert sum(weighed) < MOST_BYTES
    page.get_by_role("heading", level=1).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= CHEAP_PHONE["width"]
    box = page.locator(".now").first.bounding_box()
    assert box is not None
    assert box["x"] * 2 + box["width"] == pytest.approx(CHEAP_PHONE["width"], abs=1)
    picture = Image.open(io.BytesIO(page.locator(".pass__qr").screenshot()))
    (read,) = zxingcpp.read_barcodes(picture)
    assert read.text == pass_text(bag_of(waiting).number, code_of(waiting))
    context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_the_page(
    browser: Browser, live_server: LiveServer, waiting: Order, scheme: str
) -> None:
    context = browser.new_context(viewport=CHEAP_PHONE, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{live_server.url}{order_link(waiting.number)}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_order_is_cancelled_with_two_presses(
    page: Page, live_server: LiveServer, waiting: Order
) -> None:
    page.goto(f"{live_server.url}{order_link(waiting.number)}?lang=en")
    page.get_by_role("link", name="Cancel the order").click()
    page.get_by_role("button", name="Yes, cancel the order").click()
    page.get_by_role("heading", name="This order was called off").wait_for()
    waiting.refresh_from_db()
    assert waiting.status == Order.Status.CANCELLED


def _weigh(page: Page) -> list[int]:
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    return sizes
