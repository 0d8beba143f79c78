"""Why an order or a bag was called off, as the code that is kept and in words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CancelReason(models.TextChoices):
    """The reasons the house itself gives; a program may send words of its own."""

    CUSTOMER = "CUSTOMER", _("the customer wanted it no more")
    SHOP = "SHOP", _("called off by the shop")
    EXPIRED = "EXPIRED", _("not collected in time")
    NOT_FOUND = "NOT_FOUND", _("the goods were not found")
    NEEDED_HERE = "NEEDED_HERE", _("another place sends the goods")
    PAYMENT_DECLINED = "PAYMENT_DECLINED", _("the payment was declined")
    PAYMENT_UNCLEAR = "PAYMENT_UNCLEAR", _("nobody knows how the payment ended")


def reason_in_words(reason: str) -> str:
    """What people read of a kept reason."""
    known = dict(CancelReason.choices)
    return str(known.get(reason, reason))
