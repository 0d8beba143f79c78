"""Questions about carts; other wings and doors get values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from omniretail.kernel.errors import DomainError, Kind
from orders.carts.models import Cart, CartLine
from orders.carts.scanned_units import ScannedLine


class CartNotFound(DomainError):
    """There is no such cart."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class Recipient:
    """Whom to tell and where to ship."""

    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    city: str = ""
    address: str = ""
    postal_code: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class CartLineView:
    """Units of one SKU and how they are to reach the customer."""

    sku_code: str
    quantity: int
    intent: str
    store_code: str | None
    serials: tuple[str, ...] = ()

    @property
    def scanned(self) -> ScannedLine:
        """Its units and the numbers that were scanned of them."""
        return ScannedLine(self.sku_code, self.quantity, self.serials)


@dataclass(frozen=True)
class CartView:
    """A cart as it stands."""

    token: str
    status: str
    channel: str
    customer_number: str | None
    store_code: str | None
    currency: str
    redeem_points: int
    recipient: Recipient
    version: int
    changed_at: datetime
    lines: tuple[CartLineView, ...]
    order_number: str | None

    @property
    def units(self) -> int:
        """How many units lie in it."""
        return sum(line.quantity for line in self.lines)

    def line(
        self, sku_code: str, intent: str, store_code: str | None
    ) -> CartLineView | None:
        """What lies in it of an article that leaves this way, from that store."""
        key = (sku_code, intent, store_code)
        for one in self.lines:
            if (one.sku_code, one.intent, one.store_code) == key:
                return one
        return None


def cart_view(token: str | UUID) -> CartView:
    """The cart of that token.

    Raises:
        CartNotFound: no cart has this token.
    """
    cart = (
        Cart.objects.select_related("customer", "taken_at_store")
        .filter(token=as_token(token))
        .first()
    )
    if cart is None:
        raise CartNotFound
    return view_of(cart)


def as_token(token: str | UUID) -> UUID:
    """The token, if it has the shape of one.

    Raises:
        CartNotFound: nothing like that was ever given out.
    """
    try:
        return token if isinstance(token, UUID) else UUID(token)
    except ValueError:
        raise CartNotFound from None


def view_of(cart: Cart) -> CartView:
    """A row at hand as a value."""
    order = cart.orders.exclude(status="CANCELLED").values_list("number", flat=True)
    return CartView(
        token=str(cart.token),
        status=cart.status,
        channel=cart.channel,
        customer_number=cart.customer.number if cart.customer else None,
        store_code=cart.taken_at_store.code if cart.taken_at_store else None,
        currency=cart.currency,
        redeem_points=cart.redeem_points,
        recipient=recipient_of(cart),
        version=cart.version,
        changed_at=cart.changed_at,
        lines=lines_of(cart),
        order_number=None if cart.status == Cart.Status.OPEN else order.first(),
    )


def lines_of(cart: Cart) -> tuple[CartLineView, ...]:
    """The lines in the order in which they were first put in."""
    rows = CartLine.objects.filter(cart=cart).order_by("pk")
    return tuple(
        CartLineView(sku, quantity, intent, store, tuple(serials))
        for sku, quantity, intent, store, serials in rows.values_list(
            "sku_code", "quantity", "intent", "store__code", "serials"
        )
    )


def scanned_units(cart_id: int) -> dict[tuple[str, str], list[str]]:
    """The serial numbers of what is taken along, by SKU and store."""
    rows = CartLine.objects.filter(cart=cart_id).exclude(serials=[])
    return {
        (sku, store): serials
        for sku, store, serials in rows.values_list("sku_code", "store__code", "serials")
    }


def recipient_of(cart: Cart) -> Recipient:
    """Whom to tell and where to ship, as the cart says."""
    return Recipient(
        name=cart.contact_name,
        phone=cart.contact_phone,
        email=cart.contact_email,
        language=cart.contact_language,
        city=cart.city,
        address=cart.address,
        postal_code=cart.postal_code,
        latitude=cart.latitude,
        longitude=cart.longitude,
    )
