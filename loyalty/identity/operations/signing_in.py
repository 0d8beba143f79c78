"""Customers sign in with a code, and out again."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from loyalty.identity.models import Customer, CustomerToken, Identifier, LoginCode
from loyalty.identity.operations.codes import (
    SENDABLE,
    confirm,
    drop_claims,
    prove,
    use_up,
)
from loyalty.identity.operations.register import (
    attach,
    new_card,
    normal_form,
    open_customer,
)
from loyalty.identity.queries import CustomerCard, customer_card
from loyalty.identity.secrets import new_token, token_hash
from omniretail.kernel.actors import Actor
from omniretail.kernel.limits import limits


@dataclass(frozen=True)
class SignedIn:
    """A customer's new token, shown this once, and whether they are new here."""

    token: str
    ends_at: datetime
    customer: CustomerCard
    is_new: bool


def redeem_login_code(
    *,
    kind: str,
    value: str,
    code: str,
    at: datetime,
    channel: str = "SITE",
    language: str = "",
) -> SignedIn:
    """Sign in with a code; whoever proves a phone unknown to us becomes a customer.

    A try is counted in its own transaction, before the code is looked at, so no crash
    or race gives tries for free. Must not run inside another transaction.

    Raises:
        CodeRefused: wrong, ended, used or tried too often.
    """
    normal = normal_form(kind, value)
    proven = prove(LoginCode.Purpose.LOGIN, kind, normal, None, code, at)
    with transaction.atomic():
        use_up(proven, at)
        customer, is_new = _owner(kind, normal, channel, language, at)
        token = new_token()
        ends_at = at + limits().customer_token_life
        CustomerToken.objects.create(
            customer=customer, secret_hash=token_hash(token), created_at=at, ends_at=ends_at
        )
        return SignedIn(token, ends_at, customer_card(customer.number), is_new)


@transaction.atomic
def sign_out(*, token: str, by: Actor, at: datetime) -> None:
    """The token opens nothing any more."""
    del by
    CustomerToken.objects.filter(secret_hash=token_hash(token), revoked_at=None).update(
        revoked_at=at
    )


@transaction.atomic
def sign_out_everywhere(*, customer_number: str, by: Actor, at: datetime) -> int:
    """All of a customer's tokens open nothing any more; answers how many there were."""
    del by
    return CustomerToken.objects.filter(
        customer__number=customer_number, revoked_at=None
    ).update(revoked_at=at)


def _owner(
    kind: str, value: str, channel: str, language: str, at: datetime
) -> tuple[Customer, bool]:
    """Whose identifier it is. An unproven claim is honoured only where nothing else is
    proven, so that nobody can prepare a stranger's account to share."""
    LoginCode.objects.serialise(f"{kind}:{value}")
    proven = Identifier.objects.select_related("customer").filter(
        kind=kind, value=value, verified_at__isnull=False
    )
    if (found := proven.first()) is not None:
        return found.customer, False
    for claim in Identifier.objects.filter(kind=kind, value=value).order_by("-added_at"):
        customer = claim.customer
        others = customer.identifiers.filter(kind__in=SENDABLE, verified_at__isnull=False)
        if not others.exists() and customer.erased_at is None:
            confirm(claim, at)
            return customer, False
    customer = open_customer(
        first_name="",
        last_name="",
        language=language,
        birth_date=None,
        channel=channel,
        at=at,
    )
    attach(customer, kind, value, at=at, verified_at=at)
    attach(customer, Identifier.Kind.CARD, new_card(), at=at, verified_at=at)
    drop_claims(kind, value, customer)
    return customer, True
