"""One store in the middle of its morning: what the tablet's pages are opened on."""

from dataclasses import dataclass

from inventory.stock.models import StockLevel
from omniretail.kernel import outbox
from orders.trading_day.client import Caller, Json
from orders.trading_day.doors import Doors
from orders.trading_day.reference import Chain, Place, Worker

QUEUE = 20
_PAYMENT = {"payment": {"method": "card-4242"}}


@dataclass(frozen=True)
class Morning:
    """A clerk, and the numbers of what lies before them."""

    worker: Worker
    picking: str
    ready: str
    packed: str
    collected: str
    sold_here: str
    customer: str
    sku: str


def make_morning(doors: Doors, chain: Chain) -> Morning:
    """Twenty orders wait in the store; others are picked, packed or collected."""
    place = next(place for place in chain.stores if place.can_ship)
    worker = next(
        one for one in chain.workers if one.store_code == place.code and one.role == "CLERK"
    )
    site, clerk = doors.program("site"), doors.clerk(place.code)
    sku = _plenty(place)
    orders = [_order(site, place, sku, "COLLECT") for _number in range(QUEUE + 3)]
    picking, ready, collected = (_bag(order) for order in orders[:3])
    packed = _bag(_order(site, place, sku, "SHIP"))
    for number in (picking, ready, collected, packed):
        _verb(clerk, number, "accept")
        _verb(clerk, number, "start-picking")
    for number in (ready, collected, packed):
        _verb(clerk, number, "pick", {"code": _gtin(chain, sku), "quantity": 1})
    for number in (ready, collected):
        _verb(clerk, number, "ready", {"bay": "A-1"})
    _verb(clerk, packed, "pack")
    seen = doors.guest(str(orders[2]["link"]))
    code = seen.read(f"/api/v1/orders/{orders[2]['number']}/pass")[0]["grouped"]
    _verb(clerk, collected, "hand-over", {"code": code})
    found = site.read("/api/v1/customers", q=chain.regulars[0].phone)
    while outbox.deliver_due():
        pass
    return Morning(
        worker,
        picking,
        ready,
        packed,
        collected=str(orders[2]["number"]),
        sold_here=str(_order(clerk, place, sku, "SHIP")["number"]),
        customer=str(found["items"][0]["number"]),
        sku=sku,
    )


def _plenty(place: Place) -> str:
    """The SKU of which the store has most."""
    levels = StockLevel.objects.filter(store__code=place.code).select_related("sku")
    return levels.order_by("-available_to_promise", "pk")[0].sku.code


def _gtin(chain: Chain, sku: str) -> str:
    return next(one.gtins[0] for one in chain.articles if one.sku_code == sku)


def _order(seller: Caller, place: Place, sku: str, intent: str) -> Json:
    cart = seller.tell("/api/v1/carts", {"language": "ru", "store": place.code})
    path = f"/api/v1/carts/{cart['token']}"
    store = place.code if intent == "COLLECT" else None
    seller.tell(
        f"{path}/lines", {"sku": sku, "quantity": 1, "intent": intent, "store": store}
    )
    told: Json = {"name": "Анна", "phone": "+79000000000", "email": "", "language": "ru"}
    if intent == "SHIP":
        told |= {
            "city": place.city,
            "address": place.address,
            "postal_code": place.postal_code,
            "latitude": float(place.latitude),
            "longitude": float(place.longitude),
        }
    seller.change("PATCH", path, told)
    order: Json = seller.tell(f"{path}/checkout", _PAYMENT)
    assert order["fulfilments"][0]["store"] == place.code, "the nearest place serves it"
    return order


def _bag(order: Json) -> str:
    return str(order["fulfilments"][0]["number"])


def _verb(clerk: Caller, number: str, verb: str, body: Json | None = None) -> None:
    clerk.tell(f"/api/v1/fulfilments/{number}/{verb}", body or {})
