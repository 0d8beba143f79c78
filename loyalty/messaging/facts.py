"""What messages say about an order, drawn from its facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from loyalty.messaging.notices import Recipient
from omniretail.contracts.orders import FulfilmentBrief, LineBrief, OrderBrief
from omniretail.contracts.shelves import WaitServed
from omniretail.kernel.market import known_language
from stores.network.queries import get_stores

Context = dict[str, object]


@dataclass(frozen=True)
class Part:
    """A fulfilment as a message tells it, on the clock of its store."""

    number: str
    kind: str
    store_name: str
    city: str
    address: str
    due_at: object
    clock: tuple[str, str]
    lines: tuple[LineBrief, ...]
    units: int


def recipient_of(order: OrderBrief) -> Recipient:
    """Whom to tell about an order."""
    return Recipient(
        phone=order.contact.phone,
        email=order.contact.email,
        language=order.contact.language,
        name=order.contact.name,
        customer_number=order.customer_number,
    )


def order_context(order: OrderBrief) -> Context:
    """What every message about an order may say."""
    language = known_language(order.contact.language)
    return {
        "order": order,
        "url": order.page_url,
        "currency": (order.currency, language),
    }


def fulfilment_context(order: OrderBrief, fulfilment: FulfilmentBrief) -> Context:
    """What a message about one bag or parcel may say."""
    (part,) = parts(order, [fulfilment])
    return {**order_context(order), "part": part, **amounts(fulfilment.lines)}


def wait_context(fact: WaitServed) -> Context:
    """What a message about goods that have come may say."""
    store = get_stores([fact.store_code]).get(fact.store_code)
    return {
        "article": fact.sku_name,
        "units": fact.quantity,
        "store_name": store.name if store else fact.store_code,
        "city": store.city if store else "",
        "address": store.address if store else "",
    }


def amounts(lines: Sequence[LineBrief]) -> Context:
    """Units and money of some lines."""
    money = sum((line.net_amount - line.points_amount for line in lines), Decimal(0))
    return {
        "lines": lines,
        "units": sum(line.quantity for line in lines),
        "money": money,
        "with_points": any(line.points_amount for line in lines),
    }


def parts(order: OrderBrief, fulfilments: Sequence[FulfilmentBrief]) -> list[Part]:
    """The bags and parcels of an order, each with its store."""
    stores = get_stores(one.store_code for one in fulfilments)
    language = known_language(order.contact.language)
    found = []
    for one in fulfilments:
        store = stores.get(one.store_code)
        found.append(
            Part(
                number=one.number,
                kind=one.kind,
                store_name=store.name if store else one.store_code,
                city=store.city if store else "",
                address=store.address if store else "",
                due_at=one.due_at,
                clock=(store.time_zone if store else settings.TIME_ZONE, language),
                lines=one.lines,
                units=one.units,
            )
        )
    return found
