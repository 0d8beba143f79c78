"""Tell where everything is, and wait for the first pickup to show."""

import os
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.table import Table

from orders.fulfilment.models import Fulfilment
from orders.ordering.links import order_url
from orders.trading_day.loading.programs import ADMIN, ADMIN_PASSWORD
from orders.trading_day.reference import MAIN_STORE, read_rows

_PAUSE_S = 1.0


class Command(BaseCommand):
    """Addresses and logins of the demonstration."""

    help = "Print the demonstration's addresses and logins, then the first pickup page."

    def add_arguments(self, parser: CommandParser) -> None:
        """How long to wait for an order that is ready."""
        parser.add_argument("--wait", type=float, default=180.0, help="seconds")

    def handle(self, *args: Any, **options: Any) -> None:
        """A table at once, a customer's page as soon as there is one."""
        console = Console(
            width=int(os.environ.get("COLUMNS", "100")),
            force_terminal="FORCE_COLOR" in os.environ or None,
        )
        console.print(self._table())
        deadline = time.monotonic() + options["wait"]
        while time.monotonic() < deadline:
            page = newest_pickup_page()
            if page:
                console.print("[bold]A customer's page with the pickup code:[/bold]")
                console.print(page, soft_wrap=True)
                return
            time.sleep(_PAUSE_S)

    def _table(self) -> Table:
        home = settings.PUBLIC_URL.rstrip("/")
        table = Table(title="OmniRetail is open", title_justify="left", show_lines=True)
        for column in ("Door", "Address", "How to get in"):
            table.add_column(column, overflow="fold")
        table.add_row("Live board", f"{home}/board/", f"{ADMIN} / {ADMIN_PASSWORD}")
        table.add_row("Admin", f"{home}/admin/", f"{ADMIN} / {ADMIN_PASSWORD}")
        table.add_row(
            "Tablet",
            f"{home}/tablet/",
            "it shows a code: approve it at the address beside it with the admin's login,"
            f" choose {MAIN_STORE}; then\n" + "\n".join(pins()),
        )
        table.add_row("API", f"{home}/api/docs/", "OpenAPI 3.1, try it in the page")
        table.add_row("Customer", f"{home}/o/…", "a link follows when an order is ready")
        return table


def pins() -> list[str]:
    """Who can sign in on a tablet of the demonstration's main store."""
    staff = read_rows(settings.BASE_DIR / "fixtures", "staff")
    return [
        f"{row['first_name']} {row['last_name']} ({row['role']}) PIN {row['pin']}"
        for row in staff
        if row["pin"] and row["store_code"] in {"", MAIN_STORE}
    ]


def newest_pickup_page() -> str | None:
    """The address of the page of an order that waits for its customer."""
    ready = Fulfilment.objects.filter(
        kind=Fulfilment.Kind.COLLECT, status=Fulfilment.Status.READY
    )
    number = ready.order_by("-ready_at").values_list("order__number", flat=True).first()
    return order_url(number) if number else None
