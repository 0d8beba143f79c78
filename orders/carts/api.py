"""The REST door of carts."""

from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.serials.hiding import telling_units
from omniretail.kernel.api import etags
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.market import house_currency
from orders.carts import operations
from orders.carts.access import channel_of, visible_cart
from orders.carts.missing import note_what_is_missing
from orders.carts.models import Cart
from orders.carts.queries import CartView, as_token, cart_view
from orders.carts.shapes import (
    CartChangesInput,
    CartInput,
    CartLineInput,
    CartOutput,
    MergeInput,
)
from stores.network.queries import get_store

SHOPPERS = Access(clients="carts:write", staff="orders.sell", customers=True)


class CartViewSet(ApiViewSet):
    """Carts, shared by site, app and tablet for one customer."""

    lookup_field = "token"
    lookup_url_kwarg = "token"
    queryset = Cart.objects.none()
    principals = {
        "create": SHOPPERS,
        "retrieve": SHOPPERS,
        "partial_update": SHOPPERS,
        "lines": SHOPPERS,
        "merge": Access(clients="carts:write", customers=True),
    }

    @extend_schema(
        operation_id="carts_open", request=CartInput, responses={201: CartOutput}
    )
    def create(self, request: Request) -> Response:
        """Open a cart. A customer has one open cart in all channels: it is answered."""
        given = self.read_body(CartInput)
        customer = self._customer(given.get("customer"))
        store = given.get("store") or self.principal.store
        cart = operations.open_cart(
            channel=channel_of(self.principal),
            currency=given.get("currency") or _currency(store),
            customer_number=customer,
            store_code=store,
            language=given.get("language", ""),
            by=self.by,
            at=self.at,
        )
        return self._told(cart_view(cart.token), status=201)

    @extend_schema(operation_id="carts_read", responses=CartOutput)
    def retrieve(self, request: Request, token: str) -> Response:
        """A cart as it stands; the ETag names its version."""
        return self._told(visible_cart(self.principal, token))

    @extend_schema(
        operation_id="carts_change", request=CartChangesInput, responses=CartOutput
    )
    def partial_update(self, request: Request, token: str) -> Response:
        """Change whom to tell, where to ship, and how many points to spend.

        With If-Match the change is refused if somebody else changed the cart."""
        changes = self.read_body(CartChangesInput)
        version = self._agreed_version(token)
        operations.change_cart(
            token=token, changes=changes, version=version, by=self.by, at=self.at
        )
        return self._told(cart_view(token))

    @extend_schema(
        operation_id="carts_set_line", request=CartLineInput, responses=CartOutput
    )
    @action(detail=True, methods=["post"])
    def lines(self, request: Request, token: str) -> Response:
        """Let the cart hold that many units of a SKU that leave in that way.

        The quantity is absolute, so said twice it is the same; 0 takes the line out. So
        are the serial numbers, if they are said."""
        given = self.read_body(CartLineInput)
        version = self._agreed_version(token)
        line: dict[str, Any] = {
            "token": token,
            "sku_code": given["sku"],
            "intent": given["intent"],
            "quantity": given["quantity"],
            "store_code": given.get("store"),
            "version": version,
            "by": self.by,
            "at": self.at,
        }
        with telling_units(self.principal):
            if (serials := given.get("serials")) is None:
                operations.set_line(**line)
            else:
                operations.set_named_line(**line, serials=serials)
        cart = cart_view(token)
        self.afterwards(partial(note_what_is_missing, cart, given, by=self.by, at=self.at))
        return self._told(cart)

    @extend_schema(operation_id="carts_merge", request=MergeInput, responses=CartOutput)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, token: str) -> Response:
        """Bring a guest's cart along at sign-in. Answers the customer's one open cart;
        said again, nothing grows."""
        given = self.read_body(MergeInput)
        customer = self._customer(given.get("customer"))
        if self.principal.kind is PrincipalKind.CLIENT:
            visible_cart(self.principal, token)
        if customer is None:
            raise operations.NoCustomer(field="customer")
        cart = operations.merge_cart(
            token=token, customer_number=customer, by=self.by, at=self.at
        )
        return self._told(cart_view(cart.token))

    def _customer(self, wanted: str | None) -> str | None:
        """Customers act for themselves; machines and staff for whom they name."""
        if self.principal.kind is PrincipalKind.CUSTOMER:
            return self.principal.key
        return wanted

    def _agreed_version(self, token: str) -> int | None:
        cart = visible_cart(self.principal, token)
        if "If-Match" not in self.request.headers:
            return None
        row = Cart.objects.locked().get(token=as_token(token))
        etags.require_match(self.request, tag_of(row.version))
        return row.version if cart else None

    def _told(self, cart: CartView, **options: Any) -> Response:
        self.about(f"cart:{cart.token}")
        headers = {"ETag": tag_of(cart.version)}
        return self.answer(CartOutput, cart, headers=headers, **options)


def tag_of(version: int) -> str:
    """The ETag of a cart's version."""
    return etags.etag("cart", version)


def _currency(store_code: str | None) -> str:
    return get_store(store_code).currency if store_code else house_currency()
