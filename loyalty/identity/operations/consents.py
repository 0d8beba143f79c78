"""Customers say what they want to hear from us, and take it back."""

from datetime import datetime

from django.db import transaction

from loyalty.identity.models import Consent
from loyalty.identity.operations.register import lock_customer
from loyalty.identity.queries import ConsentCard, live_consents
from omniretail.kernel.actors import Actor


@transaction.atomic
def record_consent(
    *,
    customer_number: str,
    purpose: str,
    channel: str,
    source: str,
    by: Actor,
    at: datetime,
) -> list[ConsentCard]:
    """The customer allows messages of a purpose by a channel; `source` says where they
    said so. One already in force stays as it was given.

    Raises:
        CustomerNotFound: no customer has this number.
    """
    del by
    customer = lock_customer(customer_number)
    Consent.objects.get_or_create(
        customer=customer,
        purpose=purpose,
        channel=channel,
        withdrawn_at=None,
        defaults={"source": source, "granted_at": at},
    )
    return live_consents(customer_number)


@transaction.atomic
def withdraw_consent(
    *, customer_number: str, purpose: str, channel: str, by: Actor, at: datetime
) -> list[ConsentCard]:
    """The customer takes a consent back; nothing happens if there was none.

    Raises:
        CustomerNotFound: no customer has this number.
    """
    del by
    customer = lock_customer(customer_number)
    Consent.objects.filter(
        customer=customer, purpose=purpose, channel=channel, withdrawn_at=None
    ).update(withdrawn_at=at)
    return live_consents(customer_number)
