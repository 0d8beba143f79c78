"""Units with serial numbers on the tablet: picked and taken back by their numbers."""

from typing import Any

import pytest
from django.test import Client

from inventory.catalogue.models import Sku
from inventory.stock.models import Serial
from inventory.supply.operations import Counted, receive_blind
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from orders.fulfilment.models import Fulfilment, PickedSerial
from orders.fulfilment.operations import hand_over, mark_ready, pick_unit
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.fulfilment import Ordered, Town, bag_of, code_of, placed_order
from tests.orders.serials import PHONE_GTIN, PHONE_SYMBOL
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def bag(shops: Town) -> Fulfilment:
    """Two phones with numbers, ordered from Tverskaya."""
    Sku.objects.filter(code="PHONE").update(is_serialised=True)
    for store, number in (("tverskaya", "SN-1"), ("tverskaya", "SN-2"), ("arbat", "SN-9")):
        line = Counted("PHONE", 1, serials=(number,))
        receive_blind(store_code=store, lines=[line], by=SYSTEM, at=NOON)
    return bag_of(placed_order([Ordered("PHONE", 2, "tverskaya")], at=clock.now()))


def tablet(store: str = "tverskaya", language: str = "en") -> Client:
    client = Client()
    sign_in_tablet(client, store=Store.objects.get(code=store), language=language)
    return client


def scan(client: Client, bag: Fulfilment, code: str, **more: str) -> Any:
    page = f"/tablet/pick/{bag.number}/scan/"
    return client.post(page, {"code": code, **more}, headers=HTMX)


def test_a_barcode_asks_for_the_number_and_the_number_ticks(bag: Fulfilment) -> None:
    client = tablet()
    asked = scan(client, bag, PHONE_GTIN)
    assert asked["HX-Trigger"] == "scan-good"
    assert "now scan the serial number" in asked.content.decode()
    assert 'name="article" value="PHONE"' in asked.content.decode()
    ticked = scan(client, bag, "new-1", article="PHONE").content.decode()
    assert "NEW-1" in ticked
    assert "1 item to find" in ticked
    assert "now scan the serial number" not in ticked


def test_a_symbol_ticks_at_once_also_where_a_number_is_asked_for(bag: Fulfilment) -> None:
    client = tablet()
    ticked = scan(client, bag, f"]d2{PHONE_SYMBOL}10L-1\x1d21sn-1")
    assert ticked["HX-Trigger"] == "scan-good"
    assert "now scan the serial number" not in ticked.content.decode()
    scan(client, bag, PHONE_GTIN)
    scan(client, bag, f"{PHONE_SYMBOL}21NEW-1", article="PHONE")
    numbers = PickedSerial.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == ["SN-1", "NEW-1"]


def test_another_barcode_is_no_serial_number(bag: Fulfilment) -> None:
    client = tablet()
    again = scan(client, bag, PHONE_GTIN, article="PHONE").content.decode()
    assert "now scan the serial number" in again
    assert not PickedSerial.objects.exists()


def test_a_unit_of_another_place_is_named_with_its_place(bag: Fulfilment) -> None:
    answer = scan(tablet(), bag, "SN-9")
    assert answer["HX-Trigger"] == "scan-bad"
    assert "SN-9 is not here: on hand, arbat." in answer.content.decode()
    russian = scan(tablet(language="ru"), bag, "SN-9").content.decode()
    assert "SN-9 не здесь: в наличии, arbat." in russian


def test_a_unit_in_another_bag_is_named_with_its_bag(bag: Fulfilment) -> None:
    client = tablet()
    scan(client, bag, "SN-1")
    other = bag_of(placed_order([Ordered("PHONE", 1, "tverskaya")], at=clock.now()))
    text = scan(client, other, "SN-1").content.decode()
    assert f"SN-1 lies in the bag {bag.number}." in text


def test_without_script_the_page_remembers_what_it_asked(bag: Fulfilment) -> None:
    client = tablet()
    answer = client.post(f"/tablet/pick/{bag.number}/scan/", {"code": "PHONE"})
    assert answer["Location"].endswith("?article=PHONE")
    assert "now scan the serial number" in client.get(answer["Location"]).content.decode()


def test_a_unit_is_put_back_on_the_page(bag: Fulfilment) -> None:
    client = tablet()
    scan(client, bag, "SN-1")
    client.post(f"/tablet/pick/{bag.number}/1/put-back/", headers=HTMX)
    assert not PickedSerial.objects.exists()


def test_a_unit_comes_back_by_its_number_in_another_store(
    bag: Fulfilment, shops: Town
) -> None:
    clerk = shops.clerk("tverskaya")
    terms: dict[str, Any] = {"number": bag.number, "by": clerk, "at": clock.now()}
    for number in ("SN-1", "SN-2"):
        pick_unit(code=number, **terms)
    mark_ready(bay="A-1", **terms)
    hand_over(code=code_of(bag.order), **terms)
    client = tablet("arbat")
    page = f"/tablet/return/{bag.order.number}/"
    assert "Serial numbers, one a line" in client.get(page).content.decode()
    for serials, words in (("", "Scan the serial number"), ("SN-9", "was not handed over")):
        given = {"quantity-1": "1", "serials-1": serials}
        answer = client.post(
            f"{page}take-back/", given, follow=True, headers={"Referer": page}
        )
        assert words in answer.content.decode()
    given = {"quantity-1": "1", "serials-1": "sn-2\r\n", "disposition-1": "QUARANTINE"}
    answer = client.post(f"{page}take-back/", given, follow=True)
    assert "Taken back." in answer.content.decode()
    found = Serial.objects.select_related("store").get(number="SN-2")
    assert (found.store.code if found.store else "", found.bucket) == (
        "arbat",
        "QUARANTINE",
    )
