"""Carts in the admin: to look into, not to fill."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from omniretail.kernel.admin import ReadingInline, ReadOnlyAdmin
from orders.carts.models import Cart, CartLine

COLOURS = {
    "OPEN": "info",
    "CHECKED_OUT": "success",
    "MERGED": "warning",
    "ABANDONED": "danger",
}


class CartLineInline(ReadingInline):
    """What lies in the cart."""

    model = CartLine
    fields = readonly_fields = ("sku_code", "quantity", "intent", "store", "serials")


@admin.register(Cart)
class CartAdmin(ReadOnlyAdmin):
    """What shoppers mean to buy."""

    list_display = ("token", "customer", "channel", "taken_at_store", "state", "changed_at")
    list_filter = ("status", "channel")
    list_select_related = ("customer", "taken_at_store")
    search_fields = ("token", "customer__number", "contact_phone", "contact_email")
    inlines = (CartLineInline,)
    ordering = ("-id",)

    @display(description=_("state"), label=COLOURS)
    def state(self, cart: Cart) -> tuple[str, str]:
        return cart.status, cart.get_status_display()
