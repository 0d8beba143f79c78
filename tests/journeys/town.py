"""The people of the journeys and how they sign in: over HTTP, each by their own door."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from inventory.catalogue.models import Barcode, Sku
from inventory.stock.operations import receive_stock
from inventory.stock.queries import levels
from loyalty.identity.operations import register_customer
from loyalty.messaging.operations import send_due
from loyalty.messaging.queries import mailbox
from loyalty.points.operations import grant_points
from omniretail.kernel import clock, outbox
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.clients import create_client
from orders.payments.operations import settle_wanted
from stores.network.operations import StoreDetails, save_store
from stores.people.operations import assign, save_employee, set_pin
from tests.clock import NOON
from tests.factories.inventory import PriceFactory, ProductFactory, SkuFactory
from tests.journeys.visitors import SECRET, Json, Refusal, Visitor, paired, program

__all__ = ["CARD", "GOODS", "PHONE", "Refusal", "Town", "Visitor", "build_town"]

PIN = "2604"
GOODS = {  # sku: price, gtin
    "PHONE": ("29990.00", "4600051000057"),
    "CABLE": ("490.00", "4006381333931"),
    "KETTLE": ("2990.00", "5901234123457"),
}
STOCK = {
    "tverskaya": {"PHONE": 3, "CABLE": 20, "KETTLE": 2},
    "arbat": {"PHONE": 2, "CABLE": 20, "KETTLE": 5},
    "depot": {"PHONE": 10, "CABLE": 100, "KETTLE": 10},
}
PLACES = {"tverskaya": (55.765, 37.606), "arbat": (55.752, 37.594), "depot": (55.43, 37.55)}
PHONE, CARD = "+79161234567", "2900000000018"
WAYS = "catalogue:read stock:read carts:write orders:read orders:write customers:read"


@dataclass
class Town:
    """Who is there to act."""

    site: Visitor
    app: Visitor
    anna: str
    _clerks: dict[str, Visitor] = field(default_factory=dict)
    _tills: dict[str, Visitor] = field(default_factory=dict)

    def clerk(self, store: str) -> Visitor:
        """A clerk with a tablet of that store, signed in with a PIN."""
        if store not in self._clerks:
            tablet = paired(f"tab-{store}", store, "TABLET")
            body = {"employee": f"e-{store}", "pin": PIN}
            begun = tablet.post("/staff-sessions", body)
            self._clerks[store] = Visitor(
                tablet.headers | {"X-Staff-Session": begun["secret"]}
            )
        return self._clerks[store]

    def till(self, store: str) -> Visitor:
        """A till of that store."""
        if store not in self._tills:
            self._tills[store] = paired(f"till-{store}", store, "TILL")
        return self._tills[store]

    def customer(self) -> Visitor:
        """Anna, who proves her telephone with the code that was sent to it."""
        nobody, known = Visitor(), {"kind": "PHONE", "value": PHONE}
        nobody.post("/login-codes", known)
        self.rest()
        found = re.search(r"\b\d{6}\b", mailbox(PHONE)[0].body)
        assert found is not None
        signed = nobody.post("/login-codes/redeem", {**known, "code": found.group()})
        return Visitor({"Authorization": f"Bearer {signed['token']}"})

    @staticmethod
    def guest(order: Json) -> Visitor:
        """Whoever got the link to this order."""
        return Visitor({"X-Order-Link": order["link"]})

    @staticmethod
    def rest() -> None:
        """Every fact is delivered, the gateway has answered, messages are sent."""
        for _round in range(3):
            outbox.drain()
            settle_wanted(at=clock.now(), limit=1000)
            send_due(at=clock.now(), limit=1000)

    @staticmethod
    def units(store: str, sku: str) -> tuple[int, int]:
        """On hand and reserved."""
        level = levels(store, [sku])[sku]
        return level.on_hand, level.reserved


def build_town() -> Town:
    """Places, goods, people and machines, as operations make them."""
    for code in PLACES:
        _open(code)
    for code, (price, gtin) in GOODS.items():
        _offer(code, price, gtin)
    for code, units in STOCK.items():
        receive_stock(
            store_code=code, lines=list(units.items()), reference=code, by=SYSTEM, at=NOON
        )
    for client_id, scopes, is_device in (
        ("site", WAYS, False),
        ("app", WAYS, False),
        ("tablets", "catalogue:read stock:read", True),
        ("tills", "pos:write", True),
    ):
        create_client(
            name=client_id,
            scopes=scopes.split(),
            channel={"tablets": "TABLET", "tills": "POS"}.get(client_id, client_id.upper()),
            for_devices=is_device,
            client_id=client_id,
            secret=SECRET,
            by=SYSTEM,
            at=NOON,
        )
    return Town(site=program("site"), app=program("app"), anna=_anna())


def fill_cart(visitor: Visitor, *lines: Json, **details: Any) -> str:
    """A cart with these lines and an address; answers its token."""
    opened: Json = {
        name: details.pop(name) for name in ("customer", "store") if name in details
    }
    token = str(visitor.post("/carts", opened)["token"])
    for line in lines:
        visitor.post(f"/carts/{token}/lines", {"quantity": 1, **line})
    whom = {
        "name": "Анна Кузнецова",
        "phone": PHONE,
        "language": "ru",
        "city": "Москва",
        "address": "Арбат, 1",
        "latitude": 55.75,
        "longitude": 37.6,
    }
    visitor.patch(f"/carts/{token}", whom | details)
    return token


def pay(visitor: Visitor, token: str, method: str = "card-4242") -> Json:
    """Order what is in the cart."""
    order = visitor.post(f"/carts/{token}/checkout", {"payment": {"method": method}})
    assert isinstance(order, dict)
    return order


def collect(sku: str, store: str = "tverskaya", quantity: int = 1) -> Json:
    """A line to be collected."""
    return {"sku": sku, "intent": "COLLECT", "store": store, "quantity": quantity}


def ship(sku: str, quantity: int = 1) -> Json:
    """A line to be sent home."""
    return {"sku": sku, "intent": "SHIP", "quantity": quantity}


def pick_all(clerk: Visitor, number: str) -> Json:
    """Accept a bag and scan all its units."""
    bag = clerk.post(f"/fulfilments/{number}/accept")
    for line in bag["lines"]:
        found = {"code": GOODS[line["sku_code"]][1], "quantity": line["quantity"]}
        bag = clerk.post(f"/fulfilments/{number}/pick", found)
    return dict(bag)


def hand_over(town: Town, order: Json, bag: Json) -> Json:
    """The buyer shows the pass, the clerk of the bag's store takes it."""
    shown = town.guest(order).get(f"/orders/{order['number']}/pass")
    code = next(one["grouped"] for one in shown if one["number"] == bag["number"])
    clerk = town.clerk(bag["store"])
    return dict(clerk.post(f"/fulfilments/{bag['number']}/hand-over", {"code": code}))


def _open(code: str) -> None:
    latitude, longitude = PLACES[code]
    save_store(
        details=StoreDetails(
            code=code,
            kind="WAREHOUSE" if code == "depot" else "STORE",
            name=code.title(),
            city="Москва",
            address=f"{code.title()}, 1",
            latitude=latitude,
            longitude=longitude,
            time_zone="Europe/Moscow",
            opening_hours="Mo-Su 10:00-22:00",
            currency="RUB",
            can_pickup=code != "depot",
            can_sell=code != "depot",
        ),
        by=SYSTEM,
        at=NOON,
    )
    person = f"e-{code}"
    save_employee(
        code=person, first_name="Ольга", last_name=code, language="ru", by=SYSTEM, at=NOON
    )
    assign(
        employee_code=person,
        store_code=code,
        role="CLERK",
        starts_on=date(2020, 1, 1),
        by=SYSTEM,
        at=NOON,
    )
    set_pin(employee_code=person, pin=PIN, by=SYSTEM, at=NOON)


def _offer(code: str, price: str, gtin: str) -> None:
    sku: Sku = SkuFactory.create(
        code=code, name=code.title(), product=ProductFactory.create(code=f"P-{code}")
    )
    Barcode.objects.create(sku=sku, gtin=gtin)
    since = DateTimeTZRange(NOON.replace(year=2020), None)
    PriceFactory.create(sku=sku, amount=Decimal(price), currency="RUB", valid=since)


def _anna() -> str:
    anna = register_customer(
        first_name="Анна",
        last_name="Кузнецова",
        channel="SITE",
        phone=PHONE,
        card=CARD,
        verified=True,
        by=SYSTEM,
        at=NOON,
    )
    grant_points(
        customer_number=anna.number, points=1000, reference="gift", by=SYSTEM, at=NOON
    )
    return anna.number
