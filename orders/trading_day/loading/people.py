"""Staff and customers of the demonstration chain."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction

from loyalty.identity.operations import record_consent, register_customer
from loyalty.identity.queries import customer_of
from loyalty.points.operations import grant_points
from omniretail.kernel.actors import SYSTEM
from orders.trading_day.reference import Row, read_rows
from stores.people.operations import assign, save_employee, set_pin
from stores.people.queries import has_pin

_THREADS = 4
_GIFT, _GIFT_EVERY = 500, 3


def load_staff(folder: Path, *, at: datetime) -> int:
    """Employees, where they work, and a PIN for those who have none; answers how many
    are new."""
    rows = read_rows(folder, "staff")
    with transaction.atomic():
        new = sum(_hire(row, at) for row in rows)
    pinless = [row for row in rows if row["pin"] and not has_pin(row["code"])]
    _give_pins(pinless, at)
    return new


@transaction.atomic
def load_customers(folder: Path, *, at: datetime) -> int:
    """Customers the chain knows, with consent and, some of them, points to spend."""
    rows = [
        row
        for row in read_rows(folder, "customers")
        if customer_of("PHONE", row["phone"]) is None
    ]
    for count, row in enumerate(rows):
        number = _register(row, at)
        if count % _GIFT_EVERY == 0:
            grant_points(
                customer_number=number,
                points=_GIFT + count,
                reference=f"welcome:{number}",
                by=SYSTEM,
                at=at,
            )
    return len(rows)


def _hire(row: Row, at: datetime) -> bool:
    is_new = save_employee(
        code=row["code"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        language=row["language"],
        by=SYSTEM,
        at=at,
    )
    assign(
        employee_code=row["code"],
        store_code=row["store_code"] or None,
        role=row["role"],
        starts_on=date.fromisoformat(row["starts_on"]),
        by=SYSTEM,
        at=at,
    )
    return is_new


def _give_pins(rows: Iterable[Row], at: datetime) -> None:
    """A PIN's hash is slow on purpose, so a few are made at once."""

    def give(row: Row) -> None:
        try:
            set_pin(employee_code=row["code"], pin=row["pin"], by=SYSTEM, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(_THREADS) as crew:
        list(crew.map(give, rows))


def _register(row: Row, at: datetime) -> str:
    card = register_customer(
        first_name=row["first_name"],
        last_name=row["last_name"],
        language=row["language"],
        channel="POS",
        phone=row["phone"],
        email=row["email"],
        card=row["card"],
        birth_date=date.fromisoformat(row["birth_date"]) if row["birth_date"] else None,
        verified=True,
        by=SYSTEM,
        at=at,
    )
    if row["marketing"] == "yes":
        record_consent(
            customer_number=card.number,
            purpose="MARKETING",
            channel="SMS",
            source="fixtures",
            by=SYSTEM,
            at=at,
        )
    return card.number
