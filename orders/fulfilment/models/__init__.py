"""Nouns of fulfilment and their laws."""

from orders.fulfilment.models.fulfilment import Fulfilment, FulfilmentQuerySet
from orders.fulfilment.models.line import FulfilmentLine, FulfilmentLineQuerySet
from orders.fulfilment.models.part import FulfilmentPart
from orders.fulfilment.models.serial import PickedSerial, PickedSerialQuerySet

__all__ = [
    "Fulfilment",
    "FulfilmentLine",
    "FulfilmentLineQuerySet",
    "FulfilmentPart",
    "FulfilmentQuerySet",
    "PickedSerial",
    "PickedSerialQuerySet",
]
