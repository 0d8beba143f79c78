"""Stores with stock and clerks, and orders that stand, made by operations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from inventory.catalogue.models import Barcode, Sku
from inventory.promises.operations import Demand, allocate_stock
from inventory.stock.operations import receive_stock
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.money import Money
from orders.carts.queries import Recipient
from orders.fulfilment.models import Fulfilment, FulfilmentLine
from orders.fulfilment.operations import (
    create_fulfilments,
    hand_over,
    mark_ready,
    pack_fulfilment,
    pick_unit,
    ship_fulfilment,
    start_fulfilments,
)
from orders.fulfilment.parcels import Parcel, ParcelItem
from orders.fulfilment.queries import pickup_passes
from orders.ordering.models import Order
from orders.ordering.operations import OrderHead, OrderItem, mark_placed, open_order
from orders.ordering.pricing import price_line, price_order
from orders.payments.gateways import Answer
from orders.payments.operations import ask_card, record_authorisation, spend_points
from stores.network.models import Store
from stores.network.operations.devices import enrol_device
from stores.network.operations.places import StoreDetails, save_store
from stores.people.operations.employment import assign, save_employee
from tests.clock import NOON
from tests.factories.inventory import ProductFactory, SkuFactory

ANNA = Recipient(
    name="Анна Кузнецова", phone="+79161234567", email="anna@example.org", language="ru"
)
GTINS = ("4600051000057", "4006381333931", "5901234123457", "9780201379624")


@dataclass(frozen=True)
class Ordered:
    """Units a test orders: where they are kept and how they leave."""

    sku: str
    quantity: int
    store: str
    kind: str = "COLLECT"
    price: Decimal = Decimal("1000.00")
    discount: Decimal = Decimal(0)


@dataclass
class Town:
    """Two stores and a warehouse with a clerk and a manager in each."""

    stores: list[str] = field(default_factory=lambda: ["tverskaya", "arbat", "depot"])

    def clerk(self, store: str) -> Actor:
        """A clerk at work in the store."""
        return Actor(ActorKind.STAFF, f"clerk-{store}", "", f"tablet-{store}", store)

    def manager(self, store: str) -> Actor:
        """The store's manager at work."""
        return Actor(ActorKind.STAFF, f"manager-{store}", "", f"tablet-{store}", store)


def town() -> Town:
    """Build the town: open from ten to ten, prepared in an hour, kept for three days."""
    made = Town()
    for index, code in enumerate(made.stores):
        save_store(
            details=StoreDetails(
                code=code,
                kind="WAREHOUSE" if code == "depot" else "STORE",
                name=code.title(),
                city="Москва",
                address=f"ул. {code.title()}, {index + 1}",
                latitude=55.75 + index / 100,
                longitude=37.6,
                time_zone="Europe/Moscow",
                opening_hours="Mo-Su 10:00-22:00",
                currency="RUB",
            ),
            by=SYSTEM,
            at=NOON,
        )
        for role, name in (("CLERK", "clerk"), ("STORE_MANAGER", "manager")):
            _hire(f"{name}-{code}", code, role)
        enrol_device(
            code=f"till-{code}",
            store_code=code,
            kind="TILL",
            name="1",
            by=SYSTEM,
            at=NOON,
        )
    return made


def stocked(stock: Mapping[str, Mapping[str, int]]) -> None:
    """Put articles on the shelves: store → SKU → units. The first SKUs get barcodes."""
    codes = sorted({sku for units in stock.values() for sku in units})
    for code, gtin in zip(codes, (*GTINS, *([""] * len(codes))), strict=False):
        made = Sku.objects.filter(code=code).first() or SkuFactory.create(
            code=code, product=ProductFactory.create(code=f"P-{code}"), name=f"Товар {code}"
        )
        if gtin and not Barcode.objects.filter(gtin=gtin).exists():
            Barcode.objects.create(sku=made, gtin=gtin)
    for store, units in stock.items():
        receive_stock(
            store_code=store,
            lines=list(units.items()),
            reference=f"opening:{store}:{codes[0]}-{len(units)}",
            by=SYSTEM,
            at=NOON,
        )


def placed_order(
    lines: Sequence[Ordered],
    *,
    at: datetime = NOON,
    by: Actor = SYSTEM,
    delivery: Decimal = Decimal(0),
    customer_id: int | None = None,
    points: int = 0,
    recipient: Recipient = ANNA,
) -> Order:
    """An order that stands: authorised by card, promised, given to its stores."""
    order = _written(lines, at, delivery, customer_id, points, recipient)
    _paid(order, points, by, at)
    mark_placed(order=order, at=at)
    allocate_stock(
        demands=[
            Demand(line.store, line.sku, line.quantity, _key(order, position, line))
            for position, line in enumerate(lines, start=1)
        ],
        reference=order.number,
        by=by,
        at=at,
    )
    create_fulfilments(order=order, parcels=_parcels(order, lines), at=at)
    start_fulfilments(order=order, by=by, at=at)
    return Order.objects.get(pk=order.pk)


def bag_of(order: Order, kind: str = "COLLECT") -> Fulfilment:
    """The order's only live bag of that kind."""
    return Fulfilment.objects.select_related("store").get(
        order=order, kind=kind, cancelled_at=None
    )


def _hire(code: str, store: str, role: str) -> None:
    save_employee(
        code=code,
        first_name=code.title(),
        last_name="Петрова",
        language="ru",
        by=SYSTEM,
        at=NOON,
    )
    assign(
        employee_code=code,
        store_code=store,
        role=role,
        starts_on=date(2026, 1, 1),
        by=SYSTEM,
        at=NOON,
    )


def _written(
    lines: Sequence[Ordered],
    at: datetime,
    delivery: Decimal,
    customer_id: int | None,
    points: int,
    recipient: Recipient,
) -> Order:
    stores = dict(Store.objects.values_list("code", "pk"))
    skus = {sku.code: sku for sku in Sku.objects.all()}
    price = price_order(
        [
            price_line(
                quantity=line.quantity,
                unit_price=line.price,
                tax_rate=Decimal(20),
                currency="RUB",
                discount_amount=line.discount,
            )
            for line in lines
        ],
        currency="RUB",
        delivery_amount=delivery,
        points_amount=Decimal(points),
    )
    items = [
        OrderItem(
            sku_id=skus[line.sku].pk,
            sku_code=line.sku,
            name=skus[line.sku].name,
            intent=line.kind,
            store_id=None if line.kind == "SHIP" else stores[line.store],
        )
        for line in lines
    ]
    head = OrderHead(channel="SITE", recipient=recipient, customer_id=customer_id)
    return open_order(head=head, items=items, price=price, at=at)


def _paid(order: Order, points: int, by: Actor, at: datetime) -> None:
    from_points = Decimal(points)
    if points:
        goods = order.total_amount - order.delivery_amount
        spend_points(
            order=order,
            points=points,
            worth=_rub(from_points),
            total=_rub(goods),
            by=by,
            at=at,
        )
    if order.total_amount > from_points:
        asked = ask_card(
            order=order,
            amount=order.total_amount - from_points,
            method="tok_visa",
            at=at,
        )
        record_authorisation(
            request=asked, answer=Answer(done=True, reference="ch_1"), at=at
        )


def _rub(amount: Decimal) -> Money:
    return Money(amount, "RUB")


def _key(order: Order, position: int, line: Ordered) -> str:
    return f"{order.number}:{position}:{line.store}"


def _parcels(order: Order, lines: Sequence[Ordered]) -> list[Parcel]:
    grouped: dict[tuple[str, str], list[ParcelItem]] = {}
    for position, line in enumerate(lines, start=1):
        item = ParcelItem(position, line.quantity, _key(order, position, line))
        grouped.setdefault((line.store, line.kind), []).append(item)
    return [Parcel(store, kind, tuple(items)) for (store, kind), items in grouped.items()]


def picked(bag: Fulfilment, by: Actor, *, at: datetime = NOON) -> Fulfilment:
    """The bag with everything that is not short in it."""
    for line in FulfilmentLine.objects.filter(fulfilment=bag).select_related("order_line"):
        if line.missing_quantity:
            pick_unit(
                number=bag.number,
                code=line.order_line.sku_code,
                quantity=line.missing_quantity,
                by=by,
                at=at,
            )
    bag.refresh_from_db()
    return bag


def ready(bag: Fulfilment, by: Actor, *, at: datetime = NOON) -> Fulfilment:
    """The bag in its bay, and its code on the customer's page."""
    picked(bag, by, at=at)
    return mark_ready(number=bag.number, bay="A-1", by=by, at=at)


def code_of(order: Order) -> str:
    """The code the customer reads from the page."""
    (opener,) = pickup_passes(order.number)
    return opener.code


def collected(bag: Fulfilment, by: Actor, *, at: datetime = NOON) -> Fulfilment:
    """The bag with its customer."""
    ready(bag, by, at=at)
    code = code_of(bag.order)
    return hand_over(number=bag.number, code=code, by=by, at=at)


def shipped(bag: Fulfilment, by: Actor, *, at: datetime = NOON) -> Fulfilment:
    """The parcel with its carrier."""
    picked(bag, by, at=at)
    pack_fulfilment(number=bag.number, by=by, at=at)
    return ship_fulfilment(number=bag.number, tracking_number="RU-1", by=by, at=at)
