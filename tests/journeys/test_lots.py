"""Batteries with a date, over HTTP: two lots come, the earlier one is picked, handed over
and brought back; what expires overnight is for sale nowhere."""

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from inventory.catalogue.models import Barcode, Sku
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.clients import create_client
from orders.fulfilment.tasks import take_off_expired_lots
from tests.clock import NOON
from tests.factories.inventory import PriceFactory
from tests.inventory.lots.given import lot_sku
from tests.journeys.town import Refusal, Town, collect, fill_cart, hand_over, pay
from tests.journeys.visitors import SECRET, Json, Visitor, program
from tests.lawbook import broken

GTIN = "9780201379624"
SKU = "BATTERY"


def in_days(days: int) -> date:
    return clock.now().date() + timedelta(days=days)


def symbol(lot: str) -> str:
    """What stands on a box, as people read it."""
    return f"(01){GTIN.zfill(14)}(10){lot}"


@pytest.fixture
def erp(town: Town) -> Visitor:
    """The ERP, which orders and looks after lots."""
    lot_sku(SKU, name="Battery", left=2)
    Barcode.objects.create(sku=Sku.objects.get(code=SKU), gtin=GTIN)
    PriceFactory.create(
        sku=Sku.objects.get(code=SKU),
        amount="100.00",
        valid=DateTimeTZRange(NOON.replace(year=2020), None),
    )
    create_client(
        name="erp",
        scopes=["supply:write", "stock:read", "stock:write"],
        channel="PARTNER",
        client_id="erp",
        secret=SECRET,
        by=SYSTEM,
        at=NOON,
    )
    return program("erp")


def come(clerk: Visitor, store: str, **lots: tuple[int, int]) -> Json:
    """Units of lots come, each good for so many days."""
    lines = [
        {
            "sku": SKU,
            "quantity": units,
            "lot": lot,
            "expires_on": in_days(days).isoformat(),
        }
        for lot, (units, days) in lots.items()
    ]
    return dict(clerk.post("/receipts", {"store": store, "lines": lines}))


def lying(erp: Visitor, store: str = "tverskaya") -> dict[tuple[str, str], int]:
    """Units by lot and bucket."""
    return {
        (row["lot"], place["bucket"]): place["units"]
        for row in erp.get("/lots", store=store, sku=SKU)["items"]
        for place in row["places"]
    }


def test_the_earlier_lot_is_picked_handed_over_and_brought_back(
    town: Town, erp: Visitor
) -> None:
    clerk = town.clerk("tverskaya")
    come(clerk, "tverskaya", LATE=(2, 300), SOON=(2, 30))
    order = pay(town.site, fill_cart(town.site, collect(SKU, quantity=3)))
    (bag,) = order["fulfilments"]
    path = f"/fulfilments/{bag['number']}"
    clerk.post(f"{path}/start-picking")
    clerk.post(f"{path}/pick", {"code": GTIN})
    clerk.post(f"{path}/pick", {"code": symbol("LATE")})
    with pytest.raises(Refusal) as refusal:
        clerk.post(f"{path}/pick", {"code": SKU, "lot": "NOWHERE"})
    assert refusal.value.code == "lot_not_here"
    clerk.post(f"{path}/pick", {"code": SKU})
    clerk.post(f"{path}/ready", {"bay": "A-1"})
    hand_over(town, order, bag)
    town.rest()
    assert lying(erp) == {("LATE", "ON_HAND"): 1}
    assert broken() == set()

    items = {"lines": [{"position": 1, "quantity": 2}]}
    town.clerk("arbat").post(f"/orders/{order['number']}/returns", items)
    town.rest()
    assert lying(erp, "arbat") == {("SOON", "ON_HAND"): 2}
    assert broken() == set()


def test_what_expires_overnight_is_for_sale_nowhere(
    town: Town, erp: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = town.clerk("tverskaya")
    come(clerk, "tverskaya", SOON=(2, 3), OVER=(1, 1))
    assert lying(erp) == {("SOON", "ON_HAND"): 2, ("OVER", "QUARANTINE"): 1}
    order = pay(town.site, fill_cart(town.site, collect(SKU)))
    days_later = clock.now() + timedelta(days=3)
    with monkeypatch.context() as tomorrow:
        tomorrow.setattr("orders.fulfilment.tasks.clock.now", lambda: days_later)
        assert take_off_expired_lots() == 1
        assert take_off_expired_lots() == 0
    town.rest()
    assert lying(erp) == {("SOON", "QUARANTINE"): 2, ("OVER", "QUARANTINE"): 1}
    tasks = [item["kind"] for item in clerk.get("/work-items")["items"]]
    assert "ASK" in tasks
    with pytest.raises(Refusal):
        pay(town.site, fill_cart(town.site, collect(SKU)))
    assert order["number"]
    assert broken() == set()
