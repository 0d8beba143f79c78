"""The tablet says which lot to take, in big words, and takes another one by a tap."""

import pytest
from django.test import Client

from inventory.catalogue.models import Barcode, Sku
from inventory.lots.models import LotPick
from omniretail.kernel import clock
from stores.network.models import Store
from tests.factories.fulfilment import Ordered, Town, bag_of, placed_order
from tests.inventory.given import kit
from tests.inventory.lots.given import lot_sku, lotted
from tests.tablet import sign_in_tablet

STORE, SKU, GTIN = "tverskaya", "BATTERY", "9780201379624"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def batteries(shops: Town) -> None:
    lot_sku(SKU, name="Батарейка")
    Barcode.objects.create(sku=Sku.objects.get(code=SKU), gtin=GTIN)
    lotted(3, "SOON", 4_000, store=STORE, sku=SKU)
    lotted(3, "LATE", 4_100, store=STORE, sku=SKU)


def clerk(language: str = "en") -> Client:
    client = Client()
    store = Store.objects.get(code=STORE)
    sign_in_tablet(client, store=store, language=language)
    return client


def bag_with(sku: str, units: int) -> str:
    order = placed_order([Ordered(sku, units, STORE)], at=clock.now())
    return str(bag_of(order).number)


@pytest.mark.usefixtures("batteries")
@pytest.mark.parametrize(
    ("language", "first", "another"),
    [
        ("en", "Lot SOON, good until", "1 of lot LATE, until"),
        ("ru", "Партия SOON, годен до", "1 из партии LATE, до"),
    ],
)
def test_the_page_says_which_lot_to_take(language: str, first: str, another: str) -> None:
    number = bag_with(SKU, 2)
    page = clerk(language).get(f"/tablet/pick/{number}/").content.decode()
    assert first in page
    assert another in page


@pytest.mark.usefixtures("batteries")
def test_a_scan_takes_the_first_and_a_tap_another() -> None:
    number = bag_with(SKU, 3)
    client, address = clerk(), f"/tablet/pick/{number}/scan/"
    for given in (
        {"code": GTIN},
        {"code": SKU, "lot": "LATE"},
        {"code": f"01{GTIN.zfill(14)}10LATE"},
    ):
        assert client.post(address, given, headers=HTMX).status_code == 200
    assert dict(LotPick.objects.values_list("lot__code", "units")) == {"SOON": 1, "LATE": 2}


@pytest.mark.usefixtures("batteries")
def test_a_lot_that_is_not_there_is_refused_in_words() -> None:
    number = bag_with(SKU, 1)
    given = {"code": SKU, "lot": "GONE"}
    answer = clerk().post(f"/tablet/pick/{number}/scan/", given, headers=HTMX)
    assert answer.status_code == 422
    assert "No unit of this lot is left on the shelf." in answer.content.decode()
    assert not LotPick.objects.exists()


@pytest.mark.usefixtures("batteries")
def test_parts_of_a_kit_say_their_lots_and_other_goods_none() -> None:
    kit("TORCH", {SKU: 2, "CABLE": 1})
    page = clerk().get(f"/tablet/pick/{bag_with('TORCH', 1)}/").content.decode()
    assert "Lot SOON, good until" in page
    assert (
        "Lot " not in clerk().get(f"/tablet/pick/{bag_with('PHONE', 1)}/").content.decode()
    )
