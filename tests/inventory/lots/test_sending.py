"""Goods leave for another place by the lots that were scanned, others by their days."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from inventory.catalogue.models import Sku
from inventory.lots.models import LotPick
from inventory.lots.operations import LotNotHere, NoLotsKept, pick_lot
from inventory.lots.queries import first_out
from inventory.stock.models import Bucket
from inventory.stock.operations import Move, MovementKind, move_stock, sell_stock
from inventory.stock.queries import level_keys
from inventory.supply.models import TallyLine, Transfer
from inventory.supply.operations import (
    OUTGOING,
    Condition,
    Counted,
    Wanted,
    approve_transfer,
    cancel_transfer,
    dispatch_transfer,
    request_transfer,
    tally_unit,
    untally_unit,
)
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.factories.inventory import BarcodeFactory
from tests.inventory.given import allocated, place, wanted
from tests.inventory.lots.given import LAWS, lots, lotted, taken
from tests.inventory.supply.given import BOSS, take_in, two_places
from tests.inventory.supply.test_tablet import tablet
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
GTIN = "4600051000057"
SYMBOL = f"01{GTIN.zfill(14)}"
HTMX = {"HX-Request": "true"}
TERMS: dict[str, Any] = {"by": SYSTEM, "at": NOON}


@pytest.fixture(autouse=True)
def shelf() -> None:
    """Three units of an earlier lot and four of a later one."""
    lotted(3, "SOON", 4_000)
    lotted(4, "LATE", 4_100)
    place("spb-1")
    BarcodeFactory.create(sku=Sku.objects.get(code="S-1"), gtin=GTIN)


def asked(*lines: Wanted) -> str:
    return request_transfer(source_code="msk-1", target_code="spb-1", lines=lines, **TERMS)


def approve(number: str, units: dict[str, int] | None = None) -> None:
    approve_transfer(number=number, units=units, by=BOSS, at=NOON)


def scanned(code: str, **terms: Any) -> None:
    given: dict[str, Any] = {"store_code": "msk-1", "document": OUTGOING}
    given["condition"] = Condition.GOOD
    tally_unit(code=code, **given, **TERMS, **terms)


def test_scanned_lots_leave_and_the_rest_goes_by_its_days() -> None:
    number = asked(Wanted("S-1", 2, "LATE"), Wanted("S-1", 2))
    approve(number)
    dispatch_transfer(number=number, **TERMS)
    assert taken(number) == {"LATE": 2, "SOON": 2}
    assert lots() == {"SOON": 1, "LATE": 2}
    take_in(number, Counted("S-1", 4))
    assert lots("spb-1") == {"LATE": 2, "SOON": 2}
    assert broken(only=LAWS | {"S5"}) == set()


def test_what_waits_for_approval_is_kept_by_its_lots_and_leaves_as_scanned() -> None:
    number = asked(Wanted("S-1", 3, "SOON"))
    assert first_out("msk-1", ["S-1"], at=NOON)["S-1"][0].free == 3
    approve(number)
    assert [one.lot for one in first_out("msk-1", ["S-1"], at=NOON)["S-1"]] == ["LATE"]
    sell_stock(store_code="msk-1", lines=[("S-1", 2)], reference="C-1", **TERMS)
    assert taken("C-1") == {"LATE": 2}
    dispatch_transfer(number=number, units={"S-1": 2}, **TERMS)
    assert taken(number) == {"SOON": 2}
    assert first_out("msk-1", ["S-1"], at=NOON)["S-1"][0].free == 1
    assert broken(only=LAWS | {"S5"}) == set()


def test_where_fewer_are_granted_the_rest_of_the_lots_is_free() -> None:
    number = asked(Wanted("S-1", 3, "LATE"), Wanted("S-1", 1, "SOON"))
    approve(number, {"S-1": 2})
    assert sum(LotPick.objects.live().values_list("units", flat=True)) == 2
    cancel_transfer(number=number, reason="sold", **TERMS)
    assert not LotPick.objects.live().exists()
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize(("lot", "available"), [("GONE", 0), ("SOON", 3)])
def test_a_lot_that_is_not_there_is_refused(lot: str, available: int) -> None:
    with pytest.raises(LotNotHere) as refused, transaction.atomic():
        asked(Wanted("S-1", 4, lot))
    assert refused.value.facts == {"lot": lot, "available": available}
    assert not Transfer.objects.exists()


def test_a_lot_of_goods_without_lots_is_refused() -> None:
    two_places(sku="S-2")
    with pytest.raises(NoLotsKept):
        asked(Wanted("S-2", 1, "SOON"))


def test_of_two_who_asked_for_the_same_lot_the_first_is_approved() -> None:
    first, other = asked(Wanted("S-1", 2, "SOON")), asked(Wanted("S-1", 2, "SOON"))
    approve(other)
    with pytest.raises(LotNotHere), transaction.atomic():
        approve(first)
    dispatch_transfer(number=other, **TERMS)
    assert taken(other) == {"SOON": 2}


def test_a_lot_that_went_away_after_the_approval_is_refused() -> None:
    number = asked(Wanted("S-1", 3, "SOON"))
    approve(number)
    broke = Move(
        level_keys([("msk-1", "S-1")])["msk-1", "S-1"],
        1,
        Bucket.ON_HAND,
        Bucket.DAMAGED,
        lots={"SOON": 1},
    )
    move_stock(moves=[broke], kind=MovementKind.MOVE, reference="M-1", **TERMS)
    with pytest.raises(LotNotHere) as refused:
        dispatch_transfer(number=number, **TERMS)
    assert refused.value.facts == {"lot": "SOON", "available": 2}


def test_a_scan_counts_a_lot_as_far_as_it_reaches() -> None:
    for _unit in range(3):
        scanned(f"{SYMBOL}10SOON")
    scanned(GTIN)
    with pytest.raises(LotNotHere), transaction.atomic():
        scanned(f"{SYMBOL}10SOON")
    with pytest.raises(LotNotHere), transaction.atomic():
        scanned(GTIN, lot="GONE")
    untally_unit(
        store_code="msk-1",
        document=OUTGOING,
        sku_code="S-1",
        condition=Condition.GOOD,
        lot="SOON",
        by=SYSTEM,
    )
    counted = TallyLine.objects.order_by("lot").values_list("lot", "quantity")
    assert list(counted) == [("", 1), ("SOON", 2)]


def test_what_lies_in_a_bag_is_not_there_to_send() -> None:
    allocated(wanted(3))
    bag: dict[str, Any] = {"reference": "R-1", "line": "1", **TERMS}
    pick_lot(store_code="msk-1", sku_code="S-1", quantity=3, **bag)
    with pytest.raises(LotNotHere), transaction.atomic():
        scanned(f"{SYMBOL}10SOON")
    with pytest.raises(LotNotHere):
        asked(Wanted("S-1", 1, "SOON"))


def test_a_lot_on_a_symbol_of_goods_without_lots_counts_for_nothing() -> None:
    two_places(sku="S-2")
    BarcodeFactory.create(sku=Sku.objects.get(code="S-2"), gtin="4006381333931")
    scanned("(01)04006381333931(10)L-1")
    assert TallyLine.objects.get().lot == ""


def scan(client: Client, code: str) -> Any:
    return client.post("/tablet/stock/send/scan/", {"code": code}, headers=HTMX)


def test_the_page_sends_what_was_scanned_by_lot() -> None:
    client = tablet("msk-1")
    scan(client, f"{SYMBOL}17370101\x1d10LATE")
    assert "2 of lot LATE" in scan(client, f"{SYMBOL}10LATE").content.decode()
    scan(client, GTIN)
    less = {"sku": "S-1", "lot": "LATE"}
    client.post("/tablet/stock/send/less/", less, headers=HTMX)
    client.post("/tablet/stock/send/confirm/", {"target": "spb-1"})
    assert taken(Transfer.objects.get().number) == {"LATE": 1, "SOON": 1}
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "No unit of this lot is left on the shelf."),
        ("ru", "На полке не осталось ни одной единицы этой партии."),
    ],
)
def test_the_page_refuses_a_lot_that_is_not_there_in_words(
    language: str, words: str
) -> None:
    client = tablet("msk-1", language=language)
    refused = scan(client, f"{SYMBOL}10GONE")
    assert refused.status_code == 422
    assert words in refused.content.decode()
    scan(client, f"{SYMBOL}10SOON")
    sell_stock(store_code="msk-1", lines=[("S-1", 3)], reference="C-1", **TERMS)
    address = "/tablet/stock/send/"
    answer = client.post(
        f"{address}confirm/",
        {"target": "spb-1"},
        follow=True,
        headers={"Referer": address},
    )
    assert words in answer.content.decode()
    assert not Transfer.objects.exists()


def test_what_waits_for_a_manager_leaves_by_its_lots_too() -> None:
    lotted(10, "LATE", 4_100)
    clerk, boss = tablet("msk-1"), tablet("msk-1", "STORE_MANAGER")
    for _unit in range(11):
        scan(clerk, f"{SYMBOL}10LATE")
    clerk.post("/tablet/stock/send/confirm/", {"target": "spb-1"})
    number = Transfer.objects.get().number
    boss.post(f"/tablet/stock/transfers/{number}/approve/")
    clerk.post(f"/tablet/stock/transfers/{number}/dispatch/")
    assert taken(number) == {"LATE": 11}
    assert broken(only=LAWS) == set()
