"""How the admin looks and where its rooms are."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

Item = dict[str, Any]


def _page(title: Any, icon: str, model: str) -> Item:
    """One entry of the sidebar, seen by those who may see the model."""
    label, name = model.split(".")
    permission = f"{label}.view_{name}"
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{label}_{name}_changelist"),
        "permission": lambda request: request.user.has_perm(permission),
    }


NAVIGATION: list[Item] = [
    {
        "title": _("Today"),
        "items": [
            {
                "title": _("Dashboard"),
                "icon": "monitoring",
                "link": reverse_lazy("admin:index"),
            },
            _page(_("Shop-floor work"), "checklist", "stores.workitem"),
            _page(_("Scorecards"), "leaderboard", "stores.scorecard"),
        ],
    },
    {
        "title": _("Orders"),
        "separator": True,
        "items": [
            _page(_("Orders"), "receipt_long", "orders.order"),
            _page(_("Fulfilments"), "local_shipping", "orders.fulfilment"),
            _page(_("Returns"), "assignment_return", "orders.return"),
            _page(_("Carts"), "shopping_cart", "orders.cart"),
            _page(_("Tenders"), "payments", "orders.tender"),
            _page(_("Payment requests"), "sync_alt", "orders.paymentrequest"),
            _page(_("Till sales"), "point_of_sale", "orders.possale"),
        ],
    },
    {
        "title": _("Stock"),
        "separator": True,
        "items": [
            _page(_("Stock levels"), "inventory_2", "inventory.stocklevel"),
            _page(_("Movements"), "swap_horiz", "inventory.stockmovement"),
            _page(_("Promises"), "handshake", "inventory.promise"),
            _page(_("Lots"), "event_busy", "inventory.lotlevel"),
            _page(_("Purchase orders"), "request_quote", "inventory.purchaseorder"),
            _page(_("Transfers"), "local_shipping", "inventory.transfer"),
            _page(_("Receipts"), "input", "inventory.receipt"),
            _page(_("Counts"), "checklist_rtl", "inventory.countsession"),
            _page(_("Selling channels"), "storefront", "inventory.sellingchannel"),
            _page(_("Channel buffers"), "shield", "inventory.channelbuffer"),
            _page(_("Safety stock rules"), "health_and_safety", "inventory.safetyrule"),
            _page(_("Not for sale"), "block", "inventory.saleblock"),
            _page(_("Proposals"), "lightbulb", "inventory.proposal"),
            _page(_("Products"), "category", "inventory.product"),
            _page(_("SKUs"), "barcode", "inventory.sku"),
            _page(_("Prices"), "sell", "inventory.price"),
            _page(_("Feeds"), "upload_file", "inventory.feed"),
        ],
    },
    {
        "title": _("Customers"),
        "separator": True,
        "items": [
            _page(_("Customers"), "group", "loyalty.customer"),
            _page(_("Points accounts"), "loyalty", "loyalty.account"),
            _page(_("Messages"), "sms", "loyalty.message"),
            _page(_("Sandbox mailbox"), "inbox", "loyalty.sandboxmail"),
        ],
    },
    {
        "title": _("Network"),
        "separator": True,
        "items": [
            _page(_("Places"), "storefront", "stores.store"),
            _page(_("Devices"), "tablet", "stores.device"),
            _page(_("Employees"), "badge", "stores.employee"),
        ],
    },
    {
        "title": _("System"),
        "separator": True,
        "collapsible": True,
        "items": [
            _page(_("Laws"), "gavel", "kernel.lawrun"),
            _page(_("Outbox"), "outbox", "kernel.outboxfact"),
            _page(_("Audit trail"), "history", "kernel.auditentry"),
            _page(_("Users"), "person", "kernel.user"),
            _page(_("API clients"), "key", "kernel.apiclient"),
        ],
    },
]

# The accent of our tokens, from pale to deep.
_ACCENT = {
    "50": "oklch(97% .014 264)",
    "100": "oklch(93.2% .032 264)",
    "200": "oklch(88.2% .059 264)",
    "300": "oklch(80.9% .105 264)",
    "400": "oklch(71% .145 264)",
    "500": "oklch(61% .19 264)",
    "600": "oklch(50% .21 264)",
    "700": "oklch(45% .195 264)",
    "800": "oklch(39% .165 264)",
    "900": "oklch(34% .13 264)",
    "950": "oklch(25% .085 264)",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "OmniRetail",
    "SITE_HEADER": "OmniRetail",
    "SITE_SUBHEADER": _("One stock, one order book"),
    "SITE_SYMBOL": "hub",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("omniretail/mark.svg"),
        }
    ],
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": _ACCENT},
    "DASHBOARD_CALLBACK": "stores.kpi.dashboard.dashboard",
    "STYLES": [lambda request: static("omniretail/admin.css")],
    "SIDEBAR": {"show_search": True, "navigation": NAVIGATION},
}
