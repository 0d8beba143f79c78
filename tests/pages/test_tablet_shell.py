"""The tablet as a clerk meets it, in a real browser."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Device, Store
from stores.network.operations import pair_device
from stores.people.models import Employee
from stores.people.pages import access
from stores.work.operations import Task, open_work
from tests.factories.stores import PIN, AssignmentFactory, DeviceFactory, StoreFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANDSCAPE = {"width": 1180, "height": 820}
PORTRAIT = {"width": 800, "height": 1180}


class _Jar:
    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def set_cookie(self, name: str, value: str, **_options: Any) -> None:
        cookie = {"name": name, "value": value, "url": self.address}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]


@pytest.fixture
def store(live_server: LiveServer) -> Store:
    return StoreFactory(name="Тверская, 12")


@pytest.fixture
def tablet(store: Store, page: Page, live_server: LiveServer) -> Page:
    """A paired tablet; nobody is signed in."""
    device: Device = DeviceFactory(store=store)
    access.remember_device(_Jar(page, live_server.url), device, secure=False)  # type: ignore[arg-type]
    page.set_viewport_size(LANDSCAPE)  # type: ignore[arg-type]
    return page


@pytest.fixture
def anna(store: Store) -> Employee:
    assignment = AssignmentFactory(
        store=store, role="STORE_MANAGER", employee__language="ru"
    )
    return assignment.employee  # type: ignore[no-any-return]


def sign_in(page: Page, address: str, employee: Employee) -> None:
    page.goto(address + reverse("tablet-work"))
    page.get_by_role("link", name=employee.name).click()
    for digit in PIN:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Войти").click()
    expect(page).to_have_url(address + reverse("tablet-work"))


def some_work(store: Store) -> None:
    now = clock.now()
    things = [
        ("PICK", "F-7K3M-92QX", "Наушники Sony WH-CH520, синие", "Анна К.", "", 1, -12),
        (
            "HANDOVER",
            "F-11AA-22BB",
            "Смартфон Xiaomi Redmi 13 + 1",
            "Игорь П.",
            "A-12",
            2,
            17,
        ),
        ("PICK", "F-33CC-44DD", "2 × Кабель USB-C, 1 м", "Мария Л.", "", 2, 48),
        ("PACK", "F-55EE-66FF", "Робот-пылесос Dreame D9 Max", "Олег В.", "P-3", 1, 130),
        ("SHIP", "F-77GG-88HH", "Монитор Samsung 27″ + 2", "Дарья С.", "P-1", 3, 60 * 30),
    ]
    for kind, reference, title, name, bay, units, minutes in things:
        task = Task(
            kind=kind,
            reference=reference,
            order_number=reference.replace("F", "R"),
            store_code=store.code,
            title=title,
            customer_name=name,
            units=units,
            bay=bay,
            due_at=now + timedelta(minutes=minutes),
        )
        open_work(task=task, at=now)


def problems_of(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def test_a_clerk_signs_in_with_four_taps_and_sees_the_queue(
    tablet: Page, live_server: LiveServer, store: Store, anna: Employee
) -> None:
    some_work(store)
    complaints: list[str] = []
    tablet.on("console", lambda message: complaints.append(message.text))
    sign_in(tablet, live_server.url, anna)
    expect(tablet.locator(".row").first).to_contain_text("Наушники Sony")
    expect(tablet.locator(".due").first).to_contain_text("опоздание 12")
    assert not [text for text in complaints if "Content Security Policy" in text]


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_queue_is_accessible_both_ways_up_by_day_and_by_night(
    tablet: Page,
    live_server: LiveServer,
    store: Store,
    anna: Employee,
    size: dict[str, int],
    scheme: Any,
) -> None:
    some_work(store)
    tablet.set_viewport_size(size)  # type: ignore[arg-type]
    tablet.emulate_media(color_scheme=scheme)
    sign_in(tablet, live_server.url, anna)
    assert problems_of(tablet) == []
    box = tablet.get_by_role("navigation", name="Разделы").bounding_box()
    assert box is not None
    is_rail = box["height"] > box["width"]
    assert is_rail is (size is LANDSCAPE)
    for target in tablet.locator(".rail a, .row, .tab, .button").all():
        shape = target.bounding_box()
        if shape is not None:
            assert shape["height"] >= 56, target.inner_text()


def test_a_scan_anywhere_is_told_from_typing(
    tablet: Page, live_server: LiveServer, anna: Employee
) -> None:
    sign_in(tablet, live_server.url, anna)
    tablet.keyboard.type("NOBODY-KNOWS-THIS")
    tablet.keyboard.press("Enter")
    expect(tablet.locator("[data-toast]")).to_contain_text("NOBODY-KNOWS-THIS")


def test_a_scan_that_stutters_is_still_one_code(
    tablet: Page, live_server: LiveServer, anna: Employee
) -> None:
    sign_in(tablet, live_server.url, anna)
    tablet.keyboard.type("NOBODY-K")
    tablet.wait_for_timeout(150)
    tablet.keyboard.type("NOWS-THIS")
    tablet.keyboard.press("Enter")
    expect(tablet.locator("[data-toast]")).to_contain_text("NOBODY-KNOWS-THIS")


def test_slow_typing_is_no_scan(
    tablet: Page, live_server: LiveServer, anna: Employee
) -> None:
    sign_in(tablet, live_server.url, anna)
    tablet.keyboard.type("46012", delay=80)
    tablet.keyboard.press("Enter")
    tablet.wait_for_timeout(300)
    expect(tablet.locator("[data-toast]")).to_be_hidden()


def test_the_whole_shell_works_with_the_keyboard_alone(
    tablet: Page, live_server: LiveServer, store: Store, anna: Employee
) -> None:
    tablet.goto(live_server.url + reverse("tablet-pin", args=[anna.code]))
    tablet.keyboard.type(PIN, delay=60)
    tablet.keyboard.press("Enter")
    expect(tablet).to_have_url(live_server.url + reverse("tablet-work"))
    tablet.keyboard.press("Tab")
    expect(tablet.get_by_role("link", name="К содержанию")).to_be_focused()


def test_losing_the_line_is_said_quietly(
    tablet: Page, live_server: LiveServer, anna: Employee
) -> None:
    sign_in(tablet, live_server.url, anna)
    banner = tablet.locator("[data-offline]")
    expect(banner).to_be_hidden()
    # As the browser says it; one on a machine without any network never saw a line to lose.
    tablet.evaluate("dispatchEvent(new Event('offline'))")
    expect(banner).to_be_visible()
    tablet.evaluate("dispatchEvent(new Event('online'))")
    expect(banner).to_be_hidden()


def test_twice_the_text_size_still_fits(
    tablet: Page, live_server: LiveServer, store: Store, anna: Employee
) -> None:
    some_work(store)
    sign_in(tablet, live_server.url, anna)
    tablet.set_viewport_size({"width": 590, "height": 410})
    width = tablet.evaluate("document.documentElement.scrollWidth")
    assert width <= 590


def test_the_board_and_me_are_accessible(
    tablet: Page, live_server: LiveServer, anna: Employee
) -> None:
    sign_in(tablet, live_server.url, anna)
    for name in ("tablet-me", "board", "tablet-sign-in", "tablet-pair-approve"):
        tablet.goto(live_server.url + reverse(name))
        assert problems_of(tablet) == [], name


def test_a_new_browser_waits_with_its_code_and_goes_on_by_itself(
    page: Page, live_server: LiveServer, store: Store, anna: Employee
) -> None:
    page.goto(live_server.url + reverse("tablet-pair"))
    code = page.locator(".code").inner_text()
    assert len(code.replace(" ", "")) == 8
    pair_device(
        user_code=code,
        store_code=store.code,
        kind="TABLET",
        name="Стойка",
        by=SYSTEM,
        at=clock.now(),
    )
    expect(page).to_have_url(live_server.url + reverse("tablet-sign-in"), timeout=10_000)
    expect(page.get_by_role("link", name=anna.name)).to_be_visible()
