"""A shelf is counted on the tablet, in a real browser, mostly by scanner."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inventory.counts.operations import Entry, count_item, finish_count
from inventory.counts.queries import count_view, counts_at
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Store
from stores.people.models import Employee
from tests.factories.inventory import BarcodeFactory, ProductFactory, SkuFactory
from tests.inventory.given import stocked
from tests.pages.test_receiving import scan, small_targets
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


def shot(page: Page, name: str) -> None:
    """Keep a picture where a person wants to look at one."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.fixture
def shelf(store: Store) -> Store:
    """Three kettles and two cables, as far as anybody knows."""
    for code, name, gtin, units in (
        ("KETTLE", "Чайник Ключ 1,7 л", KETTLE, 3),
        ("CABLE", "Кабель USB-C, 1 м", CABLE, 2),
    ):
        product = ProductFactory.create(code=f"P-{code}", name=name)
        sku = SkuFactory.create(code=code, product=product, name=name)
        BarcodeFactory.create(sku=sku, gtin=gtin)
        stocked(units, store=store.code, sku=code)
    return store


def test_a_manager_counts_a_shelf_by_scanning_and_leaves_the_approval(
    tablet: Page, live_server: LiveServer, anna: Employee, shelf: Store
) -> None:
    sign_in(tablet, live_server.url, anna)
    tablet.goto(live_server.url + reverse("tablet-stock"))
    tablet.get_by_role("link", name="Пересчёты").click()
    tablet.locator("#zone").fill("Витрина")
    assert problems_of(tablet) == []
    assert small_targets(tablet) == []
    shot(tablet, "counts")
    tablet.get_by_role("button", name="Начать пересчёт").click()

    expect(tablet.locator("#count-code")).to_be_focused()
    for code in (KETTLE, CABLE, KETTLE, CABLE):
        scan(tablet, code)
    rows = tablet.locator("#tally .row")
    expect(rows).to_have_count(2)
    expect(tablet.locator("#tally-action")).to_contain_text("посчитано 2 позиции")
    expect(tablet.locator("#tally .row", has_text="CABLE")).to_contain_text("2")
    scan(tablet, "0000000000000")
    expect(tablet.locator("#tally [role=alert]")).to_be_visible()
    assert problems_of(tablet) == []
    assert small_targets(tablet) == []
    shot(tablet, "count")

    tablet.locator("#tally .row", has_text="KETTLE").click()
    tablet.locator("#quantity").fill("1")
    tablet.get_by_role("button", name="Столько").click()
    expect(tablet.locator("#tally .row", has_text="KETTLE")).to_contain_text("1посчитано")
    tablet.set_viewport_size(PORTRAIT)  # type: ignore[arg-type]
    assert problems_of(tablet) == []
    shot(tablet, "count-portrait")
    (count,) = counts_at(shelf.code)
    tablet.get_by_role("button", name="Закончить").click()
    expect(tablet.locator("body")).to_contain_text("пересчитать ещё раз")
    expect(tablet.locator("#tally .row")).to_have_count(1)
    expect(tablet.locator("#tally .row")).to_contain_text("KETTLE")

    entry = Entry("KETTLE", 1, is_total=True)
    count_item(number=count.number, entry=entry, by=SYSTEM, at=clock.now())
    finish_count(number=count.number, by=SYSTEM, at=clock.now())
    tablet.reload()
    expect(tablet.locator("tbody")).to_contain_text("KETTLE")
    expect(tablet.locator("body")).to_contain_text("должен согласовать тот, кто не считал")
    expect(tablet.get_by_role("button", name="Исправить остатки")).to_have_count(0)
    expect(tablet.get_by_role("button", name="Пересчитать ещё раз")).to_be_visible()
    assert problems_of(tablet) == []
    assert small_targets(tablet) == []
    shot(tablet, "count-over")
    (line,) = [one for one in count_view(count.number).lines if one.variance]
    assert (line.sku_code, line.variance) == ("KETTLE", -2)
