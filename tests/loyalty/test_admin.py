"""The loyalty floor in the admin."""

import pytest
from django.test import Client
from django.urls import reverse

from loyalty import models as nouns
from loyalty.identity.models import Customer, CustomerToken
from loyalty.messaging.models import Message
from omniretail.kernel.models import AuditEntry, User
from tests.clock import NOON
from tests.loyalty.conftest import Grant
from tests.loyalty.messaging.test_sending import message as message

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss", "secret"))
    return client


@pytest.mark.parametrize("noun", nouns.__all__)
def test_every_noun_can_be_found_and_none_edited(
    boss: Client, anna: Customer, grant: Grant, message: Message, noun: str
) -> None:
    grant(100)
    place = f"admin:loyalty_{noun.lower()}"
    shown = boss.get(reverse(f"{place}_changelist"), {"q": "a"})
    assert shown.status_code == 200
    assert boss.get(reverse(f"{place}_add")).status_code == 403


def test_a_customer_is_read_and_signed_out_everywhere(boss: Client, anna: Customer) -> None:
    CustomerToken.objects.create(
        customer=anna, secret_hash="0" * 64, created_at=NOON, ends_at=NOON.replace(2099)
    )
    assert boss.get(reverse("admin:loyalty_customer_change", args=[anna.pk])).status_code
    boss.post(reverse("admin:loyalty_customer_sign_out", args=[anna.pk]))
    assert CustomerToken.objects.get().revoked_at is not None
    assert AuditEntry.objects.filter(subject=f"customer:{anna.number}").exists()


def test_a_message_given_up_is_tried_again_from_the_admin(
    boss: Client, message: Message
) -> None:
    Message.objects.update(status="PARKED", reason="no connection")
    boss.post(
        reverse("admin:loyalty_message_changelist"),
        {"action": "retry", "_selected_action": [message.pk]},
    )
    assert Message.objects.get().status == "QUEUED"


def test_hashes_are_not_shown(boss: Client, anna: Customer) -> None:
    token = CustomerToken.objects.create(
        customer=anna, secret_hash="ab" * 32, created_at=NOON, ends_at=NOON.replace(2099)
    )
    page = boss.get(reverse("admin:loyalty_customertoken_change", args=[token.pk]))
    assert "ab" * 32 not in page.content.decode()
