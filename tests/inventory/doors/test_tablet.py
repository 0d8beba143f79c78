"""Tablet pages of stock: find here and elsewhere, look at a level, correct it."""

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from inventory.models import Sku
from inventory.selling.pages import resolve_product
from inventory.stock.models import StockMovement
from inventory.stock.operations.adjusting import BelowPromised, LevelChanged
from inventory.stock.pages.looking_up import NotANumber
from omniretail.kernel.errors import DomainError, title_of
from stores.network.models import Store
from tests.factories.inventory import BarcodeFactory, PriceFactory, SkuFactory
from tests.inventory.given import allocated, figures, lying, moved, place, stocked, wanted
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db


def tablet(role: str = "CLERK", *, store: str = "msk-1", language: str = "en") -> Client:
    if not Store.objects.filter(code=store).exists():
        place(store, opening_hours="Mo-Su 00:00-24:00")
    client = Client()
    sign_in_tablet(
        client, store=Store.objects.get(code=store), role=role, language=language
    )
    return client


def test_products_are_found_by_words_with_what_is_here() -> None:
    client = tablet()
    SkuFactory.create(code="S-1", name="Смартфон Ёлка")
    PriceFactory.create(sku=Sku.objects.get(), amount=Decimal("19990"))
    stocked(3)
    page = client.get("/tablet/find/", {"q": "елка"}).content.decode()
    assert "Смартфон Ёлка" in page
    assert "3 here" in page
    assert "19" in page
    part = client.get("/tablet/find/", {"q": "zzz"}, headers={"HX-Target": "found"})
    assert "Nothing is called “zzz”" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_a_product_not_here_says_where_the_nearest_is() -> None:
    client = tablet()
    place("msk-2", name="Тверская", latitude=55.761, opening_hours="Mo-Su 00:00-24:00")
    stocked(3, store="msk-2")
    page = client.get("/tablet/find/S-1/").content.decode()
    assert "Not here. 3 in Тверская, 1.2\xa0km, ready in 60 min" in page
    russian = tablet(language="ru").get("/tablet/find/S-1/").content.decode()
    assert "Not here" not in russian


def test_a_product_nowhere_says_so() -> None:
    client = tablet()
    SkuFactory.create(code="S-1")
    assert "Not here, and nowhere else." in client.get("/tablet/find/S-1/").content.decode()
    assert client.get("/tablet/find/none/").status_code == 404


def test_a_scan_leads_to_the_product() -> None:
    tablet()
    sku = SkuFactory.create(code="S-1")
    BarcodeFactory.create(sku=sku, gtin="4600051000057")
    assert resolve_product("4600051000057", None) == "/tablet/find/S-1/"
    assert resolve_product("s-1", None) == "/tablet/find/S-1/"
    assert resolve_product("4600051000050", None) is None


def test_a_level_shows_its_movements_and_what_is_kept() -> None:
    client = tablet()
    stocked(5)
    allocated(wanted(2))
    assert "S-1" in client.get("/tablet/stock/").content.decode()
    led = client.get("/tablet/stock/", {"code": "S-1"})
    assert led["Location"] == "/tablet/stock/S-1/"
    page = client.get("/tablet/stock/S-1/").content.decode()
    assert "Receipt" in page
    assert "+5" in page
    assert "Correct the level" not in page


def correct(client: Client, *, on_hand: str, seen: str = "5") -> int:
    given = {"on_hand": on_hand, "seen": seen, "reason": "counted"}
    return client.post("/tablet/stock/S-1/adjust", given).status_code


def test_a_manager_corrects_a_level() -> None:
    client = tablet("STORE_MANAGER")
    stocked(5)
    assert "Correct the level" in client.get("/tablet/stock/S-1/").content.decode()
    assert correct(client, on_hand="3") == 302
    assert figures() == (3, 0)


@pytest.mark.parametrize(
    ("on_hand", "seen", "refusal"),
    [
        ("1", "5", BelowPromised),
        ("3", "4", LevelChanged),
        ("x", "5", NotANumber),
        ("", "5", NotANumber),
        ("-1", "5", NotANumber),
        ("3", "²", NotANumber),
        ("1234567890", "5", NotANumber),
    ],
)
def test_a_wrong_correction_is_refused_in_words(
    on_hand: str, seen: str, refusal: type[DomainError]
) -> None:
    client = tablet("STORE_MANAGER")
    stocked(5)
    allocated(wanted(2))
    correct(client, on_hand=on_hand, seen=seen)
    page = client.get("/tablet/stock/S-1/").content.decode()
    assert title_of(refusal) in unescape(page)
    assert figures() == (5, 2)
    assert not StockMovement.objects.filter(kind="ADJUSTMENT").exists()


def test_a_clerk_does_not_correct_levels() -> None:
    client = tablet()
    stocked(5)
    correct(client, on_hand="3")
    assert figures() == (5, 0)


def test_a_stranger_sees_nothing() -> None:
    stocked(5)
    for page in ("find/", "find/S-1/", "stock/S-1/", "stock/S-1/statement/"):
        assert Client().get(f"/tablet/{page}").status_code == 302


def press(client: Client, way: str, *, quantity: str = "1", **more: str) -> Any:
    given = {"way": way, "quantity": quantity, **more}
    return client.post("/tablet/stock/S-1/move", given)


@pytest.mark.parametrize("bucket", ["DISPLAY", "QUARANTINE", "DAMAGED", "CUSTOMER_HOLD"])
def test_one_press_takes_a_unit_off_the_shelf_and_another_undoes_it(bucket: str) -> None:
    client = tablet()
    stocked(5)
    assert (
        f'value="ON_HAND&gt;{bucket}"' in client.get("/tablet/stock/S-1/").content.decode()
    )
    led = press(client, f"ON_HAND>{bucket}")
    assert lying() == {"ON_HAND": 4, bucket: 1}
    page = client.get(led["Location"]).content.decode()
    assert "Here, but not for sale" in page
    (undo,) = re.findall(r'action="([^"]*reverse)"', page)
    client.post(undo, {})
    assert lying() == {"ON_HAND": 5}
    assert 'id="undo"' not in client.get(led["Location"]).content.decode()


def test_units_go_back_to_the_shelf_one_or_all() -> None:
    client = tablet()
    stocked(5)
    moved(3, "ON_HAND>DISPLAY")
    assert "All 3 back" in client.get("/tablet/stock/S-1/").content.decode()
    press(client, "DISPLAY>ON_HAND")
    press(client, "DISPLAY>ON_HAND", quantity="2")
    assert lying() == {"ON_HAND": 5}


def test_a_named_reason_is_kept_where_it_fits() -> None:
    client = tablet()
    stocked(5)
    press(client, "ON_HAND>DAMAGED", reason="SOILED")
    press(client, "ON_HAND>DISPLAY", reason="SOILED")
    reasons = StockMovement.objects.filter(kind="MOVE").order_by("pk")
    assert list(reasons.values_list("reason", flat=True)) == ["SOILED", "ON_SHOW"]


@pytest.mark.parametrize(
    ("way", "quantity"),
    [
        ("ON_HAND>DAMAGED", "4"),
        ("ON_HAND>DAMAGED", "x"),
        ("ON_HAND>DAMAGED", "0"),
        ("ON_HAND", "1"),
        ("", "1"),
        ("SUPPLIER>ON_HAND", "1"),
        ("DAMAGED>SHRINKAGE", "1"),
    ],
)
def test_a_wrong_move_is_refused_in_words(way: str, quantity: str) -> None:
    client = tablet()
    stocked(5)
    allocated(wanted(2))
    moved(1, "ON_HAND>DAMAGED")
    press(client, way, quantity=quantity)
    assert lying() == {"ON_HAND": 4, "DAMAGED": 1}
    assert (
        'class="notice notice--error"' in client.get("/tablet/stock/S-1/").content.decode()
    )


def test_a_statement_shows_balances_names_and_what_can_be_undone() -> None:
    client = tablet()
    stocked(40)
    for _number in range(31):
        moved(1, "ON_HAND>DISPLAY")
    press(client, "ON_HAND>DAMAGED")
    page = client.get("/tablet/stock/S-1/statement/").content.decode()
    assert page.count("<tr>") == 31
    assert page.count('<td class="number">−1</td>') == 30
    assert "Broken or cracked" in page
    assert page.count("reverse") == 1
    (link,) = re.findall(r'href="\?after=([^"]*)"', page)
    rest = client.get(f"/tablet/stock/S-1/statement/?after={link}").content.decode()
    assert (rest.count("<tr>"), "receipt" in rest, "+40" in rest) == (4, True, True)
    for wrong in ("x", "x~1", "2026-01-01T00:00:00~1", "2026-01-01T00:00:00+00:00~x"):
        odd = client.get("/tablet/stock/S-1/statement/", {"after": wrong})
        assert odd.status_code == 404


def test_a_manager_takes_back_what_a_clerk_may_not() -> None:
    stocked(40)
    (much,) = moved(20, "ON_HAND>DAMAGED").movements
    clerk, boss = tablet(), tablet("STORE_MANAGER")
    address = f"/tablet/stock/S-1/movements/{much}/reverse"
    clerk.post(address, {})
    assert lying() == {"ON_HAND": 20, "DAMAGED": 20}
    assert address not in clerk.get("/tablet/stock/S-1/statement/").content.decode()
    assert address in boss.get("/tablet/stock/S-1/statement/").content.decode()
    boss.post(address, {})
    assert lying() == {"ON_HAND": 40}
