"""PostgreSQL and Valkey that come with the checkout.

Whoever needs the engines asks for an address; the engines run from that moment until
the last process that asked has gone. ``DATABASE_URL`` and ``VALKEY_URL`` point the same
code at real servers, and then nothing in here is ever called.
"""

from omniretail.kernel.embedded.addresses import (
    ValkeyAddresses,
    database_url,
    valkey_addresses,
    valkey_url,
)
from omniretail.kernel.embedded.errors import EmbeddedUnavailable
from omniretail.kernel.embedded.layout import Layout
from omniretail.kernel.embedded.leases import ensure_running, is_running, let_go, stop
from omniretail.kernel.embedded.secret import secret_key

__all__ = [
    "EmbeddedUnavailable",
    "Layout",
    "ValkeyAddresses",
    "database_url",
    "ensure_running",
    "is_running",
    "let_go",
    "secret_key",
    "stop",
    "valkey_addresses",
    "valkey_url",
]
