"""Bags and parcels as other floors need to know them."""

from collections.abc import Iterable

from omniretail.contracts.orders import FulfilmentBrief, LineBrief
from orders.fulfilment.models import Fulfilment, FulfilmentLine
from orders.fulfilment.parcels import Worth


def fulfilment_brief(fulfilment: Fulfilment) -> FulfilmentBrief:
    """The bag with the units that are still meant to reach the customer."""
    return FulfilmentBrief(
        number=fulfilment.number,
        kind=fulfilment.kind,
        store_code=fulfilment.store.code,
        due_at=fulfilment.due_at,
        lines=tuple(
            line_brief(line, line.live_quantity, worth_of(line))
            for line in lines_of(fulfilment)
            if line.live_quantity
        ),
    )


def brief_with(fulfilment: Fulfilment, lines: Iterable[LineBrief]) -> FulfilmentBrief:
    """The bag with some lines only, such as those that were not found."""
    return FulfilmentBrief(
        number=fulfilment.number,
        kind=fulfilment.kind,
        store_code=fulfilment.store.code,
        due_at=fulfilment.due_at,
        lines=tuple(lines),
    )


def line_brief(line: FulfilmentLine, quantity: int, worth: Worth) -> LineBrief:
    """Some units of a line and what they are worth."""
    return LineBrief(
        line=line.order_line.position,
        sku_code=line.order_line.sku_code,
        name=line.order_line.name,
        quantity=quantity,
        net_amount=worth.net_amount,
        points_amount=worth.points_amount,
    )


def lines_of(fulfilment: Fulfilment) -> list[FulfilmentLine]:
    """The bag's lines in the order's own sequence."""
    return list(
        FulfilmentLine.objects.filter(fulfilment=fulfilment)
        .select_related("order_line")
        .order_by("order_line__position")
    )


def worth_of(line: FulfilmentLine) -> Worth:
    """What the line's live units are worth."""
    return Worth(line.net_amount, line.points_amount)
