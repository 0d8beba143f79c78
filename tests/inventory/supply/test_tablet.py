"""The tablet's pages of supply: scan, add up, one button."""

import pytest
from django.test import Client

from inventory.supply.models import Receipt, TallyLine, Transfer
from inventory.supply.operations import approve_transfer, dispatch_transfer
from inventory.supply.pages.transfers import resolve_document
from inventory.supply.queries import transfer_view
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Store
from stores.people.staff import StaffMember
from tests.clock import NOON
from tests.factories.inventory import BarcodeFactory
from tests.inventory.given import figures, place
from tests.inventory.supply.given import (
    BOSS,
    LAWS,
    announced,
    approved,
    line_of,
    ordered,
    requested,
    sent,
    two_places,
)
from tests.lawbook import broken
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
GTIN = "4600051000057"


def tablet(store: str = "spb-1", role: str = "CLERK", language: str = "en") -> Client:
    client = Client()
    sign_in_tablet(
        client, store=Store.objects.get(code=store), role=role, language=language
    )
    return client


def scan(client: Client, number: str, code: str = "S-1", *, damaged: bool = False) -> str:
    given = {"code": code} | ({"damaged": "1"} if damaged else {})
    answer = client.post(f"/tablet/stock/receive/{number}/scan/", given, headers=HTMX)
    return answer.content.decode()


def test_what_is_on_its_way_is_listed_and_found_by_its_number() -> None:
    two_places()
    number = sent(4)
    client = tablet()
    page = client.get("/tablet/stock/receive/").content.decode()
    assert number in page
    led = client.get("/tablet/stock/receive/", {"code": number})
    assert led["Location"] == f"/tablet/stock/receive/{number}/"
    page = client.get("/tablet/stock/receive/", {"code": "N-0"}).content.decode()
    assert "“N-0”" in page
    assert number not in tablet("msk-1").get("/tablet/stock/receive/").content.decode()


def test_scans_add_up_and_one_button_receives() -> None:
    two_places()
    number = sent(4)
    BarcodeFactory.create(sku__code="S-9", gtin=GTIN)
    client = tablet()
    scan(client, number)
    assert "Receive 2 items" in scan(client, number)
    assert "1 damaged" in scan(client, number, damaged=True)
    assert "does not come with this" in scan(client, number, GTIN)
    assert "Nobody knows this code" in scan(client, number, "zzz")
    less = {"sku": "S-1", "condition": "GOOD"}
    client.post(f"/tablet/stock/receive/{number}/less/", less, headers=HTMX)
    answer = client.post(f"/tablet/stock/receive/{number}/confirm/", follow=True)
    assert "2 items received. 2 still to come." in answer.content.decode()
    assert line_of(number) == ("PARTLY_RECEIVED", 4, 2, 0, 2)
    assert figures(store="spb-1") == (1, 0)
    assert not TallyLine.objects.exists()
    assert broken(only=LAWS | {"E5", "A1"}) == set()


def test_all_is_received_with_one_button() -> None:
    two_places()
    number = sent(4)
    client = tablet()
    page = client.get(f"/tablet/stock/receive/{number}/").content.decode()
    assert "All here: receive 4 items" in page
    client.post(f"/tablet/stock/receive/{number}/confirm/", {"all": "1"})
    assert line_of(number) == ("RECEIVED", 4, 4, 0, 0)


def test_each_clerk_counts_alone() -> None:
    two_places()
    number = sent(4)
    one, other = tablet(), tablet()
    scan(one, number)
    assert "Receive 1 item<" in scan(other, number)


def test_a_delivery_and_an_order_are_received_by_their_numbers() -> None:
    order = ordered(5)
    note = announced(order, 3)
    client = tablet("msk-1")
    page = client.get("/tablet/stock/receive/").content.decode()
    assert note in page
    for number, units in ((note, 3), (order, 2)):
        client.post(f"/tablet/stock/receive/{number}/confirm/", {"all": "1"})
        assert Receipt.objects.latest("pk").lines.get().quantity == units
    assert figures() == (5, 0)


def test_goods_without_a_document_are_received() -> None:
    two_places(0)
    client = tablet()
    assert "Receive 1 item<" in scan(client, "BLIND")
    client.post("/tablet/stock/receive/BLIND/confirm/")
    assert Receipt.objects.get().kind == "BLIND"
    assert figures(store="spb-1") == (1, 0)


def test_a_few_goods_leave_with_one_button() -> None:
    two_places()
    client = tablet("msk-1")
    for _time in range(2):
        answer = client.post("/tablet/stock/send/scan/", {"code": "S-1"}, headers=HTMX)
    assert "Send 2 items" in answer.content.decode()
    assert "Spb-1" in client.get("/tablet/stock/send/").content.decode()
    client.post("/tablet/stock/send/confirm/", {"target": "spb-1"})
    transfer = Transfer.objects.get()
    assert line_of(transfer.number) == ("DISPATCHED", 2, 0, 0, 2)
    assert figures() == (8, 0)


def test_many_goods_wait_for_a_manager() -> None:
    two_places(20)
    clerk, boss = tablet("msk-1"), tablet("msk-1", "STORE_MANAGER")
    for _time in range(11):
        answer = clerk.post("/tablet/stock/send/scan/", {"code": "S-1"}, headers=HTMX)
    assert "Ask to send 11 items" in answer.content.decode()
    clerk.post("/tablet/stock/send/confirm/", {"target": "spb-1"})
    address = f"/tablet/stock/transfers/{Transfer.objects.get().number}/"
    assert "Waits for a manager" in clerk.get(address).content.decode()
    clerk.post(f"{address}approve/")
    assert Transfer.objects.get().status == "REQUESTED"
    assert "Approve 11 items" in boss.get(address).content.decode()
    boss.post(f"{address}approve/")
    assert "Send 11 items" in clerk.get(address).content.decode()
    clerk.post(f"{address}dispatch/")
    assert Transfer.objects.get().status == "DISPATCHED"


def test_a_manager_of_the_target_records_a_loss() -> None:
    two_places(20)
    number = requested(12)
    approve_transfer(number=number, by=BOSS, at=NOON)
    dispatch_transfer(number=number, by=SYSTEM, at=NOON)
    address = f"/tablet/stock/transfers/{number}/"
    assert "Record" not in tablet("spb-1").get(address).content.decode()
    boss = tablet("spb-1", "STORE_MANAGER")
    assert "Record 12 items as lost" in boss.get(address).content.decode()
    boss.post(f"{address}write-off/", {"reason": "Stolen"})
    view = transfer_view(number)
    assert (view.status, view.close_reason) == ("CLOSED_SHORT", "Stolen")


def test_a_transfer_is_cancelled_with_a_reason() -> None:
    two_places()
    number = approved(4)
    client = tablet("msk-1")
    client.post(f"/tablet/stock/transfers/{number}/cancel/", {"reason": ""})
    assert transfer_view(number).status == "APPROVED"
    client.post(f"/tablet/stock/transfers/{number}/cancel/", {"reason": "Sold"})
    assert transfer_view(number).status == "CANCELLED"


def test_what_does_not_concern_the_place_is_absent() -> None:
    two_places()
    place("kzn-1")
    number = sent(4)
    client = tablet("kzn-1")
    for address in (
        f"/tablet/stock/transfers/{number}/",
        f"/tablet/stock/receive/{number}/",
    ):
        assert client.get(address).status_code == 404
    answer = client.post(f"/tablet/stock/receive/{number}/scan/", {"code": "S-1"})
    assert answer.status_code == 404
    assert not TallyLine.objects.exists()


def test_a_scan_leads_to_the_document() -> None:
    two_places()
    number = sent(4)

    def staff_of(store: str) -> StaffMember:
        return sign_in_tablet(Client(), store=Store.objects.get(code=store))

    assert resolve_document(number, staff_of("spb-1")) == (
        f"/tablet/stock/receive/{number}/"
    )
    assert resolve_document(number, staff_of("msk-1")) == (
        f"/tablet/stock/transfers/{number}/"
    )
    assert resolve_document("T-0", staff_of("msk-1")) is None


def test_pages_speak_russian() -> None:
    two_places()
    number = sent(4)
    client = tablet(language="ru")
    for address in ("receive/", f"receive/{number}/", "send/", "transfers/"):
        page = client.get(f"/tablet/stock/{address}").content.decode()
        for english in ("Receive", "Send", "Transfers", "Scan"):
            assert f">{english}" not in page, (address, english)
