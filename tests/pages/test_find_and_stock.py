"""Find and Stock on the tablet, in a real browser."""

import os
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import APIResponse, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from inventory.models import Sku
from inventory.stock.operations import sell_stock
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Store
from stores.people.models import Employee
from tests.clock import NOON
from tests.factories.inventory import (
    BarcodeFactory,
    CategoryFactory,
    PriceFactory,
    ProductFactory,
    SkuFactory,
)
from tests.factories.stores import StoreFactory, WarehouseFactory
from tests.inventory.given import allocated, figures, lying, stocked, wanted
from tests.pages.test_tablet_shell import anna, sign_in, store, tablet

__all__ = ["anna", "store", "tablet"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shot(page: Page, name: str) -> None:
    """Keep a picture where a person wants to look at one."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.fixture
def shelf(store: Store) -> Sku:
    """A telephone: none here, some elsewhere; and another that is here."""
    category = CategoryFactory.create(code="smartphones", name="Смартфоны")
    product = ProductFactory.create(
        code="PHN-1", name="Смартфон Ёлка K9", brand="Ёлка", category=category
    )
    fields = {"память": "128 ГБ", "цвет": "чёрный", "экран": "6,5″"}
    for number, colour in enumerate(("чёрный", "синий", "зелёный"), start=1):
        sku = SkuFactory.create(
            code=f"PHN-1-{number:02}",
            product=product,
            name=f"Смартфон Ёлка K9, 128 ГБ, {colour}",
            attributes=fields | {"цвет": colour},
        )
        PriceFactory.create(sku=sku, amount=Decimal("24990"))
    BarcodeFactory.create(sku=Sku.objects.get(code="PHN-1-01"), gtin="6924975097213")
    near = StoreFactory(
        code="msk-arbat", name="Арбат, 22", latitude=55.751, longitude=37.594
    )
    far = StoreFactory(
        code="tver", name="Тверь, Советская", city="Тверь", latitude=56.86, longitude=35.91
    )
    depot = WarehouseFactory(
        code="depot", name="Склад Подольск", city="Подольск", latitude=55.424
    )
    for place, units in ((near, 3), (far, 7), (depot, 40)):
        stocked(units, store=place.code, sku="PHN-1-01")
    stocked(5, store=store.code, sku="PHN-1-02")
    allocated(wanted(1, store=store.code, sku="PHN-1-02"))
    sell_stock(
        store_code=store.code,
        lines=[("PHN-1-02", 1)],
        reference="T-1",
        by=SYSTEM,
        at=NOON,
    )
    return Sku.objects.get(code="PHN-1-01")


def accessible(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


@pytest.mark.usefixtures("shelf")
def test_a_clerk_finds_a_product_here_and_elsewhere(
    tablet: Page, live_server: LiveServer, anna: Employee
) -> None:
    sign_in(tablet, live_server.url, anna)
    tablet.goto(live_server.url + reverse("tablet-find"))
    shot(tablet, "find-empty")
    tablet.get_by_role("searchbox").fill("елка 128")
    expect(tablet.locator("#found .row")).to_have_count(3)
    shot(tablet, "find")
    assert accessible(tablet) == []
    tablet.locator("#found .row").first.click()
    expect(tablet.locator(".headline")).to_contain_text("Арбат, 22")
    shot(tablet, "product")
    assert accessible(tablet) == []
    tablet.set_viewport_size({"width": 800, "height": 1180})
    shot(tablet, "product-portrait")


@pytest.mark.usefixtures("shelf")
def test_a_nudge_that_arrives_while_the_level_is_fetched_is_not_lost(
    tablet: Page, live_server: LiveServer, anna: Employee, store: Store
) -> None:
    sign_in(tablet, live_server.url, anna)
    tablet.goto(live_server.url + reverse("tablet-stock-level", args=["PHN-1-02"]))
    on_hand = tablet.locator("#figures .figure__value").first
    expect(on_hand).to_have_text("4")
    nudge = f"document.body.dispatchEvent(new CustomEvent('live:stock.{store.code}'))"
    held: list[tuple[Route, APIResponse]] = []
    tablet.route("**/PHN-1-02/", lambda route: held.append((route, route.fetch())), times=1)
    tablet.evaluate(nudge)
    tablet.wait_for_timeout(1_000)
    ((route, old_answer),) = held
    stocked(3, store=store.code, sku="PHN-1-02")
    tablet.evaluate(nudge)
    route.fulfill(response=old_answer)
    expect(on_hand).to_have_text("7")


@pytest.mark.usefixtures("shelf")
def test_a_manager_corrects_a_level(
    tablet: Page, live_server: LiveServer, anna: Employee, store: Store
) -> None:
    sign_in(tablet, live_server.url, anna)
    tablet.goto(live_server.url + reverse("tablet-stock"))
    shot(tablet, "stock")
    tablet.locator("input[name=code]").fill("PHN-1-02")
    tablet.locator("input[name=code]").press("Enter")
    tablet.locator("#adjust [data-step='-1']").click()
    shot(tablet, "level")
    assert accessible(tablet) == []
    tablet.locator("button[form=adjust]").click()
    expect(tablet.locator(".figure__value").first).to_have_text("3")
    assert figures(store.code, "PHN-1-02") == (3, 1)
    shot(tablet, "level-after")


@pytest.mark.usefixtures("shelf")
def test_a_clerk_scans_and_takes_a_damaged_unit_off_the_shelf_with_one_tap(
    tablet: Page, live_server: LiveServer, anna: Employee, store: Store
) -> None:
    BarcodeFactory.create(sku=Sku.objects.get(code="PHN-1-02"), gtin="4600051000057")
    sign_in(tablet, live_server.url, anna)
    tablet.goto(live_server.url + reverse("tablet-stock"))
    tablet.locator("input[name=code]").fill("4600051000057")
    tablet.locator("input[name=code]").press("Enter")
    expect(tablet.locator("#move")).to_be_visible()
    tablet.get_by_role("button", name="Повреждено", exact=True).click()
    expect(tablet.locator("#undo")).to_contain_text("повреждено")
    expect(tablet.locator(".figure__value").first).to_have_text("3")
    assert lying(store.code, "PHN-1-02") == {"ON_HAND": 3, "DAMAGED": 1}
    shot(tablet, "level-moved")
    assert accessible(tablet) == []
    tablet.locator("#undo button").click()
    expect(tablet.locator(".figure__value").first).to_have_text("4")
    assert lying(store.code, "PHN-1-02") == {"ON_HAND": 4}
    tablet.get_by_role("button", name="На витрину").click()
    tablet.get_by_role("button", name="1 на полку").click()
    expect(tablet.locator(".figure__value").first).to_have_text("4")
    tablet.get_by_role("link", name="Все", exact=True).click()
    expect(tablet.locator("tbody tr")).to_have_count(6)
    shot(tablet, "statement")
    assert accessible(tablet) == []
    tablet.set_viewport_size({"width": 800, "height": 1180})
    shot(tablet, "statement-portrait")
    tablet.go_back()
    shot(tablet, "level-portrait")
    assert lying(store.code, "PHN-1-02") == {"ON_HAND": 4}
