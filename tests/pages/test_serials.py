"""Serial numbers are scanned into fields that take one a line, in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inventory.supply.operations import Wanted, approve_transfer, request_transfer
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Store
from stores.people.models import Employee
from tests.factories.inventory import ProductFactory, SkuFactory
from tests.inventory.given import place
from tests.inventory.serials.given import come, where
from tests.inventory.supply.given import BOSS
from tests.pages.test_tablet_shell import anna, problems_of, sign_in, store, tablet

__all__ = ["anna", "store", "tablet"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONES, WATCHES = ("PH-0001", "PH-0002"), ("WA-0001", "WA-0002")


@pytest.fixture
def leaving(store: Store) -> str:
    """Two phones and a watch are to be sent to Petersburg."""
    for code, numbers in (("PHONE", PHONES), ("WATCH", WATCHES)):
        product = ProductFactory.create(code=f"P-{code}", name=code.title())
        SkuFactory.create(code=code, product=product, name=code.title(), is_serialised=True)
        come(*numbers, store=store.code, sku=code)
    place("spb-1")
    now = clock.now()
    number = request_transfer(
        source_code=store.code,
        target_code="spb-1",
        lines=[Wanted("PHONE", 2), Wanted("WATCH", 1)],
        by=SYSTEM,
        at=now,
    )
    approve_transfer(number=number, by=BOSS, at=now)
    return number


@pytest.fixture
def sheet(tablet: Page, live_server: LiveServer, anna: Employee, leaving: str) -> Page:
    """The transfer on a tablet, with a field for the numbers of each article."""
    sign_in(tablet, live_server.url, anna)
    tablet.goto(live_server.url + reverse("tablet-stock-transfer", args=[leaving]))
    expect(tablet.locator("[data-scan-field]")).to_have_count(2)
    return tablet


def scan(page: Page, code: str) -> None:
    """As a scanner does: very fast keys, then Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def numbers(page: Page) -> list[list[str]]:
    """What stands in the fields, line by line."""
    fields = page.locator("[data-scan-field]").all()
    return [field.input_value().split() for field in fields]


def test_scans_fill_one_field_after_the_other_wherever_the_focus_is(sheet: Page) -> None:
    sheet.locator("h1").first.click()
    for code in (*PHONES, WATCHES[0]):
        scan(sheet, code)
    assert numbers(sheet) == [list(PHONES), [WATCHES[0]]]
    assert problems_of(sheet) == []
    sheet.locator("button[form=dispatch], #dispatch button").last.click()
    expect(sheet.locator("body")).to_contain_text("в пути")
    assert where("PH-0001", "PHONE") == where("WA-0001", "WATCH") == "IN_TRANSIT"
    assert where("WA-0002", "WATCH").endswith("ON_HAND")


def test_a_scan_with_the_focus_in_a_field_stays_there_on_a_line_of_its_own(
    sheet: Page,
) -> None:
    phones, watches = sheet.locator("[data-scan-field]").all()
    watches.focus()
    scan(sheet, WATCHES[0])
    scan(sheet, WATCHES[1])
    expect(watches).to_have_value("WA-0001\nWA-0002\n")
    phones.focus()
    sheet.keyboard.type("typed by hand", delay=60)
    sheet.keyboard.press("Enter")
    expect(phones).to_have_value("typed by hand\n")


def test_a_scan_begins_a_line_of_its_own_beside_what_was_typed(sheet: Page) -> None:
    phones = sheet.locator("[data-scan-field]").first
    phones.fill("PH-0001")  # no line's end after it
    sheet.locator("h1").first.click()
    scan(sheet, PHONES[1])
    assert numbers(sheet) == [list(PHONES), []]


def words(page: Page) -> list[str]:
    """What is said beside the fields."""
    return [place.inner_text() for place in page.locator("[data-scan-words]").all()]


def test_one_number_too_many_is_refused_in_words_where_was_scanned_last(
    sheet: Page,
) -> None:
    sheet.locator("h1").first.click()
    for code in (*PHONES, *WATCHES):
        scan(sheet, code)
    assert numbers(sheet) == [list(PHONES), [WATCHES[0]]]
    assert words(sheet) == ["", f"Все номера этой строки уже есть. Не принят: {WATCHES[1]}"]
    assert problems_of(sheet) == []
    sheet.locator("button[form=dispatch], #dispatch button").last.click()
    expect(sheet.locator("body")).to_contain_text("в пути")


def test_a_number_scanned_twice_is_refused_where_it_stands(sheet: Page) -> None:
    sheet.locator("h1").first.click()
    for code in (PHONES[0], PHONES[1], PHONES[0].lower()):
        scan(sheet, code)
    assert numbers(sheet) == [list(PHONES), []]
    assert words(sheet) == [f"Уже отсканирован: {PHONES[0].lower()}", ""]
    scan(sheet, WATCHES[0])
    assert numbers(sheet)[1] == [WATCHES[0]]
    assert words(sheet) == ["", ""]


def test_too_many_numbers_in_one_field_are_counted_in_words(sheet: Page) -> None:
    watches = sheet.locator("[data-scan-field]").last
    watches.focus()
    for code in WATCHES:
        scan(sheet, code)
    too_many = "Серийных номеров больше, чем единиц товара."
    assert words(sheet) == ["", too_many]
    watches.fill(WATCHES[0])
    assert words(sheet) == ["", ""]


def test_as_many_are_wanted_as_the_clerk_takes_off_the_shelf(
    tablet: Page, live_server: LiveServer, anna: Employee, store: Store, leaving: str
) -> None:
    come("WA-0003", "WA-0004", store=store.code, sku="WATCH")
    sign_in(tablet, live_server.url, anna)
    tablet.goto(live_server.url + reverse("tablet-stock-level", args=["WATCH"]))
    tablet.locator("h1").first.click()
    scan(tablet, "WA-0003")
    scan(tablet, "WA-0004")
    assert numbers(tablet) == [["WA-0003"]]
    tablet.locator("#move button[data-step='1']").click()
    scan(tablet, "WA-0004")
    assert numbers(tablet) == [["WA-0003", "WA-0004"]]
    tablet.locator("#move button[data-step='-1']").click()
    assert words(tablet) != [""]


def test_a_scan_while_a_button_has_the_focus_does_not_press_it(sheet: Page) -> None:
    sheet.locator("button[form=dispatch], #dispatch button").last.focus()
    before = sheet.url
    scan(sheet, PHONES[0])
    assert numbers(sheet) == [[PHONES[0]], []]
    assert sheet.url == before
    assert where(PHONES[0], "PHONE").endswith("ON_HAND")
