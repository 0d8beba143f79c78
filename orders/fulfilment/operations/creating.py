"""From a placed order to the bags and parcels that will bring it to the customer."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from django.db import IntegrityError, transaction

from inventory.stock.operations import SerialElsewhere
from omniretail.contracts.orders import FulfilmentAllocated
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, from_integrity
from orders.carts.scanned_units import NamedLine
from orders.fulfilment.briefs import fulfilment_brief
from orders.fulfilment.models import Fulfilment, FulfilmentLine
from orders.fulfilment.operations.parting import lay_out_parts
from orders.fulfilment.operations.releasing import release_to_customer
from orders.fulfilment.operations.serials import UnitSoldMeanwhile, write_down_units
from orders.fulfilment.operations.sold_units import tell_sold
from orders.fulfilment.operations.telling import tell
from orders.fulfilment.parcels import Parcel, Worth, split_worth
from orders.ordering.briefs import order_brief
from orders.ordering.models import Order, OrderLine
from stores.network.places import StorePlace
from stores.network.queries import get_store, ready_by

Cell = tuple[int, int]
_SOLD = (UnitSoldMeanwhile, SerialElsewhere)


@dataclass(frozen=True)
class Share:
    """Units of one order line in one bag, and what they are worth."""

    order_line: OrderLine
    quantity: int
    promise_line: str
    worth: Worth


@transaction.atomic
def create_fulfilments(
    *, order: Order, parcels: Sequence[Parcel], at: datetime
) -> list[Fulfilment]:
    """Write down what each place prepares; amounts are divided exactly.

    The first shipped parcel carries the order's delivery charge.
    """
    lines = {line.position: line for line in order.lines.select_related("sku")}
    worths = _share_out(lines, parcels, order.currency)
    delivery, made = order.delivery_amount, []
    for index, parcel in enumerate(parcels):
        ships = parcel.kind == Fulfilment.Kind.SHIP
        shares = [
            Share(
                lines[item.position],
                item.quantity,
                item.promise_line,
                worths[index, item.position],
            )
            for item in parcel.items
        ]
        made.append(
            add_fulfilment(
                order=order,
                number=new_number("F"),
                place=get_store(parcel.store_code),
                kind=parcel.kind,
                shares=shares,
                delivery_amount=delivery if ships else Decimal(0),
                at=at,
            )
        )
        delivery = Decimal(0) if ships else delivery
    return made


@transaction.atomic
def start_fulfilments(
    *,
    order: Order,
    by: Actor,
    at: datetime,
    carried: Mapping[int, NamedLine] = MappingProxyType({}),
) -> None:
    """Give the stores their work; what is carried out leaves at once, the units that were
    scanned (by position) with their names."""
    for fulfilment in order.fulfilments.select_related("store").order_by("pk"):
        fulfilment.order = order
        if fulfilment.kind == Fulfilment.Kind.CARRY_OUT:
            carry_out(fulfilment, carried, by=by, at=at)
        else:
            announce(fulfilment, at=at)


def announce(fulfilment: Fulfilment, *, at: datetime) -> None:
    """Tell the store that it has something to prepare."""
    tell(
        FulfilmentAllocated(
            order=order_brief(fulfilment.order),
            fulfilment=fulfilment_brief(fulfilment),
            occurred_at=at,
        )
    )


def carry_out(
    fulfilment: Fulfilment, carried: Mapping[int, NamedLine], *, by: Actor, at: datetime
) -> None:
    """The customer leaves the store with the goods, no bag and no code. Where a till has
    sold a unit while it was being paid for, they wait until somebody scans another one."""
    FulfilmentLine.objects.pick_all(fulfilment)
    write_down_units(fulfilment, carried)
    leaving = copy(fulfilment)
    try:
        with transaction.atomic():
            release_to_customer(leaving, by=by, at=at)
    except (DomainError, IntegrityError) as error:
        why = error if isinstance(error, DomainError) else from_integrity(error)
        if not isinstance(why, _SOLD) or not tell_sold(fulfilment, at=at):
            raise


def add_fulfilment(
    *,
    order: Order,
    number: str,
    place: StorePlace,
    kind: str,
    shares: Sequence[Share],
    delivery_amount: Decimal,
    at: datetime,
    replaces: Fulfilment | None = None,
) -> Fulfilment:
    """One bag or parcel with its lines."""
    fulfilment = Fulfilment.objects.create(
        number=number,
        order=order,
        store_id=place.id,
        kind=kind,
        delivery_amount=delivery_amount,
        replaces=replaces,
        allocated_at=at,
        due_at=ready_by(place, at),
    )
    made = FulfilmentLine.objects.bulk_create(
        FulfilmentLine(
            fulfilment=fulfilment,
            order_line=share.order_line,
            promise_line=share.promise_line,
            quantity=share.quantity,
            net_amount=share.worth.net_amount,
            points_amount=share.worth.points_amount,
        )
        for share in shares
    )
    lay_out_parts(made)
    return fulfilment


def _share_out(
    lines: Mapping[int, OrderLine], parcels: Sequence[Parcel], currency: str
) -> dict[Cell, Worth]:
    """What each line is worth in each parcel."""
    cells: dict[int, list[tuple[int, int]]] = {}
    for index, parcel in enumerate(parcels):
        for item in parcel.items:
            cells.setdefault(item.position, []).append((index, item.quantity))
    worths: dict[Cell, Worth] = {}
    for position, places in cells.items():
        line = lines[position]
        whole = Worth(line.net_amount, line.points_amount)
        shares = split_worth(whole, [quantity for _, quantity in places], currency)
        for (index, _quantity), share in zip(places, shares, strict=True):
            worths[index, position] = share
    return worths
