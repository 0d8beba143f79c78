"""History, made by the operations themselves: `given.a_placed_order(...)`.

Each wing adds the functions other wings' tests need.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from inventory.models import Price, Sku
from loyalty.identity.operations import register_customer
from loyalty.points.operations import grant_points
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM, Actor
from orders.carts.operations import change_cart, open_cart, set_line
from orders.checkout.operations import Payment, Terms, place_order
from orders.payments.operations import settle_wanted
from orders.payments.sandbox import PAYS
from orders.tasks import settle_payments  # noqa: F401 - tasks run at once in tests
from tests.clock import NOON
from tests.factories.inventory import PriceFactory
from tests.inventory.given import place, stocked

__all__ = [
    "Line",
    "a_cart",
    "a_customer",
    "a_placed_order",
    "a_priced_sku",
    "goods",
    "place",
    "rest",
    "settled_payments",
    "stocked",
]

HOME = {
    "name": "Анна Кузнецова",
    "phone": "+79161234567",
    "email": "anna@example.org",
    "language": "ru",
    "city": "Москва",
    "address": "Арбат, 1",
    "latitude": 55.75,
    "longitude": 37.6,
}

Line = tuple[str, int, str, str | None]
"""SKU, units, intent, store."""


def a_priced_sku(code: str = "S-1", price: str = "1000.00") -> str:
    """A SKU with a published price."""
    sku = Sku.objects.filter(code=code).first()
    if sku is None or not Price.objects.filter(sku=sku).exists():
        extra: dict[str, Any] = {"sku": sku} if sku else {"sku__code": code}
        PriceFactory.create(
            amount=Decimal(price),
            valid=DateTimeTZRange(NOON.replace(year=2026, month=1), None),
            **extra,
        )
    return code


def goods(
    units: int, *, store: str = "msk-1", sku: str = "S-1", price: str = "1000.00"
) -> tuple[str, str]:
    """A store that has so many units of a SKU with a price."""
    a_priced_sku(sku, price)
    return stocked(units, store=store, sku=sku)


def a_customer(points: int = 0, **details: Any) -> str:
    """A customer, with points to spend if wanted; answers the number."""
    known: dict[str, Any] = {
        "first_name": "Анна",
        "last_name": "Кузнецова",
        "channel": "SITE",
        "phone": "+79161234567",
        "verified": True,
    }
    card = register_customer(**(known | details), by=SYSTEM, at=NOON)
    if points:
        grant_points(
            customer_number=card.number,
            points=points,
            reference=f"gift-{card.number}",
            by=SYSTEM,
            at=NOON,
        )
    return card.number


def a_cart(
    *lines: Line,
    customer: str | None = None,
    store: str | None = None,
    channel: str = "SITE",
    by: Actor = SYSTEM,
    **changes: Any,
) -> str:
    """A cart with these lines, with somebody to tell and somewhere to ship."""
    cart = open_cart(
        channel=channel,
        currency="RUB",
        customer_number=customer,
        store_code=store,
        by=by,
        at=NOON,
    )
    token = str(cart.token)
    change_cart(token=token, changes=HOME | changes, by=by, at=NOON)
    for sku, units, intent, place_code in lines or [("S-1", 1, "SHIP", None)]:
        set_line(
            token=token,
            sku_code=sku,
            intent=intent,
            quantity=units,
            store_code=place_code,
            by=by,
            at=NOON,
        )
    return token


def a_placed_order(
    *lines: Line,
    customer: str | None = None,
    store: str | None = None,
    channel: str = "SITE",
    method: str = PAYS,
    kind: str = "CARD",
    by: Actor = SYSTEM,
    **changes: Any,
) -> str:
    """An order that stands; stocks nothing itself. Answers the number."""
    token = a_cart(
        *lines, customer=customer, store=store, channel=channel, by=by, **changes
    )
    return place_order(
        token=token, terms=Terms(payment=Payment(kind, method)), by=by, at=NOON
    )


def rest() -> None:
    """Traffic has stopped, the gateway has answered, every fact is delivered."""
    settled_payments()
    outbox.drain()
    settled_payments()


def settled_payments(times: int = 5) -> None:
    """The gateway has answered everything that was wanted."""
    for _ in range(times):
        settle_wanted(at=NOON + timedelta(days=3650), limit=1000)
