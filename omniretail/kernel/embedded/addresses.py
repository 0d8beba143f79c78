"""The addresses under which the engines answer."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from omniretail.kernel.embedded.layout import DATABASE, SUPERUSER
from omniretail.kernel.embedded.leases import ensure_running


@dataclass(frozen=True)
class ValkeyAddresses:
    """One Valkey, three rooms: the broker's, the cache's and the channel layer's."""

    broker: str
    cache: str
    channels: str


def database_url() -> str:
    """Where PostgreSQL answers; makes it run if it does not."""
    run_dir = quote(str(ensure_running().run_dir))
    return f"postgres://{SUPERUSER}@/{DATABASE}?host={run_dir}"


def valkey_url() -> str:
    """Where Valkey answers; makes it run if it does not."""
    return f"unix://{ensure_running().run_dir}/valkey.sock"


def valkey_addresses(url: str | None = None) -> ValkeyAddresses:
    """The three addresses under `url` (embedded by default), each with its own database."""
    parts = urlsplit(url or valkey_url())
    if parts.scheme == "unix":
        return ValkeyAddresses(
            broker=f"redis+socket://{parts.path}?virtual_host=0",
            cache=f"unix://{parts.path}?db=1",
            channels=f"unix://{parts.path}?db=2",
        )
    rooms = [urlunsplit(parts._replace(path=f"/{number}")) for number in range(3)]
    return ValkeyAddresses(*rooms)
