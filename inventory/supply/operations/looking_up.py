"""Finding and locking the document somebody speaks of, and who may touch it."""

from collections.abc import Sequence
from datetime import datetime

from inventory.catalogue.queries import KitHasNoStock, SkuNotFound, sku_keys
from inventory.stock.demand import is_quantity
from inventory.stock.operations import QuantityOutOfRange
from inventory.supply.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    ShipNotice,
    Transfer,
    TransferLine,
)
from inventory.supply.quantities import Counted, Wanted, wanted_units
from inventory.supply.queries import (
    PurchaseOrderNotFound,
    ShipNoticeNotFound,
    TransferNotFound,
)
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.errors import DomainError
from stores.people.queries import require


class NothingListed(DomainError):
    """Name at least one article and how many of it."""


def locked_transfer(
    number: str, *, ends: Sequence[str], permission: str, by: Actor, at: datetime
) -> Transfer:
    """The transfer, locked, for somebody who may act at one of these of its ends
    ("source", "target").

    Raises:
        TransferNotFound: no such transfer, or it does not concern the actor's place.
        NotYourRole: works there, in a role that does not allow it.
    """
    rows = Transfer.objects.filter(number=number).select_related("source", "target")
    transfer = rows.locked().first()
    if transfer is None:
        raise TransferNotFound(number=number)
    stores = [getattr(transfer, end).code for end in ends]
    if by.kind is ActorKind.STAFF and by.store not in stores:
        if by.store in (transfer.source.code, transfer.target.code):
            raise WrongEnd(number=number, ends=list(ends))
        raise TransferNotFound(number=number)
    own = [code for code in stores if code == by.store]
    require(by, permission, (own or stores)[0], at)
    return transfer


class WrongEnd(DomainError):
    """The other place does this, not yours."""


def locked_order(number: str, *, permission: str, by: Actor, at: datetime) -> PurchaseOrder:
    """The order to a supplier, locked, for somebody who may act where it goes.

    Raises:
        PurchaseOrderNotFound: no such order, or it goes to another place.
    """
    rows = PurchaseOrder.objects.filter(number=number).select_related("store", "supplier")
    order = rows.locked().first()
    if order is None:
        raise PurchaseOrderNotFound(number=number)
    if (
        by.kind is ActorKind.STAFF
        and by.store != order.store.code
        and _is_bound(permission)
    ):
        raise PurchaseOrderNotFound(number=number)
    require(by, permission, order.store.code, at)
    return order


def locked_notice(
    number: str, *, permission: str, by: Actor, at: datetime
) -> tuple[PurchaseOrder, ShipNotice]:
    """The announced delivery and its order, locked from the top.

    Raises:
        ShipNoticeNotFound: no such delivery, or it goes to another place.
    """
    known = ShipNotice.objects.filter(number=number).values_list("order__number").first()
    if known is None:
        raise ShipNoticeNotFound(number=number)
    try:
        order = locked_order(known[0], permission=permission, by=by, at=at)
    except PurchaseOrderNotFound:
        raise ShipNoticeNotFound(number=number) from None
    return order, ShipNotice.objects.locked().get(number=number)


def lines_of(transfer: Transfer) -> list[TransferLine]:
    """The lines, locked; their document is locked before."""
    rows = TransferLine.objects.filter(transfer=transfer).select_related("sku")
    return list(rows.locked())


def order_lines_of(order: PurchaseOrder) -> list[PurchaseOrderLine]:
    """The lines, locked; their document is locked before."""
    rows = PurchaseOrderLine.objects.filter(order=order).select_related("sku")
    return list(rows.locked())


def checked(lines: Sequence[Wanted | Counted]) -> dict[str, int]:
    """The keys of the SKUs on the lines.

    Raises:
        NothingListed: there are no lines.
        QuantityOutOfRange: nobody can mean that many.
        SkuNotFound: the catalogue does not have one of them.
        KitHasNoStock: kits do not travel, their parts do.
    """
    if not lines:
        raise NothingListed(field="lines")
    for index, line in enumerate(lines):
        if not is_quantity(line.quantity):
            raise QuantityOutOfRange(field=f"lines/{index}/quantity")
    sums = wanted_units(Wanted(line.sku_code, line.quantity) for line in lines)
    known = sku_keys(list(sums))
    for index, line in enumerate(lines):
        if line.sku_code not in known:
            raise SkuNotFound(field=f"lines/{index}/sku", sku=line.sku_code)
        if known[line.sku_code].is_kit:
            raise KitHasNoStock(field=f"lines/{index}/sku", sku=line.sku_code)
        if not is_quantity(sums[line.sku_code]):
            raise QuantityOutOfRange(field=f"lines/{index}/quantity")
    return {code: key.id for code, key in known.items()}


def _is_bound(permission: str) -> bool:
    """Head office orders for every place from wherever it sits; the others act at
    their own."""
    return permission != "supply.order"
