"""The customer on the tablet."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from loyalty.identity.models import Customer, Identifier
from loyalty.identity.operations import record_consent
from loyalty.identity.queries import find_customer, live_consents
from loyalty.identity.scanning import resolve_card
from loyalty.messaging.operations import send_due
from loyalty.messaging.queries import mailbox
from omniretail.kernel import clock, outbox
from omniretail.kernel.actors import SYSTEM
from stores.people.staff import StaffMember
from tests.clock import NOON
from tests.factories.loyalty import IdentifierFactory
from tests.factories.stores import StoreFactory
from tests.loyalty.conftest import Grant
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db
PHONE = "+79123456789"


@pytest.fixture
def clerk(client: Client) -> StaffMember:
    return sign_in_tablet(client, store=StoreFactory())


def post(client: Client, name: str, *args: str, **fields: str) -> Any:
    return client.post(reverse(name, args=args), fields, follow=True)


def code_at(address: str) -> str:
    outbox.drain()
    send_due(at=clock.now(), limit=10)
    return "".join(ch for ch in mailbox(address)[0].body if ch.isdigit())[:6]


def test_a_clerk_registers_a_customer_and_confirms_the_phone(
    client: Client, clerk: StaffMember
) -> None:
    shown = post(
        client,
        "tablet-customer-register",
        first_name="Анна",
        phone="8 912 345 67 89",
        offers="1",
    )
    (card,) = find_customer(PHONE)
    assert "Code sent to +7 912 345-67-89" in shown.content.decode()
    assert [one.channel for one in live_consents(card.number)] == ["SMS"]
    proof = {"value": PHONE, "next": reverse("tablet-customer", args=[card.number])}
    wrong = post(client, "tablet-customer-verify", card.number, code="00000x", **proof)
    assert "This code is wrong" in wrong.content.decode()
    done = post(
        client, "tablet-customer-verify", card.number, value=PHONE, code=code_at(PHONE)
    )
    assert "Not confirmed" not in done.content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"first_name": ""}, "This field is required."),
        ({"first_name": "Анна", "phone": "12"}, "This is not a phone number."),
        ({"first_name": "А\x00"}, "not allowed"),
        ({"first_name": "А" * 101}, "at most 100"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(
    client: Client, clerk: StaffMember, fields: dict[str, str], words: str
) -> None:
    shown = post(client, "tablet-customer-register", **fields)
    assert shown.status_code == 422
    assert words in shown.content.decode()
    assert not Customer.objects.exists()


def test_customers_are_found_and_shown(
    client: Client, clerk: StaffMember, anna: Customer, grant: Grant
) -> None:
    grant(1500)
    rows = client.get(
        reverse("tablet-customers"), {"q": "коро"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert anna.number in rows
    assert "<html" not in rows
    page = client.get(reverse("tablet-customer", args=[anna.number])).content.decode()
    assert "Анна Королёва" in page
    assert "1,500" in page
    assert client.get(reverse("tablet-customer", args=["C-NONE"])).status_code == 404
    nobody = client.get(reverse("tablet-customers"), {"q": "\ufdd0"}).content.decode()
    assert "Nobody is known by that" in nobody


def test_a_new_customer_begins_with_what_was_searched_for(
    client: Client, clerk: StaffMember
) -> None:
    for text, value in [("пётр ёлкин", "Пётр"), ("8912", "8912"), ("a@b.cc", "a@b.cc")]:
        page = client.get(reverse("tablet-customer-new"), {"q": text}).content.decode()
        assert f'value="{value}"' in page


def test_a_scanned_card_leads_to_its_customer(clerk: StaffMember, anna: Customer) -> None:
    card = "2900000000018"
    assert resolve_card(card, clerk) == f"{reverse('tablet-customers')}?q={card}"
    IdentifierFactory.create(customer=anna, kind="CARD", value=card)
    assert resolve_card(card, clerk) == reverse("tablet-customer", args=[anna.number])
    assert resolve_card("4600000000008", clerk) is None


def test_a_card_and_an_email_are_added(
    client: Client, clerk: StaffMember, anna: Customer
) -> None:
    for value in ("2900000000018", "anna@example.com"):
        post(client, "tablet-customer-add", anna.number, value=value)
    assert set(anna.identifiers.values_list("kind", flat=True)) == {
        "PHONE",
        "CARD",
        "EMAIL",
    }
    post(client, "tablet-customer-send-code", anna.number, value="anna@example.com")
    code = code_at("anna@example.com")
    post(
        client,
        "tablet-customer-verify",
        anna.number,
        value="anna@example.com",
        code=code,
    )
    assert not Identifier.objects.filter(verified_at=None).exists()


def test_offers_are_stopped_and_wanted_again(
    client: Client, clerk: StaffMember, anna: Customer
) -> None:
    record_consent(
        customer_number=anna.number,
        purpose="MARKETING",
        channel="SMS",
        source="site",
        by=SYSTEM,
        at=NOON,
    )
    post(client, "tablet-customer-offers", anna.number)
    assert live_consents(anna.number) == []
    post(client, "tablet-customer-offers", anna.number, wanted="1")
    assert len(live_consents(anna.number)) == 1


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ("/tablet/customers/", "/tablet/find/"),
        ("/tablet/customers/new/", "/tablet/find/"),
        ("/tablet/customers/C-1/", "/tablet/find/"),
        ("/tablet/stock/", "/tablet/stock/"),
    ],
)
def test_a_customer_belongs_to_what_one_finds(
    client: Client, clerk: StaffMember, page: str, place: str
) -> None:
    shown = client.get(page).content.decode()
    (marked,) = re.findall(r'rail__place" href="([^"]*)" aria-current="page"', shown)
    assert marked == place
