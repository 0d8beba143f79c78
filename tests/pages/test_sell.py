"""Selling on the tablet, in a real browser."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inventory.catalogue.models import Sku
from orders.models import Order
from stores.models import Store
from stores.people.pages import access
from tests import given
from tests.factories.inventory import BarcodeFactory
from tests.factories.stores import PIN, AssignmentFactory, DeviceFactory
from tests.inventory.serials.given import come, where

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GTIN = "4600051000057"
SIZES = {"landscape": (1180, 820), "portrait": (800, 1180)}


class _Jar:
    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def set_cookie(self, name: str, value: str, **_options: Any) -> None:
        cookie = {"name": name, "value": value, "url": self.address}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]


@pytest.fixture(params=["en", "ru"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def tablet(page: Page, live_server: LiveServer, language: str) -> Page:
    """A clerk signed in on a tablet of a store that has goods to sell."""
    given.place("msk-1", name="Тверская, 12")
    given.place("msk-2", name="Арбат, 24", latitude=55.751, longitude=37.59)
    given.goods(5, price="12990.00")
    given.goods(3, sku="S-2", store="msk-2", price="990.00")
    BarcodeFactory.create(sku__code="S-3", gtin=GTIN)
    given.goods(2, sku="S-3", price="49990.00")
    store = Store.objects.get(code="msk-1")
    clerk = AssignmentFactory(store=store, role="CLERK", employee__language=language)
    device = DeviceFactory(store=store)
    access.remember_device(_Jar(page, live_server.url), device, secure=False)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 1180, "height": 820})
    page.goto(live_server.url + reverse("tablet-work"))
    page.get_by_role("link", name=clerk.employee.name).click()
    for digit in PIN:
        page.get_by_role("button", name=digit, exact=True).click()
    page.locator("form button.button").last.click()
    page.goto(live_server.url + reverse("tablet-sell"))
    return page


def scan(page: Page, code: str) -> None:
    """What a scanner does: type very fast and press Enter."""
    page.locator("input[name=code]").fill(code)
    page.locator("input[name=code]").press("Enter")


def burst(page: Page, code: str) -> None:
    """A scan wherever the focus is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def shoot(page: Page, name: str) -> None:
    """Keep a picture where OMNIRETAIL_SHOTS says."""
    folder = os.environ.get("OMNIRETAIL_SHOTS")
    if not folder:
        return
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=Path(folder) / f"{name}-{size}.png")
    page.set_viewport_size({"width": 1180, "height": 820})


def test_scan_and_pay(tablet: Page, language: str) -> None:
    shoot(tablet, f"sell-empty-{language}")
    scan(tablet, GTIN)
    expect(tablet.locator("section.card").first).to_contain_text("Смартфон")
    scan(tablet, "S-2")
    shoot(tablet, f"sell-{language}")
    results = Axe().run(tablet)
    assert results.violations_count == 0, results.generate_report()

    tablet.locator("button[name=way][value='COLLECT@msk-2']").click()
    tablet.locator("input[name=phone]").fill("+79161234567")
    tablet.locator("section.card form button.button--quiet").last.click()
    shoot(tablet, f"sell-payable-{language}")
    main = tablet.locator("footer.action form").first.locator("button")
    main.click()
    main.click()

    expect(tablet.locator(".notice--success")).to_be_visible()
    expect(tablet.locator(".qr svg")).to_be_visible()
    shoot(tablet, f"sell-done-{language}")
    results = Axe().run(tablet)
    assert results.violations_count == 0, results.generate_report()
    kinds = set(Order.objects.get().fulfilments.values_list("kind", "status"))
    assert kinds == {("CARRY_OUT", "COLLECTED"), ("COLLECT", "ALLOCATED")}


def test_units_are_scanned_before_they_are_paid(tablet: Page, language: str) -> None:
    Sku.objects.filter(code="S-3").update(is_serialised=True)
    come("SN-0001", "SN-0002", "SN-0003", sku="S-3")
    scan(tablet, GTIN)
    serial = tablet.locator("input[name=serial]")
    expect(serial).to_be_visible()
    expect(tablet.locator("footer.action button")).to_be_disabled()
    results = Axe().run(tablet)
    assert results.violations_count == 0, results.generate_report()
    shoot(tablet, f"sell-serial-{language}")

    tablet.locator("h1").first.click()
    burst(tablet, "SN-0002")
    expect(tablet.locator("button[name=without]")).to_have_text(["SN-0002"])
    expect(serial).to_have_count(0)
    scan(tablet, f"(01)0{GTIN}(21)SN-0003")
    expect(tablet.locator("output.quantity")).to_have_text("2")
    tablet.locator("button[name=without]").first.click()
    serial.fill("sn-0001")
    serial.press("Enter")
    expect(tablet.locator("button[name=without]")).to_have_text(["SN-0003", "SN-0001"])
    results = Axe().run(tablet)
    assert results.violations_count == 0, results.generate_report()
    shoot(tablet, f"sell-serials-{language}")
    main = tablet.locator("footer.action form").first.locator("button")
    main.click()
    main.click()
    expect(tablet.locator(".notice--success")).to_be_visible()
    assert where("SN-0001", "S-3") == where("SN-0003", "S-3") == "CUSTOMER"
    assert where("SN-0002", "S-3") == "msk-1 ON_HAND"
