"""One-time codes prove who holds a phone or an e-mail."""

from datetime import datetime

from django.db import transaction

from loyalty.identity.models import Customer, Identifier, LoginCode
from loyalty.identity.operations.register import (
    lock_customer,
    normal_form,
    refuse_foreign,
)
from loyalty.identity.queries import CustomerCard, customer_card
from loyalty.identity.secrets import code_for, code_hash, same
from omniretail.contracts.loyalty import OneTimeCodeRequested
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import random_code
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits

SENDABLE = (Identifier.Kind.PHONE, Identifier.Kind.EMAIL)


class CodeRefused(DomainError):
    """This code is wrong or has ended. Ask for a new one if it does not work again."""


class TooManyCodes(DomainError):
    """Too many codes were asked for. Try again later."""


class CodeCannotBeSent(DomainError):
    """A code can be sent to a phone or an e-mail only."""


class NothingToConfirm(DomainError):
    """The customer has not given this phone or e-mail."""

    kind = Kind.MISSING


@transaction.atomic
def request_login_code(
    *, kind: str, value: str, client_address: str, language: str, at: datetime
) -> datetime:
    """Send a sign-in code to a phone or e-mail; answers until when it works.

    The answer is the same whether a customer is known by it or not. `client_address`
    is empty for a trusted program, which is not limited by address.

    Raises:
        CodeCannotBeSent, NotAPhone, NotAnEmail: there is nowhere to send it.
        TooManyCodes: this identifier or this address asked too often.
    """
    code = _open_code(
        LoginCode.Purpose.LOGIN, kind, value, None, client_address=client_address, at=at
    )
    _tell(code, language, None)
    return code.ends_at


@transaction.atomic
def request_verification(
    *, customer_number: str, kind: str, value: str, by: Actor, at: datetime
) -> datetime:
    """Send a code that confirms a customer's phone or e-mail; answers until when it works.

    Raises:
        CustomerNotFound: no customer has this number.
        NothingToConfirm: the customer has not given it.
        IdentifierTaken: another customer proved to hold it.
        TooManyCodes: this identifier asked too often.
    """
    del by
    customer = lock_customer(customer_number)
    claim = _claim(customer, kind, value)
    refuse_foreign(customer, kind, claim.value)
    code = _open_code(LoginCode.Purpose.VERIFY, kind, claim.value, customer, at=at)
    _tell(code, customer.language, customer.number)
    return code.ends_at


def verify_identifier(
    *, customer_number: str, kind: str, value: str, code: str, by: Actor, at: datetime
) -> CustomerCard:
    """The customer read out the code that was sent: the phone or e-mail is theirs.

    Claims of others on it end. Must not run inside another transaction.

    Raises:
        CodeRefused: wrong, ended, used or tried too often.
        IdentifierTaken: another customer was faster.
        NothingToConfirm, CustomerNotFound: there is nothing to confirm.
    """
    del by
    normal = normal_form(kind, value)
    proven = prove(LoginCode.Purpose.VERIFY, kind, normal, customer_number, code, at)
    with transaction.atomic():
        use_up(proven, at)
        customer = lock_customer(customer_number)
        refuse_foreign(customer, kind, normal)
        confirm(_claim(customer, kind, normal), at)
        return customer_card(customer_number)


def clear_code(key: str) -> str | None:
    """The digits of a code that may still be used, for the message that carries them."""
    code = LoginCode.objects.filter(key=key, used_at=None).first()
    return None if code is None else code_for(code.key, bound_to(code))


def bound_to(code: LoginCode) -> str:
    """Whom and what a code proves, as part of what is hashed."""
    return f"{code.purpose}|{code.kind}|{code.value}|{code.customer_id or ''}"


def _open_code(
    purpose: str,
    kind: str,
    value: str,
    customer: Customer | None,
    *,
    at: datetime,
    client_address: str = "",
) -> LoginCode:
    if kind not in SENDABLE:
        raise CodeCannotBeSent(field="kind")
    normal = normal_form(kind, value)
    LoginCode.objects.serialise(f"{kind}:{normal}")
    _refuse_flood(kind, normal, client_address, at)
    code = LoginCode(
        key=random_code(16),
        purpose=purpose,
        customer=customer,
        kind=kind,
        value=normal,
        client_address=client_address,
        requested_at=at,
        ends_at=at + limits().login_code_life,
    )
    digits = code_for(code.key, bound_to(code))
    code.code_hash = code_hash(digits, code.key, bound_to(code))
    code.save(force_insert=True)
    return code


def _refuse_flood(kind: str, value: str, client_address: str, at: datetime) -> None:
    since = at - limits().login_code_window
    recent = LoginCode.objects.filter(requested_at__gt=since)
    asked = recent.filter(kind=kind, value=value).count()
    if asked >= limits().login_codes_per_identifier:
        raise TooManyCodes
    if not client_address:
        return
    asked = recent.filter(client_address=client_address).count()
    if asked >= limits().login_codes_per_address:
        raise TooManyCodes


def _tell(code: LoginCode, language: str, customer_number: str | None) -> None:
    outbox.publish(
        OneTimeCodeRequested(
            code_key=code.key,
            purpose=code.purpose,
            kind=code.kind,
            value=code.value,
            language=language,
            customer_number=customer_number,
            occurred_at=code.requested_at,
        )
    )


def prove(
    purpose: str,
    kind: str,
    value: str,
    customer_number: str | None,
    digits: str,
    at: datetime,
) -> LoginCode:
    """The newest code for an identifier, if these are its digits; counts the try.

    Raises:
        CodeRefused: they are not, or it has ended, was used or tried too often.
    """
    most = limits().login_code_tries
    codes = LoginCode.objects.usable(at, most).filter(
        purpose=purpose, kind=kind, value=value
    )
    if customer_number is not None:
        codes = codes.filter(customer__number=customer_number)
    code = codes.order_by("-requested_at", "-id").first()
    if code is None:
        raise CodeRefused(field="code")
    with transaction.atomic(durable=True):
        if not LoginCode.objects.filter(pk=code.pk).spend_try(at, most):
            raise CodeRefused(field="code")
    if not same(code_hash(digits.strip(), code.key, bound_to(code)), code.code_hash):
        raise CodeRefused(field="code", tries_left=max(0, most - code.tries - 1))
    return code


def use_up(code: LoginCode, at: datetime) -> None:
    """A code works once.

    Raises:
        CodeRefused: somebody was faster.
    """
    if not LoginCode.objects.filter(pk=code.pk).use(at):
        raise CodeRefused(field="code")


def _claim(customer: Customer, kind: str, value: str) -> Identifier:
    normal = normal_form(kind, value)
    claim = customer.identifiers.filter(kind=kind, value=normal).first()
    if claim is None:
        raise NothingToConfirm(field=kind.lower())
    return claim


def confirm(claim: Identifier, at: datetime) -> None:
    """The claim is proven; other people's claims on the same value end."""
    if claim.verified_at is None:
        claim.verified_at = at
        claim.save(update_fields=["verified_at"])
    drop_claims(claim.kind, claim.value, claim.customer)


def drop_claims(kind: str, value: str, owner: Customer) -> None:
    """Others who claimed what the owner proved to hold lose their claim."""
    claims = Identifier.objects.filter(kind=kind, value=value, verified_at=None)
    claims.exclude(customer=owner).delete()
