"""Documents of supply in the admin: read, and moved on by buttons."""

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import DatedPromise, PurchaseOrder, Receipt, ShipNotice, Transfer
from inventory.supply.operations import Counted
from inventory.supply.queries import notice_view, purchase_view, transfer_view
from omniretail.kernel.models import User
from tests.inventory.given import figures
from tests.inventory.supply.given import (
    LAWS,
    announced,
    come,
    dated,
    drafted,
    ordered,
    requested,
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
