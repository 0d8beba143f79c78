"""The first stage of a checkout: stock is held, points are spent, the order waits.

One transaction. The payment's key is written down before anybody is asked.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.money import Money
from orders.carts.models import Cart, Channel, Intent
from orders.carts.operations import CartChanged, CartClosed, check_out_cart
from orders.carts.queries import CartNotFound, CartView, as_token, view_of
from orders.checkout.operations.holding import hold_goods
from orders.checkout.operations.serials import see_units
from orders.checkout.quoting import PricedCart, price_cart
from orders.ordering.models import Order
from orders.ordering.operations import OrderHead, OrderItem, open_order
from orders.payments.models import TenderKind
from orders.payments.operations import ask_card, spend_points, take_payment
from stores.network.places import StorePlace
from stores.network.queries import get_store, get_stores
from stores.people.queries import require

NOTHING = Decimal(0)
_AT_THE_COUNTER = {ActorKind.STAFF, ActorKind.DEVICE, ActorKind.SYSTEM}


class CartEmpty(DomainError):
    """There is nothing in the cart."""


class ContactMissing(DomainError):
    """Leave a phone number or an e-mail address, so that the store can reach you."""


class AddressMissing(DomainError):
    """Say where to deliver: city and address."""


class CarryOutElsewhere(DomainError):
    """Goods can be taken along only in the store where the order is taken."""


class CashOnlyInStore(DomainError):
    """Cash can be paid only in a store."""


class PriceChanged(DomainError):
    """The price changed meanwhile. Look at the cart again."""

    kind = Kind.CONFLICT


@dataclass(frozen=True)
class Payment:
    """With what the customer pays what points do not pay."""

    kind: str = TenderKind.CARD
    method: str = ""


@dataclass(frozen=True)
class Terms:
    """Where and how an order is taken, and what whoever orders has seen."""

    payment: Payment
    channel: str | None = None
    store_code: str | None = None
    expected_total: Decimal | None = None
    version: int | None = None


@transaction.atomic
def reserve_order(*, token: str, terms: Terms, by: Actor, at: datetime) -> str:
    """Make the cart an order that waits for its payment; answers its number.

    A cart that was checked out before answers the order it became.

    Raises:
        CartNotFound, CartClosed, CartChanged, CartEmpty, NotForSale, ContactMissing,
        AddressMissing, CarryOutElsewhere, CashOnlyInStore, PriceChanged: see there.
        NotEnoughStock: somebody else has the last unit; nothing was reserved.
        SerialsWanted, SerialElsewhere, EveryUnitNamed, SerialInAnotherBag,
        SerialBeingPaid: what is taken along is not what was scanned.
    """
    row = Cart.objects.locked().filter(token=as_token(token)).first()
    if row is None:
        raise CartNotFound
    if row.status == Cart.Status.CHECKED_OUT:
        return _made_earlier(row)
    if row.status != Cart.Status.OPEN:
        raise CartClosed(cart_status=row.status)
    if terms.version is not None and terms.version != row.version:
        raise CartChanged(version=row.version)
    cart = view_of(row)
    store = _counter(cart, terms, by, at)
    _check(cart, terms, store, by)
    priced = price_cart(cart, at=at)
    if terms.expected_total not in (None, priced.price.total_amount):
        raise PriceChanged(total=priced.price.total_amount)
    order = _write_order(row, priced, terms, store, by, at)
    hold_goods(order, priced, by=by, at=at)
    see_units(order, cart, by=by, at=at)
    _pay(order, priced, terms.payment, by, at)
    check_out_cart(cart=row, at=at)
    return order.number


def _made_earlier(cart: Cart) -> str:
    live = Order.objects.live().filter(cart=cart).values_list("number", flat=True)
    number = live.first()
    if number is None:
        raise CartClosed(cart_status=cart.status)
    return number


def _counter(cart: CartView, terms: Terms, by: Actor, at: datetime) -> StorePlace | None:
    """The store where the order is taken, if it is taken in one."""
    code = terms.store_code or cart.store_code
    if code is None:
        return None
    require(by, "orders.sell", code, at)
    return get_store(code)


def _check(cart: CartView, terms: Terms, store: StorePlace | None, by: Actor) -> None:
    if not cart.lines:
        raise CartEmpty(field="lines")
    to_come = [line for line in cart.lines if line.intent != Intent.CARRY_OUT]
    shipped = [line for line in cart.lines if line.intent == Intent.SHIP]
    recipient = cart.recipient
    if to_come and not (recipient.phone or recipient.email):
        raise ContactMissing(field="contact_phone")
    if shipped and not (recipient.city and recipient.address):
        raise AddressMissing(field="address")
    at_counter = store is not None and by.kind in _AT_THE_COUNTER
    for index, line in enumerate(cart.lines):
        here = at_counter and store is not None and line.store_code == store.code
        if line.intent == Intent.CARRY_OUT and not here:
            raise CarryOutElsewhere(field=f"lines/{index}/store", store=line.store_code)
    if terms.payment.kind == TenderKind.CASH and not at_counter:
        raise CashOnlyInStore(field="payment/kind")


def _write_order(
    row: Cart,
    priced: PricedCart,
    terms: Terms,
    store: StorePlace | None,
    by: Actor,
    at: datetime,
) -> Order:
    stores = get_stores({line.line.store_code or "" for line in priced.lines})
    items = [
        OrderItem(
            sku_id=one.card.id,
            sku_code=one.card.code,
            name=one.card.name,
            intent=one.line.intent,
            store_id=stores[one.line.store_code].id if one.line.store_code else None,
        )
        for one in priced.lines
        if one.card is not None
    ]
    head = OrderHead(
        channel=terms.channel or (Channel.TABLET if store else row.channel),
        recipient=priced.cart.recipient,
        customer_id=row.customer_id,
        cart_id=row.pk,
        taken_at_store_id=store.id if store else None,
        taken_by=by.key if by.kind == ActorKind.STAFF else "",
    )
    return open_order(head=head, items=items, price=priced.price, at=at)


def _pay(
    order: Order, priced: PricedCart, payment: Payment, by: Actor, at: datetime
) -> None:
    price = priced.price
    if priced.points:
        spend_points(
            order=order,
            points=priced.points,
            worth=Money(price.points_amount, price.currency),
            total=Money(price.items_amount - price.discount_amount, price.currency),
            by=by,
            at=at,
        )
    if not price.due_amount:
        return
    if payment.kind == TenderKind.CASH:
        take_payment(
            order=order,
            kind=TenderKind.CASH,
            amount=price.due_amount,
            reference=order.number,
            at=at,
        )
        return
    ask_card(order=order, amount=price.due_amount, method=payment.method, at=at)
