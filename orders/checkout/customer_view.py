"""What the customer's page says about an order, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import segno

from orders.fulfilment.models import Fulfilment
from orders.fulfilment.queries import (
    FulfilmentView,
    PickupPass,
    fulfilment_views,
    pickup_passes,
)
from orders.ordering.models import Order
from orders.ordering.queries import OrderLineView, OrderView, order_view
from stores.network.places import StorePlace, closing, next_opening
from stores.network.queries import get_stores

State = Fulfilment.Status
COLLECT_STEPS = (State.ALLOCATED, State.PICKING, State.READY, State.COLLECTED)
SHIP_STEPS = (State.ALLOCATED, State.PICKING, State.SHIPPED, State.DELIVERED)
CARRIED_STEPS = (State.COLLECTED,)
_STEPS = {"COLLECT": COLLECT_STEPS, "SHIP": SHIP_STEPS, "CARRY_OUT": CARRIED_STEPS}
_URGENCY = (
    State.READY,
    State.SHIPPED,
    State.PACKED,
    State.PICKING,
    State.ACCEPTED,
    State.ALLOCATED,
    State.DELIVERED,
    State.COLLECTED,
    State.EXPIRED,
    State.CANCELLED,
)
_GONE = (State.COLLECTED, State.SHIPPED, State.DELIVERED)


@dataclass(frozen=True)
class Step:
    """One step of the way, and whether it is behind, now or ahead."""

    state: str
    is_done: bool
    is_now: bool


@dataclass(frozen=True)
class BagPage:
    """One bag or parcel as its customer sees it."""

    bag: FulfilmentView
    place: StorePlace
    state: str
    steps: tuple[Step, ...]
    opens_at: datetime | None
    closes_at: datetime | None
    code: str = ""
    qr: str = ""

    @property
    def is_late(self) -> bool:
        """Due, not ready, and the customer was told so."""
        waiting = (State.ALLOCATED, State.PICKING)
        return self.bag.late_noticed_at is not None and self.state in waiting


@dataclass(frozen=True)
class OrderPage:
    """An order as its customer sees it; the first bag is what matters most now."""

    order: OrderView
    bags: tuple[BagPage, ...]
    can_cancel: bool

    @property
    def is_cancelled(self) -> bool:
        """The whole order was called off."""
        return self.order.status == Order.Status.CANCELLED

    @property
    def lines(self) -> tuple[OrderLineView, ...]:
        """What was bought."""
        return self.order.lines

    @property
    def points_amount(self) -> Decimal:
        """The part paid with points."""
        return sum((line.points_amount for line in self.order.lines), Decimal(0))

    @property
    def due_amount(self) -> Decimal:
        """The part paid with money."""
        return self.order.total_amount - self.points_amount


def order_page(number: str, *, at: datetime) -> OrderPage:
    """Everything the customer's page shows.

    Raises:
        OrderNotFound: no order has this number.
    """
    order = order_view(number)
    bags = fulfilment_views(number)
    places = get_stores({bag.store_code for bag in bags})
    passes = {one.number: one for one in pickup_passes(number)}
    pages = [
        _bag_page(bag, places[bag.store_code], passes.get(bag.number), at) for bag in bags
    ]
    pages.sort(key=lambda page: _URGENCY.index(State(page.bag.status)))
    return OrderPage(order, tuple(pages), _may_cancel(order, bags))


def pass_svg(text: str) -> str:
    """The pass as a picture: dark on white whatever the screen's colours."""
    code = segno.make_qr(text, error="m", boost_error=False)
    return str(code.svg_inline(scale=8, border=3, dark="#000", light="#fff", omitsize=True))


def _bag_page(
    bag: FulfilmentView, place: StorePlace, opener: PickupPass | None, at: datetime
) -> BagPage:
    state = State.ALLOCATED if bag.status == State.ACCEPTED else State(bag.status)
    return BagPage(
        bag=bag,
        place=place,
        state=state,
        steps=_steps(bag.kind, state),
        opens_at=next_opening(place, at),
        closes_at=closing(place, at),
        code=opener.grouped if opener else "",
        qr=pass_svg(opener.qr_text) if opener else "",
    )


def _steps(kind: str, state: str) -> tuple[Step, ...]:
    way = _STEPS[kind]
    state = State.PICKING if state == State.PACKED else state
    if state not in way:
        return ()
    now = way.index(State(state))
    return tuple(Step(step, index < now, index == now) for index, step in enumerate(way))


def _may_cancel(order: OrderView, bags: Sequence[FulfilmentView]) -> bool:
    return order.status == Order.Status.PLACED and not any(
        bag.status in _GONE for bag in bags
    )
