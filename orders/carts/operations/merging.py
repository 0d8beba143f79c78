"""Closing a cart: ordered, opened again, or merged into another at sign-in."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from loyalty.identity.queries import customer_id
from omniretail.kernel.actors import Actor
from omniretail.kernel.limits import limits
from orders.carts.models import Cart, CartLine
from orders.carts.operations.filling import CartClosed, CartFull, open_cart, touch
from orders.carts.queries import CartNotFound, as_token


@transaction.atomic
def merge_cart(*, token: str | UUID, customer_number: str, by: Actor, at: datetime) -> Cart:
    """Bring a guest's cart along at sign-in; answers the customer's one open cart.

    Where both hold the same line, the larger quantity stays: signing in again and again
    never makes a cart grow. Asked again, it answers the same cart.

    Raises:
        CartNotFound: there is no such cart, or it is another customer's.
        CartClosed: the guest's cart was ordered already.
    """
    guest = Cart.objects.locked().filter(token=as_token(token)).first()
    if guest is None:
        raise CartNotFound
    owner = customer_id(customer_number)
    if guest.customer_id == owner:
        return _final(guest)
    if guest.customer_id is not None:
        raise CartNotFound
    if guest.status == Cart.Status.MERGED:
        return _merged_earlier(guest, owner)
    if guest.status != Cart.Status.OPEN:
        raise CartClosed
    target = open_cart(
        channel=guest.channel,
        currency=guest.currency,
        customer_number=customer_number,
        by=by,
        at=at,
    )
    target = Cart.objects.locked().get(pk=target.pk)
    _pour(guest, target, at)
    return touch(target, at)


@transaction.atomic
def check_out_cart(*, cart: Cart, at: datetime) -> None:
    """Close a locked cart while its order is being made."""
    cart.become(Cart.Status.CHECKED_OUT)
    touch(cart, at)


@transaction.atomic
def reopen_cart(*, cart_id: int, at: datetime) -> None:
    """Open a cart again whose order came to nothing.

    If the customer opened another one meanwhile, the lines go there.
    """
    cart = Cart.objects.locked().get(pk=cart_id)
    if cart.status != Cart.Status.CHECKED_OUT:
        return
    other = None
    if cart.customer_id is not None:
        other = Cart.objects.open().filter(customer_id=cart.customer_id).locked().first()
    if other is not None:
        _pour(cart, other, at)
        touch(other, at)
        return
    cart.become(Cart.Status.OPEN)
    touch(cart, at)


def _final(cart: Cart) -> Cart:
    return cart.merged_into if cart.merged_into else cart


def _merged_earlier(guest: Cart, owner: int) -> Cart:
    target = _final(guest)
    if target.customer_id != owner:
        raise CartNotFound
    return target


def _pour(source: Cart, target: Cart, at: datetime) -> None:
    """Move the lines over and close the source."""
    held = {(line.sku_id, line.intent, line.store_id): line for line in target.lines.all()}
    for line in source.lines.all():
        mine = held.get((line.sku_id, line.intent, line.store_id))
        if mine is None:
            if len(held) >= limits().cart_lines:
                raise CartFull(most=limits().cart_lines)
            line.cart = target
            line.save(update_fields=["cart"])
            held[(line.sku_id, line.intent, line.store_id)] = line
        elif _size(line) > _size(mine):
            mine.quantity, mine.serials = line.quantity, line.serials
            mine.save(update_fields=["quantity", "serials"])
    source.become(Cart.Status.MERGED)
    source.merged_into = target
    touch(source, at)


def _size(line: CartLine) -> tuple[int, int]:
    return line.quantity, len(line.serials)
