import pytest
from django.test import Client

from omniretail.kernel import clock
from omniretail.kernel.models import User
from orders.returns.operations import return_order
from tests.factories.fulfilment import (
    Ordered,
    Town,
    bag_of,
    code_of,
    collected,
    placed_order,
    ready,
)


@pytest.fixture
def admin(client: Client, shops: Town) -> Client:
    client.force_login(User.objects.create_superuser("boss", "secret", language="en"))
    client.cookies["django_language"] = "en"
    return client


def test_bags_and_returns_are_found_and_read(admin: Client, shops: Town) -> None:
    now = clock.now()
    order = placed_order([Ordered("PHONE", 1, "tverskaya")], at=now)
    bag = collected(bag_of(order), shops.clerk("tverskaya"), at=now)
    record = return_order(
        order_number=order.number, store_code="arbat", by=shops.clerk("arbat"), at=now
    )
    for table, pk, text in (
        ("fulfilment", bag.pk, bag.number),
        ("return", record.pk, record.number),
        ("fulfilmentline", bag.lines.get().pk, bag.number),
        ("returnline", record.lines.get().pk, record.number),
        ("possale", None, ""),
        ("pickedserial", None, "SN-1"),
    ):
        listed = admin.get(f"/admin/orders/{table}/", {"q": text})
        assert listed.status_code == 200
        assert text in listed.content.decode()
        if pk:
            shown = admin.get(f"/admin/orders/{table}/{pk}/change/")
            assert shown.status_code == 200


def test_a_button_issues_a_new_code(admin: Client, shops: Town) -> None:
    now = clock.now()
    order = placed_order([Ordered("PHONE", 1, "tverskaya")], at=now)
    bag = ready(bag_of(order), shops.clerk("tverskaya"), at=now)
    old = code_of(order)
    answer = admin.post(
        "/admin/orders/fulfilment/",
        {"action": "new_code", "_selected_action": [bag.pk]},
        follow=True,
    )
    assert "has a new code" in answer.content.decode()
    assert code_of(order) != old
