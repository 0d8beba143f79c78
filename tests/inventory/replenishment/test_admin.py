"""Replenishment in the admin: buttons call operations."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import Proposal, PurchaseOrder, StockWait
from inventory.selling.operations import record_lost_demand
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import User
from tests.clock import NOON
from tests.inventory.replenishment.given import (
    numbers,
    policy,
    proposed,
    selling,
    sold,
    supplier,
    waits,
    watched,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def head_office() -> Client:
    """Somebody who may do everything, in a chain where something is to decide."""
    client = Client()
    client.force_login(User.objects.create_superuser("boss", password="x"))
    policy(supplier_code=supplier())
    selling(2, 10, days=28)
    watched()
    proposed()
    sold(10, at=NOON)
    watched()
    waits()
    demand: dict[str, Any] = {"sku_code": "S-1", "store_code": "msk-1", "session": "cart-1"}
    record_lost_demand(**demand, channel="SITE", by=SYSTEM, at=NOON)
    return client


def press(client: Client, model: str, button: str, keys: list[int]) -> str:
    place = reverse(f"admin:inventory_{model}_changelist")
    form: dict[str, Any] = {"action": button, "_selected_action": keys}
    return client.post(place, form, follow=True).content.decode()


@pytest.mark.parametrize(
    "model",
    ["proposal", "reorderpolicy", "velocity", "shelfstate", "stockwait", "lostdemand"],
)
def test_every_list_shows_its_rows(head_office: Client, model: str) -> None:
    answer = head_office.get(reverse(f"admin:inventory_{model}_changelist"))
    assert answer.status_code == 200
    words = answer.content.decode()
    assert "S-1" in words or "all" in words


def test_the_reason_stands_beside_the_proposal(head_office: Client) -> None:
    answer = head_office.get(reverse("admin:inventory_proposal_changelist"))
    assert "day" in answer.content.decode()


def test_proposals_are_accepted_and_dismissed(head_office: Client) -> None:
    keys = list(Proposal.objects.open().values_list("pk", flat=True))
    assert numbers()
    press(head_office, "proposal", "accept", keys)
    assert PurchaseOrder.objects.get().number == Proposal.objects.get(pk=keys[0]).document
    press(head_office, "proposal", "dismiss", keys)
    assert Proposal.objects.get(pk=keys[0]).status == "ACCEPTED"


def test_a_wait_is_called_off(head_office: Client) -> None:
    wait = StockWait.objects.get()
    press(head_office, "stockwait", "cancel", [wait.pk])
    wait.refresh_from_db()
    assert wait.status == "CANCELLED"
