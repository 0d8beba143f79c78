"""A kit over HTTP: made up by the ERP, ordered, picked part by part, sold at a till,
brought back to another store; what is left of its parts is the same for everybody."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from inventory.catalogue.models import Sku
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.clients import create_client
from tests.clock import NOON
from tests.factories.inventory import PriceFactory, SkuFactory
from tests.journeys.town import (
    GOODS,
    Refusal,
    Town,
    collect,
    fill_cart,
    hand_over,
    pay,
    ship,
)
from tests.journeys.visitors import SECRET, Json, Visitor, program
from tests.lawbook import broken


@pytest.fixture
def erp(town: Town) -> Visitor:
    """The ERP, which has made up a kit of a kettle and two cables."""
    create_client(
        name="erp",
        scopes=["catalogue:write"],
        channel="",
        client_id="erp",
        secret=SECRET,
        by=SYSTEM,
        at=NOON,
    )
    kit: Sku = SkuFactory.create(code="SET", name="Tea set")
    since = DateTimeTZRange(NOON.replace(year=2020), None)
    PriceFactory.create(sku=kit, amount="3500.00", currency="RUB", valid=since)
    visitor = program("erp")
    parts = [{"sku": "KETTLE", "quantity": 1}, {"sku": "CABLE", "quantity": 2}]
    visitor.post("/kits", {"sku": "SET", "parts": parts})
    return visitor


def available(town: Town, sku: str, store: str = "tverskaya") -> int:
    (row,) = town.site.get("/availability", sku=sku, store=store)["items"]
    return int(row["available"])


def scan(clerk: Visitor, bag: Json, sku: str, quantity: int = 1) -> Json:
    found = {"code": GOODS[sku][1], "quantity": quantity}
    return dict(clerk.post(f"/fulfilments/{bag['number']}/pick", found))


@pytest.mark.usefixtures("erp")
def test_a_kit_is_ordered_collected_and_brought_back(town: Town) -> None:
    assert available(town, "SET") == 2
    order = pay(town.site, fill_cart(town.site, collect("SET"), collect("CABLE")))
    assert order["total_amount"] == "3990.00"
    assert (available(town, "SET"), available(town, "KETTLE")) == (1, 1)
    assert town.units("tverskaya", "CABLE") == (20, 3)

    (bag,) = order["fulfilments"]
    clerk = town.clerk("tverskaya")
    clerk.post(f"/fulfilments/{bag['number']}/start-picking")
    scan(clerk, bag, "CABLE", 1)
    scan(clerk, bag, "KETTLE")
    shown = scan(clerk, bag, "CABLE", 2)
    kit = shown["lines"][0]
    assert (kit["sku_code"], kit["picked_quantity"]) == ("SET", 1)
    assert [part["picked_quantity"] for part in kit["parts"]] == [1, 2]
    with pytest.raises(Refusal, match="all_picked"):
        scan(clerk, bag, "CABLE")
    clerk.post(f"/fulfilments/{bag['number']}/ready", {"bay": "A-1"})
    hand_over(town, order, bag)
    town.rest()
    assert town.units("tverskaya", "KETTLE") == (1, 0)
    assert town.units("tverskaya", "CABLE") == (17, 0)
    assert broken() == set()

    items = {"lines": [{"position": 1, "quantity": 1}]}
    back = town.clerk("arbat").post(f"/orders/{order['number']}/returns", items)
    assert back["refund_amount"] == "3500.00"
    town.rest()
    assert town.units("arbat", "KETTLE") == (6, 0)
    assert town.units("arbat", "CABLE") == (22, 0)
    assert broken() == set()


@pytest.mark.usefixtures("erp")
def test_a_missing_part_brings_the_whole_kit_from_elsewhere(town: Town) -> None:
    order = pay(town.site, fill_cart(town.site, ship("SET")))
    (parcel,) = order["fulfilments"]
    clerk, path = town.clerk(parcel["store"]), f"/fulfilments/{parcel['number']}"
    clerk.post(f"{path}/start-picking")
    with pytest.raises(Refusal, match="part_not_named"):
        clerk.post(f"{path}/short", {"position": 1, "quantity": 1})
    missing = {"position": 1, "quantity": 1, "part": "CABLE"}
    assert clerk.post(f"{path}/short", missing)["outcome"] == "RESOURCED"

    kept = town.guest(order).get(f"/orders/{order['number']}")
    (other,) = [bag for bag in kept["fulfilments"] if bag["number"] != parcel["number"]]
    assert other["store"] != parcel["store"]
    there, path = town.clerk(other["store"]), f"/fulfilments/{other['number']}"
    there.post(f"{path}/start-picking")
    scan(there, other, "KETTLE")
    scan(there, other, "CABLE", 2)
    there.post(f"{path}/pack")
    there.post(f"{path}/ship", {"tracking_number": "RU1"})
    there.post(f"{path}/deliver")
    town.rest()
    assert town.units(parcel["store"], "CABLE") == (19, 0)  # one is missing, none is kept
    assert broken() == set()


@pytest.mark.usefixtures("erp")
def test_a_till_sells_what_the_kit_is_made_of(town: Town) -> None:
    sale = {
        "sequence": 1,
        "receipt_number": "T-000001",
        "sold_at": (clock.now() - timedelta(minutes=5)).isoformat(),
        "tender": "CASH",
        "total_amount": "7000.00",
        "lines": [{"sku": "SET", "quantity": 2, "unit_price": "3500.00"}],
    }
    told = town.till("tverskaya").post("/pos/sales", {"sales": [sale]})
    assert told["answers"][0]["outcome"] == "LANDED"
    assert town.units("tverskaya", "KETTLE") == (0, 0)
    assert available(town, "SET") == 0
    town.rest()
    assert broken() == set()
