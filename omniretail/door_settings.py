"""The chapters of settings that tell libraries how our doors behave.

Front door: other floors are named by dotted strings only.
"""

from datetime import timedelta
from functools import partial
from typing import Any

from corsheaders.defaults import default_headers
from csp.constants import NONE, SELF

from omniretail.kernel.codes import random_code

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "omniretail.kernel.api.authentication.DoorAuthentication"
    ],
    "DEFAULT_PERMISSION_CLASSES": ["omniretail.kernel.api.permissions.AccessPermission"],
    "DEFAULT_PARSER_CLASSES": ["omniretail.kernel.api.parsers.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["omniretail.kernel.api.renderers.PlainJsonRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "omniretail.kernel.api.renderers.Negotiation",
    "DEFAULT_PAGINATION_CLASS": "omniretail.kernel.api.pagination.CursorPage",
    "DEFAULT_THROTTLE_CLASSES": ["omniretail.kernel.api.throttles.NobodyThrottle"],
    "DEFAULT_THROTTLE_RATES": {"nobody": "600/min"},
    "DEFAULT_SCHEMA_CLASS": "omniretail.kernel.api.schema.DoorSchema",
    "DEFAULT_FILTER_BACKENDS": [],
    "EXCEPTION_HANDLER": "omniretail.kernel.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "NUM_PROXIES": 1,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "OmniRetail",
    "VERSION": "1.0.0",
    "DESCRIPTION": (
        "Stock, customers and orders of shops and their online channels.\n\n"
        "Amounts are strings, moments are UTC, lists are read by cursor. Every POST "
        "carries an `Idempotency-Key`; refusals are RFC 9457 problems. What belongs to "
        "somebody else is answered as absent."
    ),
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "SORT_OPERATIONS": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    # Enums stay where they are used: floors need not agree on names for them.
    "POSTPROCESSING_HOOKS": ["omniretail.kernel.api.schema.finish"],
}

SCOPES = {
    "catalogue:read": "Read products, categories and prices",
    "catalogue:write": "Import products, categories and prices",
    "feeds:exchange": "Exchange catalogue, prices and stock as 1C does",
    "stock:read": "Read availability and stock levels",
    "stock:write": "Import places and stock levels",
    "stock:hold": "Keep stock for somebody for a while",
    "selling:read": "Read what channels may sell, and what places do not sell",
    "selling:write": "Set what channels may sell, and what places do not sell",
    "counts:read": "Read counts and how true the levels are",
    "counts:write": "Send what was counted, and approve counts",
    "supply:read": "Read orders to suppliers, transfers, receipts and what is to come",
    "supply:write": "Order from suppliers, announce deliveries, move and receive goods",
    "waits:write": "Ask that customers are told when goods are here",
    "demand:write": "Tell what was asked for and not there",
    "carts:write": "Fill carts and check them out",
    "orders:read": "Read orders",
    "orders:write": "Cancel and return orders",
    "customers:read": "Read customers and their points",
    "customers:write": "Register customers and their consents",
    "pos:write": "Send the sales of tills",
}
# Who recognises a principal; the first who does decides.
AUTHENTICATORS = (
    "orders.ordering.authentication.GuestAuthentication",
    "stores.people.authentication.StaffAuthentication",
    "stores.people.authentication.StaffAuthentication",
    "loyalty.identity.authentication.CustomerAuthentication",
    "omniretail.kernel.api.authentication.ClientAuthentication",
)
# Answers whether an actor has a permission in a place.
STAFF_PERMISSION = "stores.people.queries.may"
# Answers which device, in which store, a user is.
DEVICE_PLACE = "stores.network.queries.device_place"
# Answers how those who acted are called, by their keys.
ACTOR_NAMES = "stores.people.queries.names_of"
# Answers which order a customer's signed link opens.
ORDER_LINK = "orders.ordering.links.read_link"


def oauth(public_url: str) -> dict[str, Any]:
    """OAuth as RFC 9700 wants it; refresh tokens stay the same, so that a till that lost
    an answer on a bad line need not be paired again (its client proves itself anyway)."""
    gates = (
        "IMPLICIT_GRANT",
        "PASSWORD_GRANT",
        "PKCE_METHOD",
        "ACCESS_TOKEN_TRANSPORT",
        "AUTHZ_RESPONSE_ISS",
        "TOKEN_STORAGE",
        "REFRESH_TOKEN",
        "REDIRECT_URI_SCHEME",
        "REDIRECT_URI_MATCHING",
        "PKCE_REQUIRED",
    )
    return {
        "SCOPES": SCOPES,
        "SCOPES_BACKEND_CLASS": "omniretail.kernel.api.oauth.ClientScopes",
        "CLIENT_SECRET_HASHER": "pbkdf2_random",
        "OAUTH2_VALIDATOR_CLASS": "omniretail.kernel.api.oauth.Validator",
        "OAUTH2_SERVER_CLASS": "omniretail.kernel.api.oauth.Server",
        "APPLICATION_ADMIN_CLASS": "unfold.admin.ModelAdmin",
        "ACCESS_TOKEN_EXPIRE_SECONDS": int(timedelta(hours=10).total_seconds()),
        "REFRESH_TOKEN_EXPIRE_SECONDS": int(timedelta(days=90).total_seconds()),
        "ROTATE_REFRESH_TOKEN": False,
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
        "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
        "OAUTH_DEVICE_VERIFICATION_URI": f"{public_url}/tablet/pair/approve",
        "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE": (
            f"{public_url}/tablet/pair/approve?user_code={{user_code}}"
        ),
        "OAUTH_DEVICE_USER_CODE_GENERATOR": partial(random_code, 8),
        **{f"COMPLIANT_BCP_RFC9700_{gate}": True for gate in gates},
    }


def content_policy(live_url: str) -> dict[str, Any]:
    """Only our own scripts, styles and pictures; nobody frames us."""
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:"],
            "font-src": [SELF],
            "connect-src": [SELF, *_live_sources(live_url)],
            "media-src": [SELF, "blob:"],
            "worker-src": [SELF],
            "manifest-src": [SELF],
            "object-src": [NONE],
            "base-uri": [NONE],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
        }
    }


def _live_sources(live_url: str) -> list[str]:
    """Where pages may open their live socket. Not every browser counts it as our own."""
    if live_url and not live_url.startswith(":"):
        return [live_url]
    return [f"{scheme}//*{live_url}" if live_url else scheme for scheme in ("ws:", "wss:")]


CORS_URLS_REGEX = r"^/(api|oauth)/"
CORS_ALLOW_HEADERS = (
    *default_headers,
    "idempotency-key",
    "if-match",
    "x-order-link",
    "x-request-id",
)
CORS_EXPOSE_HEADERS = (
    "etag",
    "idempotency-replayed",
    "location",
    "retry-after",
    "x-request-id",
)
