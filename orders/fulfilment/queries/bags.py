"""Bags and parcels as values: where they stand, how far they are, what is in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inventory.lots.queries import LotView
from inventory.promises.queries import as_asked, live_promises
from omniretail.kernel.errors import DomainError, Kind
from orders.fulfilment.models import (
    Fulfilment,
    FulfilmentLine,
    FulfilmentPart,
    PickedSerial,
)

State = Fulfilment.Status
Numbers = dict[tuple[int, str], tuple[tuple[str, ...], tuple[str, ...]]]

NOBODY: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


class FulfilmentNotFound(DomainError):
    """There is no such bag or parcel here."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class PartView:
    """A part of the kits of one line: how many are wanted, how many are found; the lots to
    take, where they were asked for (`with_lots`)."""

    sku_code: str
    name: str
    live_quantity: int
    picked_quantity: int
    serials: tuple[str, ...] = ()
    is_serialised: bool = False
    keeps_lots: bool = False
    lots: tuple[LotView, ...] = ()
    sold_serials: tuple[str, ...] = ()

    @property
    def missing_quantity(self) -> int:
        """Units that are still to be found."""
        return self.live_quantity - self.picked_quantity


@dataclass(frozen=True)
class LineView:
    """Units of one order line in a bag; of a kit, with its parts; the lots to take, where
    they were asked for (`with_lots`). In place of the `sold_serials`, which a till has sold
    meanwhile, others are to be scanned."""

    position: int
    sku_code: str
    name: str
    quantity: int
    picked_quantity: int
    short_quantity: int
    parts: tuple[PartView, ...] = ()
    serials: tuple[str, ...] = ()
    is_serialised: bool = False
    keeps_lots: bool = False
    lots: tuple[LotView, ...] = ()
    sold_serials: tuple[str, ...] = ()

    @property
    def pieces(self) -> "tuple[LineView | PartView, ...]":
        """What is found by a scan each: the line's own units, or the parts of its kits."""
        return self.parts or (self,)

    @property
    def live_quantity(self) -> int:
        """Units that are still meant to reach the customer."""
        return self.quantity - self.short_quantity

    @property
    def missing_quantity(self) -> int:
        """Units that are still to be found."""
        return self.live_quantity - self.picked_quantity


@dataclass(frozen=True)
class FulfilmentView:
    """A bag or parcel: where it stands, how far it is, what is in it."""

    number: str
    order_number: str
    kind: str
    status: str
    store_code: str
    customer_name: str
    due_at: datetime
    allocated_at: datetime
    accepted_at: datetime | None
    picking_at: datetime | None
    ready_at: datetime | None
    keep_until: datetime | None
    collected_at: datetime | None
    packed_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    on_the_way_at: datetime | None
    late_noticed_at: datetime | None
    cancel_reason: str
    picked_by: str
    released_by: str
    delivery_address: str
    bay: str
    tracking_number: str
    code_tries: int
    lines: tuple[LineView, ...]

    @property
    def is_to_be_picked(self) -> bool:
        """Whether somebody goes, or will go, to the shelves for it."""
        return self.status in (State.ALLOCATED, State.ACCEPTED, State.PICKING)

    @property
    def units(self) -> int:
        """Units that are still meant to reach the customer."""
        return sum(line.live_quantity for line in self.lines)

    @property
    def missing_units(self) -> int:
        """Units that are still to be found, each part of a kit for itself."""
        return sum(one.missing_quantity for line in self.lines for one in line.pieces)

    @property
    def sold_pieces(self) -> tuple[tuple[LineView, LineView | PartView, str], ...]:
        """Line, piece and number of each unit that a till has sold meanwhile."""
        return tuple(
            (line, one, number)
            for line in self.lines
            for one in line.pieces
            for number in one.sold_serials
        )

    @property
    def pieces(self) -> int:
        """Units that are to be found in all, each part of a kit for itself."""
        return sum(one.live_quantity for line in self.lines for one in line.pieces)

    @property
    def found_pieces(self) -> int:
        """Units of them that are in the bag."""
        return self.pieces - self.missing_units


def lacking_units(number: str) -> dict[int, int]:
    """Units of a bag that a till sold meanwhile, by line position; none, no entry."""
    lines = FulfilmentLine.objects.filter(fulfilment__number=number)
    rows = lines.values_list(
        "promise_line", "order_line__position", "fulfilment__order__number"
    )
    positions = {name: position for name, position, _order in rows}
    order = next((order for _name, _position, order in rows), "")
    return {
        positions[slip.line]: slip.uncovered
        for slip in as_asked(live_promises(order))
        if slip.uncovered and slip.line in positions
    }


_PLAIN = [
    name
    for name in FulfilmentView.__dataclass_fields__
    if name
    not in {"order_number", "store_code", "customer_name", "delivery_address", "lines"}
]


def fulfilment_views(order_number: str) -> list[FulfilmentView]:
    """All bags and parcels of an order, the oldest first."""
    return views_of(Fulfilment.objects.filter(order__number=order_number).order_by("pk"))


def fulfilment_view(number: str, *, store_code: str | None = None) -> FulfilmentView:
    """One bag; with a store, only if it stands there.

    Raises:
        FulfilmentNotFound: no such bag, or it stands in another store.
    """
    wanted = Fulfilment.objects.filter(number=number)
    if store_code is not None:
        wanted = wanted.filter(store__code=store_code)
    found = views_of(wanted)
    if not found:
        raise FulfilmentNotFound(number=number)
    return found[0]


def views_of(fulfilments: Iterable[Fulfilment]) -> list[FulfilmentView]:
    """The rows as values; two queries more, whatever their number, and one for the parts
    of kits if there are any."""
    rows = list(fulfilments)
    lines: dict[int, list[LineView]] = {}
    found = FulfilmentLine.objects.filter(fulfilment__in=rows).order_by(
        "fulfilment_id", "order_line__position"
    )
    held = list(found.select_related("order_line__sku"))
    parts = _parts(held)
    serials = _serials(held, parts)
    for line in held:
        lines.setdefault(line.fulfilment_id, []).append(_line(line, parts, serials))
    homes = Fulfilment.objects.filter(pk__in=[row.pk for row in rows])
    named = {home.pk: home for home in homes.select_related("order", "store")}
    return [_view(named[row.pk], tuple(lines.get(row.pk, ()))) for row in rows]


def _view(row: Fulfilment, lines: tuple[LineView, ...]) -> FulfilmentView:
    order = row.order
    parts = (order.postal_code, order.city, order.address)
    return FulfilmentView(
        order_number=order.number,
        customer_name=short_name(order.contact_name),
        delivery_address=", ".join(part for part in parts if part),
        store_code=row.store.code,
        lines=lines,
        **{name: getattr(row, name) for name in _PLAIN},
    )


def _parts(lines: Iterable[FulfilmentLine]) -> dict[int, list[PartView]]:
    kits = {line.pk: line for line in lines if line.order_line.sku.is_kit}
    found: dict[int, list[PartView]] = {}
    rows = FulfilmentPart.objects.filter(line__in=kits).select_related("sku")
    for part in rows.order_by("pk") if kits else ():
        found.setdefault(part.line_id, []).append(
            PartView(
                part.sku_code,
                part.name,
                part.live_quantity(kits[part.line_id]),
                part.picked_quantity,
                is_serialised=part.sku.is_serialised,
                keeps_lots=part.sku.keeps_lots,
            )
        )
    return found


def _serials(
    lines: Sequence[FulfilmentLine], parts: Mapping[int, Sequence[PartView]]
) -> Numbers:
    """The numbers of units in bags, and of those that a till has sold, by line and SKU; if
    none may have any, not asked."""
    serialised = {key for key, own in parts.items() if any(p.is_serialised for p in own)}
    serialised |= {line.pk for line in lines if line.order_line.sku.is_serialised}
    found: Numbers = {}
    rows = PickedSerial.objects.filter(line__in=serialised).order_by("pk")
    told = rows.values_list("line", "sku_code", "number", "sold_at")
    for line, sku, number, sold_at in told if serialised else ():
        here, sold = found.get((line or 0, sku), NOBODY)
        both = (here, (*sold, number)) if sold_at else ((*here, number), sold)
        found[line or 0, sku] = both
    return found


def _line(
    line: FulfilmentLine,
    parts: Mapping[int, Sequence[PartView]],
    serials: Numbers,
) -> LineView:
    own = []
    for part in parts.get(line.pk, ()):
        here, sold = serials.get((line.pk, part.sku_code), NOBODY)
        own.append(replace(part, serials=here, sold_serials=sold))
    here, sold = serials.get((line.pk, line.order_line.sku_code), NOBODY)
    return LineView(
        position=line.order_line.position,
        sku_code=line.order_line.sku_code,
        name=line.order_line.name,
        quantity=line.quantity,
        picked_quantity=line.picked_quantity,
        short_quantity=line.short_quantity,
        parts=tuple(own),
        serials=here,
        sold_serials=sold,
        is_serialised=line.order_line.sku.is_serialised,
        keeps_lots=line.order_line.sku.keeps_lots,
    )


def short_name(name: str) -> str:
    """A customer as the shop floor may call them: first name, last letter."""
    first, *rest = name.split() or [""]
    return f"{first} {rest[-1][0]}." if rest else first
