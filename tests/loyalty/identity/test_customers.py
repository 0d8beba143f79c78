"""Customers are registered, found and recognised."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from loyalty.identity import operations as op
from loyalty.identity.models import Customer, Identifier
from loyalty.identity.queries import (
    CustomerCard,
    CustomerNotFound,
    customer_card,
    customer_cards,
    customer_id,
    customer_of,
    find_customer,
    live_consents,
)
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import from_integrity
from omniretail.kernel.models import OutboxFact
from tests.clock import NOON
from tests.factories.loyalty import CustomerFactory, IdentifierFactory

pytestmark = pytest.mark.django_db
WHO: dict[str, Any] = {"by": SYSTEM, "at": NOON}


def register(**given: Any) -> CustomerCard:
    given = {"first_name": "Пётр", "last_name": "Ёлкин", "channel": "TABLET", **given}
    return op.register_customer(**given, **WHO)


def test_a_registered_customer_has_a_card_and_is_told_about() -> None:
    card = register(phone="8 912 345-67-89", email="Petr@Example.com")
    assert (card.phone, card.email) == ("+79123456789", "petr@example.com")
    assert card.card.startswith("29")
    assert card.short_name == "Пётр Ё."
    assert card.verified_kinds == {"CARD"}
    told = OutboxFact.objects.get(name="loyalty.customer_registered")
    assert told.payload["customer_number"] == card.number


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"phone": "1"}, op.NotAPhone),
        ({"email": "x"}, op.NotAnEmail),
        ({"card": "123"}, op.NotACard),
        ({"first_name": " ", "last_name": ""}, op.NameMissing),
    ],
)
def test_odd_input_is_refused(given: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        register(**given)


def test_a_proven_phone_belongs_to_one_customer() -> None:
    register(phone="+79123456789", verified=True)
    with pytest.raises(op.IdentifierTaken) as refusal:
        register(phone="8 912 345 67 89")
    assert refusal.value.field == "phone"


def test_an_unproven_phone_blocks_nobody() -> None:
    register(phone="+79123456789")
    owner = register(phone="+79123456789", verified=True)
    assert customer_of("PHONE", "+79123456789") == owner


def test_an_ambiguous_claim_recognises_nobody() -> None:
    register(phone="+79123456789")
    register(phone="+79123456789")
    assert customer_of("PHONE", "+79123456789") is None
    assert customer_of("PHONE", "+79990000000") is None


def test_a_second_card_is_one_more_of_the_same_customer() -> None:
    card = register()
    other = op.add_identifier(
        customer_number=card.number, kind="CARD", value="2900000000018", **WHO
    )
    cards = [one.value for one in other.identifiers if one.kind == "CARD"]
    assert len(cards) == 2
    assert other.card == card.card
    with pytest.raises(op.IdentifierTaken):
        register(card="2900000000018")


def test_the_loser_of_a_race_for_a_phone_reads_the_same_refusal() -> None:
    IdentifierFactory.create(value="+79123456789")
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        IdentifierFactory.create(value="+79123456789")
    assert isinstance(from_integrity(error.value), op.IdentifierTaken)


@pytest.mark.parametrize(
    "text",
    [
        "8 (912) 345-67-89",
        "petr@EXAMPLE.com",
        "елкин",
        "Пётр ёл",
        "ёЛкИн петр",
    ],
)
def test_customers_are_found_by_whatever_is_at_hand(text: str) -> None:
    wanted = register(phone="+79123456789", email="petr@example.com")
    register(first_name="Анна", last_name="Королёва", phone="+79160000001")
    assert [card.number for card in find_customer(text)] == [wanted.number]
    assert [c.number for c in find_customer(wanted.card)] == [wanted.number]
    assert [c.number for c in find_customer(wanted.number.lower())] == [wanted.number]


def test_whole_names_come_before_names_that_contain_the_words() -> None:
    names = [("Жанна", "Аверина"), ("Аннабель", "Белова"), ("Анна", "Яшина")]
    for number, (first, last) in enumerate(names):
        register(first_name=first, last_name=last, phone=f"+7916000000{number}")
    found = [card.name for card in find_customer("анна")]
    assert found == ["Анна Яшина", "Аннабель Белова", "Жанна Аверина"]


def test_a_number_without_digits_is_still_a_number() -> None:
    wanted = CustomerFactory.create(number="C-ABCD-EFGH")
    assert [card.number for card in find_customer("c-abcd-efgh")] == [wanted.number]


@pytest.mark.parametrize("text", ["", "  ", "нет такого", "+79990001122", "x@y", "%", "_"])
def test_what_is_not_there_is_not_found(text: str) -> None:
    register()
    assert find_customer(text) == []


def test_a_change_leaves_what_is_not_named() -> None:
    card = register()
    changed = op.change_customer(customer_number=card.number, first_name="Павел", **WHO)
    assert changed.name == "Павел Ёлкин"
    with pytest.raises(op.NameMissing):
        op.change_customer(customer_number=card.number, first_name="", last_name="", **WHO)


def test_consents_are_given_once_and_taken_back() -> None:
    card = register()
    given: dict[str, Any] = {
        "customer_number": card.number,
        "purpose": "MARKETING",
        "channel": "SMS",
    }
    op.record_consent(**given, source="till", **WHO)
    (consent,) = op.record_consent(**given, source="site", **WHO)
    assert consent.source == "till"
    assert op.withdraw_consent(**given, **WHO) == []
    assert len(op.record_consent(**given, source="site", **WHO)) == 1
    assert live_consents(card.number)[0].source == "site"


def test_a_customer_who_asked_to_be_forgotten_is_gone() -> None:
    gone = CustomerFactory.create(first_name="", last_name="", erased_at=NOON)
    for ask in (customer_card, customer_id):
        with pytest.raises(CustomerNotFound):
            ask(gone.number)
    assert customer_cards([gone.number]) == {}


def test_the_database_keeps_identifiers_in_their_normal_form() -> None:
    customer = CustomerFactory.create()
    for kind, value in [("PHONE", "8912"), ("CARD", "46"), ("EMAIL", "A@b.c")]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Identifier.objects.create(
                customer=customer, kind=kind, value=value, added_at=NOON
            )


def test_an_erased_customer_keeps_no_name() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=CustomerFactory.create().pk).update(erased_at=NOON)
