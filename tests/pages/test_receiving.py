"""Goods come in and go out on the tablet, in a real browser, mostly by scanner."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inventory.supply.operations import (
    Wanted,
    approve_transfer,
    dispatch_transfer,
    request_transfer,
)
from inventory.supply.queries import transfer_view
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Store
from stores.people.models import Employee
from tests.factories.inventory import BarcodeFactory, ProductFactory, SkuFactory
from tests.inventory.given import figures, stocked
from tests.inventory.supply.given import BOSS
from tests.pages.test_tablet_shell import (
    PORTRAIT,
    anna,
    problems_of,
    sign_in,
    store,
    tablet,
)

__all__ = ["anna", "store", "tablet"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KETTLE, CABLE = "5901234123457", "4006381333931"
SMALLEST = 56


def shot(page: Page, name: str) -> None:
    """Keep a picture where a person wants to look at one."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.fixture
def parcel(store: Store) -> str:
    """Three kettles and two cables are on their way here from Petersburg."""
    for code, name, gtin in (
        ("KETTLE", "Чайник Ключ 1,7 л", KETTLE),
        ("CABLE", "Кабель USB-C, 1 м", CABLE),
    ):
        product = ProductFactory.create(code=f"P-{code}", name=name)
        sku = SkuFactory.create(code=code, product=product, name=name)
        BarcodeFactory.create(sku=sku, gtin=gtin)
        stocked(9, store="spb-1", sku=code)
    now = clock.now()
    number = request_transfer(
        source_code="spb-1",
        target_code=store.code,
        lines=[Wanted("KETTLE", 3), Wanted("CABLE", 2)],
        by=SYSTEM,
        at=now,
    )
    approve_transfer(number=number, by=BOSS, at=now)
    dispatch_transfer(
        number=number, expected_at=now + timedelta(hours=2), by=SYSTEM, at=now
    )
    return number


def scan(page: Page, code: str) -> None:
    """The code lands in the page's own field at once and ends with Enter."""
    field = page.locator("form[data-scan-form] input[name=code]")
    field.fill(code)
    field.press("Enter")


def small_targets(page: Page) -> list[str]:
    """Buttons and links of the page's own part that a thumb would miss."""
    found: list[str] = page.evaluate(
        """smallest => [...document.querySelectorAll(
                'main a, main button, main select, main input:not([type=hidden]),' +
                '.action a, .action button')]
            .filter(one => one.offsetParent && !one.closest('label.choice'))
            .filter(one => Math.round(one.getBoundingClientRect().height) < smallest)
            .map(one => one.outerHTML.slice(0, 100))""",
        SMALLEST,
    )
    return found


def test_a_clerk_receives_a_parcel_by_scanning(
    tablet: Page, live_server: LiveServer, anna: Employee, parcel: str, store: Store
) -> None:
    sign_in(tablet, live_server.url, anna)
    tablet.goto(live_server.url + reverse("tablet-stock"))
    tablet.get_by_role("link", name="Приёмка").click()
    expect(tablet.locator("#awaited .row")).to_contain_text("Spb-1")
    assert problems_of(tablet) == []
    shot(tablet, "receive")

    scan(tablet, parcel)
    expect(tablet.locator("#tally .row")).to_have_count(2)
    assert problems_of(tablet) == []
    assert small_targets(tablet) == []
    for units, code in enumerate((KETTLE, CABLE, KETTLE, CABLE), start=1):
        scan(tablet, code)
        expect(tablet.locator("#tally-action")).to_contain_text(f"Принять {units} товар")
    tablet.locator("label.choice").click()
    scan(tablet, KETTLE)
    expect(tablet.locator("#tally")).to_contain_text("1 с повреждением")
    shot(tablet, "receive-for")
    assert small_targets(tablet) == []
    tablet.set_viewport_size(PORTRAIT)  # type: ignore[arg-type]
    shot(tablet, "receive-for-portrait")
    assert problems_of(tablet) == []
    tablet.get_by_role("button", name="Принять 5 товаров").click()
    expect(tablet.locator("body")).to_contain_text("Принято 5 товаров.")
    assert transfer_view(parcel).status == "RECEIVED"
    assert figures(store=store.code, sku="KETTLE") == (2, 0)
    assert figures(store=store.code, sku="CABLE") == (2, 0)


def test_scans_that_come_faster_than_answers_all_count(
    tablet: Page, live_server: LiveServer, anna: Employee, parcel: str
) -> None:
    sign_in(tablet, live_server.url, anna)
    tablet.goto(live_server.url + reverse("tablet-stock-receive-for", args=[parcel]))
    for code in (KETTLE, CABLE, KETTLE, CABLE, KETTLE):
        scan(tablet, code)
    expect(tablet.locator("#tally-action")).to_contain_text(
        "Принять 5 товаров", timeout=15_000
    )


def test_a_clerk_sends_goods_by_scanning(
    tablet: Page, live_server: LiveServer, anna: Employee, parcel: str, store: Store
) -> None:
    stocked(5, store=store.code, sku="CABLE")
    sign_in(tablet, live_server.url, anna)
    tablet.goto(live_server.url + reverse("tablet-stock-send"))
    expect(tablet.locator("#tally-code")).to_be_focused()
    scan(tablet, CABLE)
    expect(tablet.locator("#tally .row__figure")).to_contain_text("1")
    scan(tablet, CABLE)
    expect(tablet.locator("#tally-action")).to_contain_text("Отправить 2 товара")
    assert problems_of(tablet) == []
    assert small_targets(tablet) == []
    shot(tablet, "send")
    tablet.locator("select[name=target]").select_option("spb-1")
    tablet.get_by_role("button", name="Отправить 2 товара").click()
    expect(tablet.locator("body")).to_contain_text("2 товара в пути.")
    assert problems_of(tablet) == []
    shot(tablet, "transfer")
    assert figures(store=store.code, sku="CABLE") == (3, 0)
