"""Documents of supply in the admin: read, and moved on by buttons."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import DatedPromise, PurchaseOrder, Receipt, ShipNotice, Transfer
from inventory.supply.operations import (
    Condition,
    Counted,
    Wanted,
    approve_transfer,
    dispatch_transfer,
    receive_blind,
    request_transfer,
)
from inventory.supply.queries import notice_view, purchase_view, transfer_view
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import User
from tests.clock import NOON
from tests.inventory.given import figures, place
from tests.inventory.lots.given import in_days, lot_sku, lotted
from tests.inventory.serials.given import come as numbered
from tests.inventory.supply.given import (
    BOSS,
    LAWS,
    announced,
    come,
    dated,
    drafted,
    ordered,
    requested,
    take_in,
    two_places,
    waits,
)
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def press(boss: Client, model: type, action: str) -> None:
    name = model.__name__.lower()
    keys = list(model._default_manager.values_list("pk", flat=True))  # type: ignore[attr-defined]
    answer = boss.post(
        reverse(f"admin:inventory_{name}_changelist"),
        {"action": action, "_selected_action": keys},
    )
    assert answer.status_code == 302


def test_a_transfer_is_approved_sent_and_given_up_by_buttons(boss: Client) -> None:
    two_places()
    number = requested(4)
    for action, status in (
        ("approve", "APPROVED"),
        ("send_off", "DISPATCHED"),
        ("write_off", "CLOSED_SHORT"),
        ("cancel", "CLOSED_SHORT"),
    ):
        press(boss, Transfer, action)
        assert transfer_view(number).status == status
    assert broken(only=LAWS) == set()
    page = reverse("admin:inventory_transfer_change", args=[Transfer.objects.get().pk])
    assert number in boss.get(page).content.decode()


def test_a_transfer_is_cancelled_by_a_button(boss: Client) -> None:
    two_places()
    number = requested(4)
    press(boss, Transfer, "cancel")
    assert transfer_view(number).status == "CANCELLED"


def test_an_order_is_placed_and_closed_by_buttons(boss: Client) -> None:
    number = drafted()
    press(boss, PurchaseOrder, "place")
    assert purchase_view(number).status == "ORDERED"
    note = announced(number, 4)
    press(boss, ShipNotice, "close")
    assert notice_view(note).status == "CANCELLED"
    come(number, Counted("S-1", 1))
    press(boss, PurchaseOrder, "close")
    assert purchase_view(number).status == "CLOSED_SHORT"
    assert figures() == (1, 0)


def test_an_order_is_cancelled_by_a_button(boss: Client) -> None:
    number = ordered()
    press(boss, PurchaseOrder, "cancel")
    assert purchase_view(number).status == "CANCELLED"


def test_who_waits_is_let_go_by_a_button(boss: Client) -> None:
    ordered(5)
    dated(4)
    press(boss, DatedPromise, "give_back")
    assert waits() == {"CANCELLED": 4}


def test_a_receipt_is_read_with_its_lines(boss: Client) -> None:
    come(ordered(), Counted("S-1", 1))
    receipt = Receipt.objects.get()
    page = reverse("admin:inventory_receipt_change", args=[receipt.pk])
    text = boss.get(page).content.decode()
    assert receipt.number in text
    assert "S-1" in text


def page_of(boss: Client, row: Any) -> str:
    name = row._meta.model_name
    page = reverse(f"admin:inventory_{name}_change", args=[row.pk])
    answer = boss.get(page, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def units_of_both_kinds() -> str:
    """Petersburg gets two phones by number and three units of a lot, and takes some in."""
    numbered("A", "B", sku="PHONE", reference="blind")
    lotted(5, "LATE", 4_000, sku="MILK")
    two_places(0)
    number = request_transfer(
        source_code="msk-1",
        target_code="spb-1",
        lines=[Wanted("PHONE", 2), Wanted("MILK", 3)],
        by=SYSTEM,
        at=NOON,
    )
    approve_transfer(number=number, by=BOSS, at=NOON)
    dispatch_transfer(number=number, serials={"PHONE": ["A", "B"]}, by=SYSTEM, at=NOON)
    take_in(
        number,
        Counted("PHONE", 1, serials=("A",)),
        Counted("MILK", 1),
        Counted("MILK", 1, Condition.DAMAGED),
        reference="note-7",
    )
    return number


def test_a_transfer_shows_its_units_and_what_of_it_has_come(boss: Client) -> None:
    units_of_both_kinds()
    text = page_of(boss, Transfer.objects.get())
    assert "A, B" in text
    assert "3 of lot LATE, until" in text
    assert "On the road" in text
    assert "note-7" in text
    receipt = Receipt.objects.get(transfer__isnull=False)
    assert reverse("admin:inventory_receipt_change", args=[receipt.pk]) in text


def test_a_receipt_shows_the_numbers_and_lots_that_came(boss: Client) -> None:
    units_of_both_kinds()
    text = page_of(boss, Receipt.objects.get(transfer__isnull=False))
    assert text.count("1 of lot LATE, until") == 2
    assert re.search(r"field-numbers[^>]*>\s*(<[^>]+>\s*)*A\s*<", text)
    blind = Receipt.objects.get(reference="blind")
    assert "A, B" in page_of(boss, blind)


def test_a_receipt_without_a_document_shows_its_lots(boss: Client) -> None:
    lot_sku("MILK")
    place()
    lines = [
        Counted("MILK", 2, lot="A-1", expires_on=in_days(900)),
        Counted("MILK", 1, lot="A-2", expires_on=in_days(800)),
    ]
    receive_blind(store_code="msk-1", lines=lines, by=SYSTEM, at=NOON)
    text = page_of(boss, Receipt.objects.get())
    assert text.index("1 of lot A-2") < text.index("2 of lot A-1")


def test_many_lines_of_a_document_ask_as_often_as_one(boss: Client) -> None:
    def questions(skus: int) -> int:
        lines = [Wanted(f"L-{n}", 1) for n in range(skus)]
        number = request_transfer(
            source_code="msk-1", target_code="spb-1", lines=lines, by=SYSTEM, at=NOON
        )
        approve_transfer(number=number, by=BOSS, at=NOON)
        dispatch_transfer(number=number, by=SYSTEM, at=NOON)
        with CaptureQueriesContext(connection) as queries:
            page_of(boss, Transfer.objects.get(number=number))
        return len(queries)

    two_places()
    for n in range(6):
        lotted(5, "LATE", 4_000, sku=f"L-{n}")
    questions(1)
    assert questions(1) == questions(6)


def test_an_order_shows_its_receipts(boss: Client) -> None:
    come(ordered(), Counted("S-1", 1), reference="note-8")
    assert "note-8" in page_of(boss, PurchaseOrder.objects.get())
