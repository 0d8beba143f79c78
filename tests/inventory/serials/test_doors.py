"""The doors of serial numbers: REST, tablet and admin."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.catalogue.models import Sku
from inventory.serials.pages import resolve_serial
from inventory.stock.models import Serial
from inventory.supply.models import TallyLine
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.models import User
from stores.network.models import Store
from tests.callers import as_client
from tests.factories.inventory import BarcodeFactory
from tests.factories.stores import UserFactory
from tests.inventory.given import place
from tests.inventory.serials.given import come, moved, phone, where
from tests.inventory.supply.given import two_places
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db
API = "/api/v1"
HTMX = {"HX-Request": "true"}
GTIN = "4600051000057"


def tablet(
    store: str = "msk-1", role: str = "STORE_MANAGER", language: str = "en"
) -> Client:
    client = Client()
    sign_in_tablet(
        client, store=Store.objects.get(code=store), role=role, language=language
    )
    return client


def somebody() -> Actor:
    return Actor(ActorKind.ADMIN, UserFactory().username)


def problem(answer: Any) -> tuple[int, str, list[str]]:
    """Status and code of a refusal, and the places it points at."""
    told = answer.json()
    return answer.status_code, told["code"], [e["pointer"] for e in told.get("errors", [])]


def test_a_unit_tells_its_story_over_http() -> None:
    come("A-1/2", "B")
    moved(["A-1/2"])
    caller = as_client("stock:read")
    listed = caller.get(f"{API}/serials", {"sku": "S-1", "bucket": "QUARANTINE"}).json()
    assert [one["number"] for one in listed["items"]] == ["A-1/2"]
    told = caller.get(f"{API}/serials/S-1/a-1%2F2").json()
    assert (told["store"], told["bucket"]) == ("msk-1", "QUARANTINE")
    words = [step["words"] for step in told["steps"]]
    assert words == ["Перемещён: в наличии → карантин", "Принят от поставщика"]
    assert told["steps"][1]["actor_kind"] == "system"
    assert caller.get(f"{API}/serials/S-1/NONE").status_code == 404
    assert len(caller.get(f"{API}/serials", {"number": " b "}).json()["items"]) == 1


def test_receipts_over_http_want_a_number_for_each_unit() -> None:
    place()
    phone()
    caller = as_client("supply:write")

    def received(*serials: str, quantity: int = 2) -> Any:
        line = {"sku": "S-1", "quantity": quantity, "serials": list(serials)}
        body = {"store": "msk-1", "lines": [line]}
        return caller.post(f"{API}/receipts", body, format="json")

    where_ = "#/lines/0/serials"
    assert problem(received("A")) == (422, "serials_wanted", [where_])
    assert problem(received("A", "a")) == (422, "serial_twice", [f"{where_}/1"])
    assert problem(received("A", "B", "C")) == (422, "more_serials_than_units", [where_])
    answer = received("a", "B")
    assert answer.status_code == 201, answer.content
    assert answer.json()["lines"][0]["serials"] == ["A", "B"]
    refused = received("B", "C")
    assert (refused.status_code, refused.json()["serial"]) == (409, "B")
    assert refused.json()["store"] == "msk-1"


def test_moves_over_http_name_what_they_move() -> None:
    come("A", "B")
    line = {"sku": "S-1", "quantity": 1, "source": "ON_HAND", "target": "DAMAGED"}
    body = {"store": "msk-1", "reason": "BROKEN", "lines": [line]}
    caller = as_client("stock:write")
    answer = caller.post(f"{API}/stock-levels/move", body, format="json")
    assert problem(answer)[1] == "serials_wanted"
    body["lines"] = [line | {"serials": ["b"]}]
    answer = caller.post(f"{API}/stock-levels/move", body, format="json")
    assert answer.status_code == 200, answer.content
    assert where("B") == "msk-1 DAMAGED"


def test_skus_say_whether_their_units_have_numbers() -> None:
    phone()
    told = as_client("catalogue:read").get(f"{API}/skus/S-1").json()
    assert told["is_serialised"] is True


def test_a_scanned_serial_leads_to_its_story() -> None:
    come("A", "B")
    client = tablet()
    led = client.post(reverse("tablet-scan"), {"code": " a "}).json()["url"]
    page = client.get(led).content.decode()
    assert "Received" in page
    assert "Msk-1: on hand" in page
    assert "OmniRetail itself" in page
    russian = tablet(language="ru").get(led).content.decode()
    assert "Принят от поставщика" in russian
    assert "Сам OmniRetail" in russian
    assert client.get("/tablet/serials/ZZZ/").status_code == 404


def test_a_number_of_two_articles_asks_which_one_is_meant() -> None:
    come("A")
    come("A", sku="S-2")
    client = tablet()
    page = client.get("/tablet/serials/A/").content.decode()
    assert "Which A?" in page
    assert "?sku=S-2" in page
    assert "Received" in client.get("/tablet/serials/A/", {"sku": "S-2"}).content.decode()


def test_what_is_missing_says_so() -> None:
    come("A")
    from_shelf = tablet()
    given = {"on_hand": "0", "seen": "1", "reason": "missing"}
    from_shelf.post("/tablet/stock/S-1/adjust", given)
    page = from_shelf.get("/tablet/serials/A/").content.decode()
    assert "Missing: units left without being scanned" in page


def test_unknown_codes_lead_nowhere() -> None:
    place()
    staff: Any = type("Staff", (), {"may": lambda self, permission: True})()
    assert resolve_serial("NONE", staff) is None
    assert resolve_serial("ЯЯЯ", staff) is None


def scan(client: Client, code: str, **more: str) -> str:
    """A scan on the page of goods that come without a document."""
    answer = client.post(
        "/tablet/stock/receive/BLIND/scan/", {"code": code, **more}, headers=HTMX
    )
    return answer.content.decode()


def test_a_delivery_is_received_by_barcode_and_numbers() -> None:
    place()
    phone()
    BarcodeFactory.create(sku=Sku.objects.get(), gtin=GTIN)
    client = tablet()
    assert "now scan the serial number" in scan(client, GTIN)
    assert "Receive 1 item" in scan(client, "sn-1", article="S-1")
    assert "was scanned before" in scan(client, "SN-1", article="S-1")
    assert "SN-2" in scan(client, "sn-2", article="S-1", damaged="1")
    scan(client, "SN-3", article="S-1")
    less = {"sku": "S-1", "condition": "GOOD"}
    client.post("/tablet/stock/receive/BLIND/less/", less, headers=HTMX)
    assert TallyLine.objects.get(condition="GOOD").serials == ["SN-1"]
    client.post("/tablet/stock/receive/BLIND/confirm/")
    assert (where("SN-1"), where("SN-2")) == ("msk-1 ON_HAND", "msk-1 QUARANTINE")


def test_a_foreign_barcode_is_no_number_of_what_is_expected() -> None:
    two_places(0, sku="S-9")
    come("A")
    client = tablet()
    client.post("/tablet/stock/send/scan/", {"code": "S-1"}, headers=HTMX)
    client.post("/tablet/stock/send/scan/", {"code": "A", "article": "S-1"}, headers=HTMX)
    sent = client.post("/tablet/stock/send/confirm/", {"target": "spb-1"})
    number = sent["Location"].rstrip("/").rsplit("/", 1)[1]
    address = f"/tablet/stock/receive/{number}/scan/"
    here = tablet("spb-1")
    stranger = "4600000000008"
    for given in (
        {"code": stranger},
        {"code": f"(01)0{stranger}(21)X", "article": "S-1"},
    ):
        here.post(address, given, headers=HTMX)
        assert not TallyLine.objects.exists()
    here.post(address, {"code": stranger, "article": "S-1"}, headers=HTMX)
    assert TallyLine.objects.get().serials == [stranger]


def test_without_script_the_page_remembers_which_article_it_was() -> None:
    place()
    phone()
    client = tablet()
    answer = client.post("/tablet/stock/receive/BLIND/scan/", {"code": "S-1"})
    assert answer["Location"].endswith("?article=S-1")
    assert "now scan the serial number" in client.get(answer["Location"]).content.decode()


def test_units_are_sent_and_received_on_tablets() -> None:
    two_places(0, sku="S-9")
    come("A", "B")
    client = tablet()
    for code, article in (("S-1", ""), ("A", "S-1"), ("B", "S-1")):
        given = {"code": code, "article": article}
        client.post("/tablet/stock/send/scan/", given, headers=HTMX)
    answer = client.post("/tablet/stock/send/confirm/", {"target": "spb-1"})
    number = answer["Location"].rstrip("/").rsplit("/", 1)[1]
    assert where("A") == "IN_TRANSIT"
    tablet("spb-1").post(f"/tablet/stock/receive/{number}/confirm/", {"all": "1"})
    assert where("A") == where("B") == "spb-1 ON_HAND"


def test_units_are_moved_aside_on_the_tablet() -> None:
    come("A", "B")
    client = tablet()
    assert "Serial numbers, one a line" in client.get("/tablet/stock/S-1/").content.decode()
    given = {"way": "ON_HAND>DISPLAY", "quantity": "1", "serials": "b\r\n"}
    client.post("/tablet/stock/S-1/move", given)
    assert where("B") == "msk-1 DISPLAY"


def test_units_are_found_in_the_admin() -> None:
    come("A", "B")
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    page = client.get("/admin/inventory/serial/", {"q": "A"})
    assert page.status_code == 200, page
    unit = Serial.objects.get(number="A")
    story = client.get(f"/admin/inventory/serial/{unit.pk}/change/").content.decode()
    assert "перемещён с товаром" in story
    assert "Сам OmniRetail" in story
    assert client.get("/admin/inventory/serialstep/").status_code == 200
    assert client.post(f"/admin/inventory/serial/{unit.pk}/delete/").status_code == 403


def names_asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return sum('FROM "stores_employee"' in one["sql"] for one in asked)


def test_a_page_of_the_admin_asks_for_all_its_names_at_once() -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.create_superuser("boss"))
    come("A")
    moved(["A"], by=somebody())
    moved(["A"], "ON_HAND", source="QUARANTINE", reason="CHECKED", by=somebody())
    unit = reverse("admin:inventory_serial_change", args=[Serial.objects.get().pk])
    for address in (unit, reverse("admin:inventory_serialstep_changelist")):
        assert names_asked(client, address) == 1
        page = client.get(address).content.decode()
        names = User.objects.exclude(name="").values_list("name", flat=True)
        assert len(names) == 2
        assert all(f"{name}</span>" in page for name in names)
        assert 'title="system"' in page
