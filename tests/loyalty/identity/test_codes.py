"""One-time codes and tokens."""

import re
from datetime import timedelta
from typing import Any

import pytest

from loyalty.identity import operations as op
from loyalty.identity.models import Customer, CustomerToken, Identifier, LoginCode
from loyalty.identity.queries import customer_of_token
from loyalty.messaging.models import Message
from loyalty.messaging.operations import send_due
from loyalty.messaging.queries import mailbox
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import limits
from tests.clock import NOON
from tests.factories.loyalty import CustomerFactory, IdentifierFactory
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
PHONE = "+79123456789"
WHO: dict[str, Any] = {"by": SYSTEM, "at": NOON}


def ask(value: str = PHONE, kind: str = "PHONE", address: str = "10.0.0.1") -> str:
    """Ask for a sign-in code and read it from the phone."""
    op.request_login_code(
        kind=kind, value=value, client_address=address, language="ru", at=NOON
    )
    return arrived(value)


def arrived(value: str) -> str:
    outbox.drain()
    send_due(at=NOON, limit=100)
    found = re.search(r"\b(\d{6})\b", mailbox(value)[0].body)
    assert found is not None
    return found.group(1)


def sign_in(code: str, value: str = PHONE, minutes: int = 0) -> op.SignedIn:
    return op.redeem_login_code(
        kind="PHONE", value=value, code=code, at=NOON + timedelta(minutes=minutes)
    )


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_signs_the_owner_of_the_phone_in() -> None:
    anna = IdentifierFactory.create(value=PHONE).customer
    signed_in = sign_in(ask())
    assert (signed_in.customer.number, signed_in.is_new) == (anna.number, False)
    card = customer_of_token(signed_in.token, NOON)
    assert card is not None
    assert card.number == anna.number


def test_whoever_proves_an_unknown_phone_becomes_a_customer() -> None:
    signed_in = sign_in(ask())
    assert signed_in.is_new
    assert signed_in.customer.phone == PHONE
    assert signed_in.customer.verified_kinds == {"PHONE", "CARD"}


def test_an_unproven_claim_is_proven_by_signing_in() -> None:
    claim = IdentifierFactory.create(value=PHONE, verified_at=None)
    assert sign_in(ask()).customer.number == claim.customer.number
    assert Identifier.objects.get(value=PHONE).verified_at == NOON


def test_nobody_can_prepare_a_strangers_account_to_share() -> None:
    thief = CustomerFactory.create()
    IdentifierFactory.create(customer=thief, kind="EMAIL", value="thief@example.com")
    IdentifierFactory.create(customer=thief, value=PHONE, verified_at=None)
    signed_in = sign_in(ask())
    assert signed_in.customer.number != thief.number
    assert not thief.identifiers.filter(kind="PHONE").exists()


def test_a_code_works_once() -> None:
    code = ask()
    sign_in(code)
    with pytest.raises(op.CodeRefused):
        sign_in(code)
    assert CustomerToken.objects.count() == 1


def test_a_code_ends_after_ten_minutes() -> None:
    code = ask()
    with pytest.raises(op.CodeRefused):
        sign_in(code, minutes=10)
    assert sign_in(code, minutes=9)


def test_five_wrong_tries_end_a_code() -> None:
    code = ask()
    left = []
    for _try in range(5):
        with pytest.raises(op.CodeRefused) as refusal:
            sign_in(wrong(code))
        left.append(refusal.value.facts["tries_left"])
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(op.CodeRefused):
        sign_in(code)


def test_a_code_is_bound_to_its_phone_and_purpose() -> None:
    code = ask()
    ask("+79160000002")
    with pytest.raises(op.CodeRefused):
        sign_in(code, "+79160000002")
    claim = IdentifierFactory.create(value=PHONE, verified_at=None)
    with pytest.raises(op.CodeRefused):
        op.verify_identifier(
            customer_number=claim.customer.number,
            kind="PHONE",
            value=PHONE,
            code=code,
            **WHO,
        )


def test_too_many_codes_for_one_phone_are_refused_known_or_not() -> None:
    for value in (PHONE, IdentifierFactory.create(value="+79160000003").value):
        for turn in range(limits().login_codes_per_identifier):
            ask(value, address=f"10.0.1.{turn}")
        with pytest.raises(op.TooManyCodes):
            ask(value, address="10.0.2.1")


def test_too_many_codes_from_one_address_are_refused() -> None:
    most = limits().login_codes_per_address
    for turn in range(most):
        op.request_login_code(
            kind="PHONE",
            value=f"+7912{turn:07d}",
            client_address="10.0.0.1",
            language="ru",
            at=NOON,
        )
    with pytest.raises(op.TooManyCodes):
        ask()
    assert ask(address="10.0.0.2")
    assert ask("+79160000009", address="")


def test_a_card_cannot_receive_a_code() -> None:
    with pytest.raises(op.CodeCannotBeSent):
        op.request_login_code(
            kind="CARD", value="2900000000018", client_address="", language="ru", at=NOON
        )


def test_a_clerk_verifies_the_phone_the_customer_reads_out() -> None:
    card = op.register_customer(first_name="Анна", phone=PHONE, channel="TABLET", **WHO)
    rival = IdentifierFactory.create(value=PHONE, verified_at=None)
    given: dict[str, Any] = {
        "customer_number": card.number,
        "kind": "PHONE",
        "value": "8 912 345 67 89",
    }
    op.request_verification(**given, **WHO)
    verified = op.verify_identifier(**given, code=arrived(PHONE), **WHO)
    assert "PHONE" in verified.verified_kinds
    assert not Identifier.objects.filter(pk=rival.pk).exists()
    assert "Назовите его сотруднику" in mailbox(PHONE)[0].body


def test_a_phone_of_another_customer_cannot_be_verified() -> None:
    card = op.register_customer(first_name="Анна", phone=PHONE, channel="SITE", **WHO)
    IdentifierFactory.create(value=PHONE)
    given: dict[str, Any] = {
        "customer_number": card.number,
        "kind": "PHONE",
        "value": PHONE,
    }
    with pytest.raises(op.IdentifierTaken):
        op.request_verification(**given, **WHO)
    with pytest.raises(op.NothingToConfirm):
        op.request_verification(**{**given, "value": "+79160000004"}, **WHO)


def test_signing_out_ends_a_token_and_everywhere_ends_all() -> None:
    first, second = sign_in(ask()), sign_in(ask())
    op.sign_out(token=first.token, **WHO)
    assert customer_of_token(first.token, NOON) is None
    assert customer_of_token(second.token, NOON) is not None
    number = second.customer.number
    assert op.sign_out_everywhere(customer_number=number, **WHO) == 1
    assert customer_of_token(second.token, NOON) is None


def test_a_token_ends_with_its_life_and_with_its_customer() -> None:
    token = sign_in(ask()).token
    later = NOON + limits().customer_token_life
    assert customer_of_token(token, later) is None
    Customer.objects.update(first_name="", last_name="", erased_at=NOON)
    assert customer_of_token(token, NOON) is None


def test_codes_and_tokens_stand_nowhere_in_clear() -> None:
    code = ask()
    sign_in(code)
    assert code not in Message.objects.get().body
    assert code not in str(LoginCode.objects.values().get())
    assert broken(only={"A4b"}) == set()
    Message.objects.update(body=f"Код: {code}")
    assert broken(only={"A4b"}) == {"A4b"}


def test_a_code_that_was_used_is_not_sent_any_more() -> None:
    code = ask()
    sign_in(code)
    op.request_login_code(
        kind="PHONE", value=PHONE, client_address="", language="ru", at=NOON
    )
    outbox.drain()
    LoginCode.objects.update(used_at=NOON)
    send_due(at=NOON, limit=10)
    assert Message.objects.latest("id").status == "PARKED"
