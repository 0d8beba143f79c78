"""Machines that may call the API, devices that stand in stores, and the admin's login."""

import hashlib
import hmac
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.clients import create_client
from omniretail.kernel.models import ApiClient, User
from orders.trading_day.reference import read_rows
from stores.network.operations import enrol_device
from stores.network.queries import find_device

ADMIN, ADMIN_PASSWORD = "admin", "omniretail"


def demo_secret(client_id: str) -> str:
    """A demonstration client's secret: other on every installation, known to its owner."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"demo-client:{client_id}".encode(), hashlib.sha256).hexdigest()


def load_clients(folder: Path, *, at: datetime) -> int:
    """API clients with secrets that only this installation can derive."""
    known = set(ApiClient.objects.values_list("client_id", flat=True))
    rows = [
        row for row in read_rows(folder, "api_clients") if row["client_id"] not in known
    ]
    for row in rows:
        create_client(
            name=row["name"],
            scopes=row["scopes"].split(),
            channel=row["channel"],
            for_devices=row["for_devices"] == "yes",
            client_id=row["client_id"],
            secret=demo_secret(row["client_id"]),
            by=SYSTEM,
            at=at,
        )
    return len(rows)


@transaction.atomic
def load_devices(folder: Path, *, at: datetime) -> int:
    """Tablets, handhelds and tills, each bound to its store."""
    rows = [row for row in read_rows(folder, "devices") if find_device(row["code"]) is None]
    for row in rows:
        enrol_device(
            code=row["code"],
            store_code=row["store_code"],
            kind=row["kind"],
            name=row["name"],
            by=SYSTEM,
            at=at,
        )
    return len(rows)


def load_admin() -> int:
    """One login for the admin pages, whose password the demonstration prints."""
    if User.objects.filter(username=ADMIN).exists():
        return 0
    User.objects.create_superuser(ADMIN, ADMIN_PASSWORD, name="Администратор")
    return 1
