"""Opening a cart and filling it."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from inventory.catalogue.queries import SkuCard, sku_cards
from loyalty.identity.queries import customer_card, customer_id
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from orders.carts.models import Cart, CartLine, Intent
from orders.carts.queries import CartNotFound, Recipient, as_token
from orders.carts.scanned_units import ScannedLine, fitting
from stores.network.places import StorePlace
from stores.network.queries import get_store


class CartClosed(DomainError):
    """This cart was ordered already or is no longer in use."""

    kind = Kind.CONFLICT


class CartChanged(DomainError):
    """The cart was changed meanwhile. Look at it again."""

    kind = Kind.CONFLICT


class CartFull(DomainError):
    """A cart cannot hold more lines."""

    constraints = ("cart_line_within_its_limit",)


class NotForSale(DomainError):
    """This product is not for sale."""


class StoreDoesNotOfferThat(DomainError):
    """This store does not offer that."""


class StoreMissing(DomainError):
    """Say in which store."""


class NoCustomer(DomainError):
    """Only a customer can spend points."""

    constraints = ("only_a_customer_spends_points",)


_CONTACT = {"name", "phone", "email", "language"}
_CAPABILITIES = {Intent.COLLECT: "can_pickup", Intent.CARRY_OUT: "can_sell"}


@transaction.atomic
def open_cart(
    *,
    channel: str,
    currency: str,
    by: Actor,
    at: datetime,
    customer_number: str | None = None,
    store_code: str | None = None,
    language: str = "",
) -> Cart:
    """Give a guest a new cart, or a customer the one open cart they have everywhere."""
    if customer_number is None:
        return _new_cart(channel, currency, store_code, language, at)
    found = _open_cart(customer_number)
    if found is not None:
        return found
    card = customer_card(customer_number)
    try:
        with transaction.atomic():
            cart = _new_cart(channel, currency, store_code, card.language, at)
            cart.customer_id = customer_id(customer_number)
            cart.contact_name = card.name
            cart.contact_phone = card.phone or ""
            cart.contact_email = card.email or ""
            cart.save()
            return cart
    except IntegrityError:
        found = _open_cart(customer_number)
        if found is None:
            raise
        return found


@transaction.atomic
def set_line(
    *,
    token: str | UUID,
    sku_code: str,
    intent: str,
    quantity: int,
    by: Actor,
    at: datetime,
    store_code: str | None = None,
    version: int | None = None,
) -> Cart:
    """Let the cart hold that many units of a SKU that leave in that way; 0 takes the
    line out. Said twice, it is the same.

    Raises:
        NotForSale: the catalogue has no such SKU on sale at a published price.
        StoreDoesNotOfferThat: nobody collects, or buys, in that store.
        CartFull: there are as many lines or units as a cart can hold.
    """
    cart = locked_cart(token, version)
    place = _place(intent, store_code)
    if quantity == 0:
        _line(cart, sku_code, intent, place).delete()
        return touch(cart, at)
    card = _for_sale(sku_code, cart.currency, at)
    if quantity > limits().line_quantity:
        raise CartFull(field="quantity", most=limits().line_quantity)
    updated = _line(cart, sku_code, intent, place).update(quantity=quantity)
    if updated and intent == Intent.CARRY_OUT:
        _forget_surplus(_line(cart, sku_code, intent, place))
    if not updated:
        if cart.lines.count() >= limits().cart_lines:
            raise CartFull(field="sku", most=limits().cart_lines)
        CartLine.objects.create(
            cart=cart,
            sku_id=card.id,
            sku_code=card.code,
            quantity=quantity,
            intent=intent,
            store_id=None if place is None else place.id,
        )
    return touch(cart, at)


@transaction.atomic
def change_cart(
    *,
    token: str | UUID,
    changes: Mapping[str, object],
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Cart:
    """Change whom to tell, where to ship, and how many points to spend.

    `changes` holds some of the fields of `Recipient`, and `redeem_points`.

    Raises:
        NoCustomer: a guest has no points.
    """
    cart = locked_cart(token, version)
    known = {field.name for field in fields(Recipient)}
    for name, value in changes.items():
        if name == "redeem_points":
            cart.redeem_points = int(str(value))
        elif name in known:
            setattr(cart, f"contact_{name}" if name in _CONTACT else name, value)
        else:
            raise ValueError(f"a cart has no {name}")
    if cart.redeem_points and cart.customer_id is None:
        raise NoCustomer(field="redeem_points")
    cart.save()
    return touch(cart, at)


@transaction.atomic
def abandon_carts(*, at: datetime, limit: int) -> int:
    """Put away open carts nobody touched for a long time; answers how many."""
    old = Cart.objects.untouched_since(at - limits().cart_life)
    batch = list(old.order_by("changed_at").values_list("pk", flat=True)[:limit])
    carts = Cart.objects.open().filter(pk__in=batch)
    return carts.update(status=Cart.Status.ABANDONED)


def _new_cart(
    channel: str, currency: str, store_code: str | None, language: str, at: datetime
) -> Cart:
    return Cart.objects.create(
        channel=channel,
        currency=currency,
        taken_at_store_id=get_store(store_code).id if store_code else None,
        contact_language=language,
        opened_at=at,
        changed_at=at,
    )


def _open_cart(customer_number: str) -> Cart | None:
    return Cart.objects.open().filter(customer__number=customer_number).first()


def locked_cart(token: str | UUID, version: int | None) -> Cart:
    """The open cart of that token, for a change.

    Raises:
        CartNotFound, CartClosed: there is no such open cart.
        CartChanged: it is not in the version that was seen.
    """
    cart = Cart.objects.locked().filter(token=as_token(token)).first()
    if cart is None:
        raise CartNotFound
    if cart.status != Cart.Status.OPEN:
        raise CartClosed(cart_status=cart.status)
    if version is not None and version != cart.version:
        raise CartChanged(version=cart.version)
    return cart


def _place(intent: str, store_code: str | None) -> StorePlace | None:
    capability = _CAPABILITIES.get(Intent(intent))
    if capability is None:
        if store_code:
            raise StoreDoesNotOfferThat(field="store", store=store_code)
        return None
    if not store_code:
        raise StoreMissing(field="store")
    place = get_store(store_code)
    if not getattr(place, capability):
        raise StoreDoesNotOfferThat(field="store", store=store_code)
    return place


def _for_sale(sku_code: str, currency: str, at: datetime) -> SkuCard:
    card = sku_cards([sku_code], at=at, currency=currency).get(sku_code)
    if card is None or not card.is_active or card.price is None:
        raise NotForSale(field="sku", sku=sku_code)
    return card


def _line(
    cart: Cart, sku_code: str, intent: str, place: StorePlace | None
) -> QuerySet[CartLine]:
    lines = CartLine.objects.filter(cart=cart, sku_code=sku_code, intent=intent)
    return lines.filter(store=None) if place is None else lines.filter(store=place.id)


def _forget_surplus(rows: QuerySet[CartLine]) -> None:
    """Of fewer units fewer serial numbers are said."""
    for line in rows.exclude(serials=[]):
        line.serials = fitting(ScannedLine(line.sku_code, line.quantity, line.serials))
        line.save(update_fields=["serials"])


def touch(cart: Cart, at: datetime) -> Cart:
    """Count a change of the cart, so that whoever looked earlier notices."""
    cart.version += 1
    cart.changed_at = at
    cart.save(update_fields=["status", "version", "changed_at", "merged_into"])
    return cart
