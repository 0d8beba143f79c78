"""The customer on the tablet, in a real browser."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from loyalty.identity.models import Identifier
from loyalty.messaging.operations import send_due
from loyalty.messaging.queries import mailbox
from loyalty.points.operations import grant_points, redeem_points
from omniretail.kernel import clock, outbox
from omniretail.kernel.actors import SYSTEM
from stores.people.operations import sign_in
from stores.people.pages import access
from tests.factories.loyalty import IdentifierFactory, a_customer
from tests.factories.stores import PIN, AssignmentFactory, DeviceFactory, StoreFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = "+79123456789"
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
    """A clerk signed in on a tablet."""
    store = StoreFactory(name="Тверская, 12")
    clerk = AssignmentFactory(store=store, role="CLERK", employee__language=language)
    device = DeviceFactory(store=store)
    jar: Any = _Jar(page, live_server.url)
    access.remember_device(jar, device, secure=False)
    begun = sign_in(
        employee_code=clerk.employee.code,
        pin=PIN,
        device_code=device.code,
        at=clock.now(),
    )
    access.remember_staff(jar, begun.secret, secure=False)
    page.goto(live_server.url + reverse("tablet-customers"))
    return page


def shoot(page: Page, name: str) -> None:
    """Keep a picture where OMNIRETAIL_SHOTS says."""
    folder = os.environ.get("OMNIRETAIL_SHOTS")
    if not folder:
        return
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=Path(folder) / f"{name}-{size}.png")
    page.set_viewport_size({"width": 1180, "height": 820})


def is_accessible(page: Page) -> bool:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    return True


def test_a_customer_is_registered_and_confirmed(tablet: Page, language: str) -> None:
    tablet.locator("input[name=q]").fill(PHONE)
    expect(tablet.locator("#found .empty")).to_be_visible()
    shoot(tablet, f"customers-empty-{language}")
    tablet.locator("#found a.button").click()
    expect(tablet.locator("input[name=phone]")).to_have_value(PHONE)
    tablet.locator("input[name=first_name]").fill("Анна")
    tablet.locator("input[name=last_name]").fill("Королёва")
    shoot(tablet, f"customer-new-{language}")
    assert is_accessible(tablet)
    tablet.locator("footer.action button").click()

    expect(tablet.locator("input[name=code]")).to_be_visible()
    shoot(tablet, f"customer-code-{language}")
    assert is_accessible(tablet)
    outbox.drain()
    send_due(at=clock.now(), limit=10)
    code = "".join(ch for ch in mailbox(PHONE)[0].body if ch.isdigit())[:6]
    tablet.locator("input[name=code]").fill(code)
    tablet.locator("footer.action button").click()
    expect(tablet.locator("input[name=code]")).to_have_count(0)
    assert Identifier.objects.get(value=PHONE).verified_at is not None


def test_a_customer_is_found_and_shown(tablet: Page, language: str) -> None:
    anna = a_customer()
    gift = {"customer_number": anna.number, "by": SYSTEM, "at": clock.now()}
    grant_points(points=1500, reference="welcome", **gift)  # type: ignore[arg-type]
    redeem_points(points=300, reference="R-7K3M-92QX", **gift)  # type: ignore[arg-type]
    tablet.locator("input[name=q]").fill("короле")
    row = tablet.locator("#found a.row")
    expect(row).to_be_visible()
    shoot(tablet, f"customers-{language}")
    assert is_accessible(tablet)
    row.click()
    expect(tablet.locator(".figure__value").first).to_contain_text("200")
    shoot(tablet, f"customer-{language}")
    assert is_accessible(tablet)


def test_a_long_address_is_read_whole(tablet: Page, live_server: LiveServer) -> None:
    """It has no blank at which it could go on below."""
    customer = a_customer()
    long = "konstantinopolskaya.konstantsiya@organisation.example.com"
    IdentifierFactory.create(customer=customer, kind="EMAIL", value=long)
    tablet.goto(live_server.url + reverse("tablet-customer", args=[customer.number]))
    told = tablet.locator(".row__title", has_text=long)
    expect(told).to_be_visible()
    for width, height in SIZES.values():
        tablet.set_viewport_size({"width": width, "height": height})
        assert told.evaluate("e => e.scrollWidth <= e.clientWidth")
        assert told.evaluate("e => e.scrollHeight <= e.clientHeight + 2")
