"""Whose cart it is: foreign carts are absent."""

from omniretail.kernel.api.principals import Principal, PrincipalKind
from orders.carts.models import Channel
from orders.carts.queries import CartNotFound, CartView, cart_view


def visible_cart(principal: Principal, token: str) -> CartView:
    """The cart, if it exists for whoever asks.

    A customer sees the own cart; a shop's site and app see guests' carts of their own
    channel and the carts that customers share between channels; a tablet's staff see
    customers' carts and those taken in their store.

    Raises:
        CartNotFound: there is no such cart for them.
    """
    cart = cart_view(token)
    if not _is_theirs(principal, cart):
        raise CartNotFound
    return cart


def channel_of(principal: Principal) -> str:
    """The channel a principal sells in."""
    if principal.kind in (PrincipalKind.STAFF, PrincipalKind.DEVICE):
        return Channel.TABLET
    known = principal.channel.upper()
    return known if known in Channel.values else Channel.SITE


def _is_theirs(principal: Principal, cart: CartView) -> bool:
    match principal.kind:
        case PrincipalKind.CUSTOMER:
            return cart.customer_number == principal.key
        case PrincipalKind.CLIENT:
            own = cart.channel == channel_of(principal)
            return own or cart.customer_number is not None
        case PrincipalKind.STAFF:
            own = cart.store_code is not None and cart.store_code == principal.store
            return own or cart.customer_number is not None
        case _:
            return False
