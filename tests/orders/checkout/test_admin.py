"""Orders and their money in the admin."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from omniretail.kernel.models import AuditEntry, User
from omniretail.kernel.money import Money
from orders.models import (
    Cart,
    Fulfilment,
    Order,
    OrderLine,
    PaymentRequest,
    SandboxCall,
    SandboxCharge,
    SourcingDecision,
    Tender,
    TenderEntry,
)
from orders.payments.operations import want_capture
from tests import given
from tests.clock import NOON

pytestmark = pytest.mark.django_db
MODELS = [
    Cart,
    Fulfilment,
    Order,
    OrderLine,
    PaymentRequest,
    SandboxCall,
    SandboxCharge,
    SourcingDecision,
    Tender,
    TenderEntry,
]


@pytest.fixture
def office(client: Client) -> Client:
    """Somebody at the admin, and an order to look at."""
    given.goods(5)
    given.a_placed_order()
    client.force_login(User.objects.create_superuser("office", password="x"))
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_room_opens(office: Client, model: type[Order]) -> None:
    name = f"admin:orders_{model._meta.model_name}"
    assert office.get(reverse(f"{name}_changelist"), {"q": "R-"}).status_code == 200
    row = model._default_manager.first()
    assert row is not None
    assert office.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    assert office.get(reverse(f"{name}_add")).status_code == 403


def test_an_order_shows_its_steps(office: Client) -> None:
    order = Order.objects.get()
    page = office.get(reverse("admin:orders_order_change", args=[order.pk]))
    for status in (Order.Status.PENDING, Order.Status.PLACED):
        assert f"· {status.label}" in page.content.decode()


@pytest.mark.parametrize("model", [Order, OrderLine, Tender, TenderEntry, SandboxCharge])
def test_amounts_are_grouped_and_bear_their_currency(
    office: Client, model: type[Order]
) -> None:
    name = f"admin:orders_{model._meta.model_name}"
    row = model._default_manager.first()
    assert row is not None
    for place in (reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[row.pk])):
        page = office.get(place, headers={"Accept-Language": "ru"}).content.decode()
        assert re.search(r'<span class="money">\d\xa0\d{3},\d\d\xa0₽</span>', page), place


def test_amounts_beside_their_order_are_written_alike(office: Client) -> None:
    place = reverse("admin:orders_order_change", args=[Order.objects.get().pk])
    page = office.get(place, headers={"Accept-Language": "ru"}).content.decode()
    for one in (OrderLine.objects.get().net_amount, Tender.objects.get().amount):
        words = f'<span class="money">{Money(one, "RUB").format("ru")}</span>'
        assert page.count(words) >= 3, "of the order, of its line, of its tender"
    assert not re.search(r">\s*\d{4,},\d\d\s*<", page)


def press(office: Client, model: type[Order], action: str, pk: int) -> None:
    place = reverse(f"admin:orders_{model._meta.model_name}_changelist")
    answer = office.post(place, {"action": action, "_selected_action": [pk]}, follow=True)
    assert answer.status_code == 200


def test_the_button_cancels_and_writes_down_who(office: Client) -> None:
    order = Order.objects.get()

    press(office, Order, "cancel", order.pk)

    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("CANCELLED", "SHOP")
    entry = AuditEntry.objects.get(action="orders.cancel")
    assert (entry.actor_kind, entry.actor_key) == ("admin", "office")


def test_why_it_was_called_off_is_said_in_words(office: Client) -> None:
    order = Order.objects.get()
    press(office, Order, "cancel", order.pk)
    bag = Fulfilment.objects.get()

    for row in (order, bag):
        address = f"admin:orders_{row._meta.model_name}_change"
        page = office.get(reverse(address, args=[row.pk])).content.decode()
        assert "отменил магазин" in page
        assert ">SHOP<" not in page


def test_a_refused_capture_is_asked_again(office: Client) -> None:
    order = Order.objects.get()
    want_capture(order=order, amount=order.total_amount, reference="F-1", at=NOON)
    SandboxCharge.objects.update(voided_amount=order.total_amount)
    given.settled_payments()
    SandboxCharge.objects.update(voided_amount=0)
    refused = PaymentRequest.objects.get(status="REFUSED")

    press(office, PaymentRequest, "ask_once_more", refused.pk)  # type: ignore[arg-type]

    given.settled_payments()
    assert Tender.objects.get().captured_amount == order.total_amount
