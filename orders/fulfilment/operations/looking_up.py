"""Finding and locking the bag somebody speaks of, and who may touch it."""

from datetime import datetime

from inventory.catalogue.queries import SkuNotFound, sku_by_gtin
from omniretail.kernel.actors import Actor, ActorKind
from orders.fulfilment.models import Fulfilment, FulfilmentLine
from orders.fulfilment.queries import FulfilmentNotFound
from orders.ordering.operations import lock_order
from stores.people.queries import require


def locked_fulfilment(number: str) -> Fulfilment:
    """The bag and its order, locked from the top of the floor order.

    Raises:
        FulfilmentNotFound: no bag has this number.
    """
    order_number = (
        Fulfilment.objects.filter(number=number)
        .values_list("order__number", flat=True)
        .first()
    )
    if order_number is None:
        raise FulfilmentNotFound(number=number)
    order = lock_order(order_number)
    fulfilment = Fulfilment.objects.select_related("store").locked().get(number=number)
    fulfilment.order = order
    return fulfilment


def staff_fulfilment(
    number: str, *, permission: str, by: Actor, at: datetime
) -> Fulfilment:
    """The locked bag, for somebody who may work on it where it stands.

    Raises:
        FulfilmentNotFound: no such bag, or it stands in another store.
    """
    fulfilment = locked_fulfilment(number)
    require(by, permission, fulfilment.store.code, at)
    if by.kind is ActorKind.STAFF and by.store != fulfilment.store.code:
        raise FulfilmentNotFound(number=number)
    return fulfilment


def locked_lines(fulfilment: Fulfilment) -> list[FulfilmentLine]:
    """The bag's lines; the bag itself is locked, so they cannot change meanwhile."""
    lines = FulfilmentLine.objects.filter(fulfilment=fulfilment)
    return list(lines.select_related("order_line__sku").order_by("order_line__position"))


def sku_of(code: str) -> str:
    """The SKU whose barcode or code was read."""
    try:
        return sku_by_gtin(code)
    except SkuNotFound:
        return code
