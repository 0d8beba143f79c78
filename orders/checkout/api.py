"""The REST door of checkout and of orders."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.selling.hiding import display_for, telling_as_shown
from omniretail.kernel.api import etags
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.views import ApiViewSet
from orders.carts.access import channel_of, visible_cart
from orders.carts.api import tag_of
from orders.checkout.operations import Payment, Terms, cancel_order, place_order
from orders.checkout.queries import order_page, quote_cart
from orders.checkout.shapes import (
    CancelInput,
    CheckoutInput,
    OrderOutput,
    OrderRowOutput,
    OrdersQuery,
    QuoteOutput,
)
from orders.ordering.access import may_see_order, visible_orders
from orders.ordering.models import Order

SHOPPERS = Access(clients="carts:write", staff="orders.sell", customers=True)


class CheckoutViewSet(ApiViewSet):
    """What a cart would cost, and ordering it."""

    queryset = Order.objects.none()
    principals = {"quote": SHOPPERS, "checkout": SHOPPERS}
    staged = frozenset({"checkout"})

    @extend_schema(operation_id="carts_quote", responses=QuoteOutput)
    def quote(self, request: Request, token: str) -> Response:
        """What the cart costs now, what is missing, and by when its goods are ready."""
        cart = visible_cart(self.principal, token)
        channel = channel_of(self.principal)
        quote = quote_cart(cart, at=self.at, channel=channel)
        context = {"display": display_for(self.principal, channel)}
        return Response(QuoteOutput(quote, context=context).data)

    @extend_schema(
        operation_id="carts_checkout",
        request=CheckoutInput,
        responses={201: OrderOutput, 202: OrderOutput},
    )
    def checkout(self, request: Request, token: str) -> Response:
        """Order what is in the cart: stock is promised, payment is authorised.

        What is taken along (CARRY_OUT) only the staff of its store check out; a till, or
        the program of a POS, tells it as a sale (`/pos/sales`).

        202 and status PENDING mean that the gateway has not answered for certain; the
        order is settled by itself in a moment. A declined payment releases everything
        and leaves the cart open."""
        given = self.read_body(CheckoutInput)
        cart = visible_cart(self.principal, token)
        if "If-Match" in request.headers:
            etags.require_match(request, tag_of(cart.version))
        paid = given["payment"]
        channel = channel_of(self.principal)
        terms = Terms(
            payment=Payment(paid["kind"], paid.get("method", "")),
            channel=channel,
            store_code=given.get("store") or self.principal.store,
            expected_total=given.get("expected_total"),
            version=cart.version if "If-Match" in request.headers else None,
        )
        with telling_as_shown(self.principal, channel):
            number = place_order(token=token, terms=terms, by=self.by, at=self.at)
        self.about(f"order:{number}")
        page = order_page(number)
        waits = page.order.status == Order.Status.PENDING
        return self.answer(OrderOutput, page, status=202 if waits else 201)


class OrderViewSet(ApiViewSet):
    """Orders: a customer's own, a guest's by its link, a channel's, a store's."""

    lookup_field = "number"
    lookup_url_kwarg = "number"
    lookup_value_regex = "[^/]+"
    queryset = Order.objects.none()
    ordering = ("-opened_at", "-id")
    principals = {
        "list": Access(clients="orders:read", staff="orders.sell", customers=True),
        "retrieve": Access(
            clients="orders:read", staff="orders.sell", customers=True, guests=True
        ),
        "cancel": Access(
            clients="orders:write", staff="orders.cancel", customers=True, guests=True
        ),
    }

    @extend_schema(
        operation_id="orders_list",
        parameters=[OrdersQuery],
        responses=OrderRowOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """Orders, the newest first."""
        wanted = self.read_query(OrdersQuery)
        orders = visible_orders(self.principal)
        if "status" in wanted:
            orders = orders.filter(status=wanted["status"])
        return self.page(orders, OrderRowOutput)

    @extend_schema(operation_id="orders_read", responses=OrderOutput)
    def retrieve(self, request: Request, number: str) -> Response:
        """An order with how it is paid and how it comes."""
        self.refuse_unless(may_see_order(self.principal, number))
        return self.answer(OrderOutput, order_page(number))

    @extend_schema(operation_id="orders_cancel", request=CancelInput, responses=OrderOutput)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, number: str) -> Response:
        """Call off an order of which nothing was handed over. Harmless twice."""
        given = self.read_body(CancelInput)
        self.refuse_unless(may_see_order(self.principal, number))
        self.about(f"order:{number}")
        cancel_order(number=number, reason=given["reason"], by=self.by, at=self.at)
        return self.answer(OrderOutput, order_page(number))
