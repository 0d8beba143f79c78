"""A scanned loyalty card leads to its customer."""

from urllib.parse import urlencode

from django.urls import reverse

from loyalty.identity import identifiers
from loyalty.identity.queries import customer_of
from stores.people.roles import CUSTOMERS_LOOK
from stores.people.staff import StaffMember


def resolve_card(code: str, staff: StaffMember) -> str | None:
    """The page of the card's owner; for a card nobody has yet, the search that offers
    to register one."""
    card = identifiers.card(code)
    if card is None or not staff.may(CUSTOMERS_LOOK):
        return None
    owner = customer_of("CARD", card)
    if owner is None:
        return f"{reverse('tablet-customers')}?{urlencode({'q': card})}"
    return reverse("tablet-customer", args=[owner.number])
