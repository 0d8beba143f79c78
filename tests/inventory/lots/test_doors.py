"""Lots at the doors of REST and the tablet."""

from typing import Any

import pytest

from inventory.catalogue.models import Sku
from inventory.lots.models import Lot, LotPick
from inventory.supply.models import TallyLine
from omniretail.kernel.models import AuditEntry
from stores.network.models import Store
from tests.callers import as_client
from tests.clock import NOON
from tests.factories.inventory import BarcodeFactory
from tests.inventory.given import allocated, place, stocked, wanted
from tests.inventory.lots.given import LAWS, in_days, lot_sku, lots, lotted
from tests.inventory.supply.given import ordered, sent, two_places
from tests.inventory.supply.test_tablet import scan, tablet
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
API = "/api/v1"
GTIN = "4600051000057"
DAY = "2031-05-31"


def read(**query: str) -> list[dict[str, Any]]:
    answer = as_client("stock:read").get(f"{API}/lots", query)
    assert answer.status_code == 200, answer.content.decode()
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def write(path: str, body: dict[str, Any], scope: str) -> tuple[int, dict[str, Any]]:
    answer = as_client(scope).post(f"{API}{path}", body, format="json")
    return answer.status_code, answer.json()


def test_lots_are_listed_by_their_last_day() -> None:
    lotted(2, "LATE", 90)
    lotted(3, "SOON", 10)
    lotted(1, "SOON", 10, store="spb-1")
    lotted(1, "OTHER", 20, sku="S-2")
    allocated(wanted(1))
    assert [row["lot"] for row in read()] == ["SOON", "OTHER", "LATE"]
    (row,) = read(store="msk-1", sku="S-1", expiring_before=in_days(90).isoformat())
    assert row | {"name": ""} == {
        "sku": "S-1",
        "name": "",
        "lot": "SOON",
        "expires_on": in_days(10).isoformat(),
        "sold_until": in_days(10).isoformat(),
        "places": [
            {
                "store": "msk-1",
                "bucket": "ON_HAND",
                "units": 3,
                "in_bags": 0,
                "is_past_sale": False,
            }
        ],
    }
    assert read(store="spb-1", sku="S-2") == []
    assert as_client("stock:read").get(f"{API}/lots", {"store": "x"}).status_code == 404


def test_pages_of_lots_follow_each_other() -> None:
    for number in range(3):
        lotted(1, f"L-{number}", 10 + number)
    first = as_client("stock:read").get(f"{API}/lots", {"page_size": "2"}).json()
    rest = as_client("stock:read").get(
        f"{API}/lots", {"page_size": "2", "cursor": first["next"]}
    )
    assert [row["lot"] for row in (*first["items"], *rest.json()["items"])] == [
        "L-0",
        "L-1",
        "L-2",
    ]


def test_a_wrong_date_is_corrected_with_a_reason_and_audited() -> None:
    lotted(1, "A", 10)
    body = {"sku": "S-1", "lot": "A", "expires_on": DAY, "reason": "a misprint"}
    status, told = write("/lots/correct", body, "stock:write")
    assert (status, told["expires_on"]) == (200, DAY)
    assert AuditEntry.objects.get(subject="lot:S-1:A").action == "lots.correct"
    assert write("/lots/correct", body | {"lot": "B"}, "stock:write")[0] == 404
    assert write("/lots/correct", body | {"reason": ""}, "stock:write")[0] == 400

    assert write("/lots/correct", body, "stock:read")[0] == 403


def test_a_receipt_says_lots_and_is_refused_by_its_field() -> None:
    place()
    lot_sku()
    line: dict[str, Any] = {"sku": "S-1", "quantity": 2}
    body: dict[str, Any] = {"store": "msk-1", "lines": [line]}
    status, problem = write("/receipts", body, "supply:write")
    assert status == 422
    assert problem["errors"][0]["pointer"] == "#/lines/0/lot"
    line["lot"] = "A"
    assert write("/receipts", body, "supply:write")[1]["errors"][0]["pointer"] == (
        "#/lines/0/expires_on"
    )
    line["expires_on"] = DAY
    assert write("/receipts", body, "supply:write")[0] == 201
    line["expires_on"] = "2031-06-01"
    status, problem = write("/receipts", body, "supply:write")
    assert (status, problem["expires_on"]) == (409, DAY)
    assert lots() == {"A": 2}


def test_one_scan_says_article_lot_and_day() -> None:
    lot_sku()
    BarcodeFactory.create(sku=Sku.objects.get(code="S-1"), gtin=GTIN)
    number = ordered(5)
    client = tablet("msk-1")
    assert "All here" not in client.get(f"/tablet/stock/receive/{number}/").content.decode()
    symbol = f"01{GTIN.zfill(14)}17310531\x1d10A-1"
    assert "1 of lot A-1" in scan(client, number, symbol)
    assert "2 of lot A-1" in scan(client, number, GTIN)
    less = {"sku": "S-1", "condition": "GOOD", "lot": "A-1"}
    client.post(f"/tablet/stock/receive/{number}/less/", less)
    client.post(f"/tablet/stock/receive/{number}/confirm/")
    assert lots() == {"A-1": 1}
    assert Lot.objects.get(code="A-1").expires_on is not None
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize(
    ("language", "asked", "until"),
    [
        ("en", "Lot, as printed", "Say until when it is good"),
        ("ru", "Партия, как напечатано", "до какого дня она годна"),
    ],
)
def test_the_tablet_asks_for_the_lot_of_what_says_none(
    language: str, asked: str, until: str
) -> None:
    place()
    lot_sku()
    client = tablet("msk-1", language=language)
    page = scan(client, "BLIND")
    assert asked in page
    address = "/tablet/stock/receive/BLIND/scan/"
    given = {"code": "S-1", "lot": "A"}
    htmx = {"HX-Request": "true"}
    assert until in client.post(address, given, headers=htmx).content.decode()
    client.post(address, given | {"expires_on": DAY}, headers=htmx)
    other = client.post(address, given | {"expires_on": "2031-06-01"}, headers=htmx)
    assert other.status_code == 422
    client.post(address, given, headers=htmx)
    assert (TallyLine.objects.get().lot, TallyLine.objects.get().quantity) == ("A", 2)
    client.post("/tablet/stock/receive/BLIND/confirm/")
    assert lots() == {"A": 2}


def test_goods_of_a_transfer_and_goods_to_send_are_not_asked_for_lots() -> None:
    lotted(3, "A", 10)
    two_places(0)
    number = sent(2)
    client = tablet()
    page = client.get(f"/tablet/stock/receive/{number}/").content.decode()
    assert "All here: receive 2 items" in page
    scan(client, number)
    client.post(f"/tablet/stock/receive/{number}/confirm/")
    assert lots("spb-1") == {"A": 1}
    answer = client.post("/tablet/stock/send/scan/", {"code": "S-1"})
    assert answer.status_code == 302
    assert TallyLine.objects.get().lot == ""


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Lots here", "not for sale any more", "without a lot", "1 in a bag")),
        ("ru", ("Партии здесь", "продавать уже нельзя", "без партии", "1 в пакете")),
    ],
)
def test_the_tablet_shows_the_lots_of_a_level(
    language: str, words: tuple[str, ...]
) -> None:
    lot_sku()
    lotted(2, "OVER", -400)
    lotted(1, "GOOD", 4_000)
    stocked(1)
    _bagged("GOOD")
    client = tablet("msk-1", language=language)
    for address in ("/tablet/find/S-1/", "/tablet/stock/S-1/"):
        page = client.get(address).content.decode()
        assert all(word in page for word in words)
    assert words[0] not in client.get("/tablet/find/").content.decode()


@pytest.mark.parametrize(
    ("language", "link", "words"),
    [
        ("en", "Expiring soon", "sold until"),
        ("ru", "Скоро истекает срок", "продаётся до"),
    ],
)
def test_managers_see_what_expires_soon(language: str, link: str, words: str) -> None:
    lotted(2, "OVER", -400)
    lotted(2, "GOOD", 4_000)
    manager = tablet("msk-1", "STORE_MANAGER", language)
    assert link in manager.get("/tablet/stock/").content.decode()
    assert (
        link
        not in tablet("msk-1", language=language).get("/tablet/stock/").content.decode()
    )
    page = manager.get("/tablet/stock/expiring/").content.decode()
    assert words in page
    assert "OVER" in page
    assert "GOOD" not in page
    place("spb-1")
    assert "OVER" not in tablet("spb-1").get("/tablet/stock/expiring/").content.decode()


def _bagged(lot: str) -> None:
    allocated(wanted(1))
    LotPick.objects.create(
        store=Store.objects.get(code="msk-1"),
        lot=Lot.objects.get(code=lot),
        reference="R-1",
        line="1",
        units=1,
        at=NOON,
    )
