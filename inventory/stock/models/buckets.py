"""Where units can be."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Bucket(models.TextChoices):
    """Where units are; a movement takes them from one bucket to another.

    What is on hand may be sold. A display sample, what waits for a check, what is
    damaged and what is put aside for a customer lie in the place as well, each in a
    column of its level. Goods in transit belong to their transfer. The supplier, the
    customer and shrinkage are outside.
    """

    SUPPLIER = "SUPPLIER", _("supplier")
    ON_HAND = "ON_HAND", _("on hand")
    DISPLAY = "DISPLAY", _("display sample")
    QUARANTINE = "QUARANTINE", _("quarantine")
    DAMAGED = "DAMAGED", _("damaged")
    CUSTOMER_HOLD = "CUSTOMER_HOLD", _("put aside for a customer")
    IN_TRANSIT = "IN_TRANSIT", _("in transit")
    CUSTOMER = "CUSTOMER", _("customer")
    SHRINKAGE = "SHRINKAGE", _("shrinkage")


SHELVES: dict[str, str] = {
    Bucket.ON_HAND: "on_hand",
    Bucket.DISPLAY: "display",
    Bucket.QUARANTINE: "quarantine",
    Bucket.DAMAGED: "damaged",
    Bucket.CUSTOMER_HOLD: "customer_hold",
}
"""The buckets that lie in a place, each with the column of its level."""
