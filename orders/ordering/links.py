"""The signed link to one order: it opens that order's page, and nothing else."""

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from omniretail.kernel.limits import limits

_SALT = "orders.ordering.links"


def sign_number(number: str) -> str:
    """The text that proves that its holder was given this order's link."""
    return TimestampSigner(salt=_SALT, sep="~").sign(number)


def read_link(signed: str) -> str | None:
    """The order number a link stands for; None when it is forged or too old."""
    signer = TimestampSigner(salt=_SALT, sep="~")
    try:
        return str(signer.unsign(signed, max_age=limits().order_link_life))
    except BadSignature:
        return None


def order_link(number: str) -> str:
    """The path of the customer's page."""
    return reverse("customer-order", kwargs={"signed": sign_number(number)})


def order_url(number: str) -> str:
    """The whole address of the customer's page."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{order_link(number)}"
