"""One till sale becomes an order: sold, paid and carried out in one step."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from inventory.catalogue.queries import (
    SkuCard,
    SkuNotFound,
    sku_cards,
    skus_by_gtin,
)
from inventory.stock.operations import NotEnoughStock, sell_stock
from loyalty.identity.queries import (
    CustomerCard,
    customer_cards,
    customer_id,
    customer_of,
)
from omniretail.contracts.orders import FulfilmentCollected, OrderPlaced
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from orders.carts.models import Channel, Intent
from orders.carts.queries import Recipient
from orders.carts.scanned_units import NamedLine
from orders.fulfilment.briefs import fulfilment_brief
from orders.fulfilment.models import Fulfilment, FulfilmentLine
from orders.fulfilment.operations import sell_promised, write_down_units
from orders.fulfilment.operations.parting import lay_out_parts
from orders.fulfilment.operations.settling import complete_order
from orders.ordering.briefs import order_brief
from orders.ordering.models import Order
from orders.ordering.operations import OrderHead, OrderItem, mark_placed, open_order
from orders.ordering.pricing import OrderPrice, price_line, price_order
from orders.payments.operations import take_payment
from orders.till.operations.serials import by_sku, units_sold
from orders.till.receipts import Sale, SoldLine
from stores.network.places import StorePlace
from stores.people.queries import works_at

TILL_PRICE = "TILL"


class TotalDiffers(DomainError):
    """The lines do not add up to the total of the receipt."""

    kind = Kind.RULE


class SoldInTheFuture(DomainError):
    """The till's clock is ahead of time."""

    kind = Kind.RULE


class ArticleNotNamed(DomainError):
    """A line names its article by SKU or by GTIN, one of them."""

    kind = Kind.RULE


class CashierNotHere(DomainError):
    """This employee did not work in this store."""

    kind = Kind.RULE


class CustomerNotKnown(DomainError):
    """Nobody is known by this card or number."""

    kind = Kind.RULE


def sell_at_till(place: StorePlace, sale: Sale, *, by: Actor, at: datetime) -> Order:
    """Write the sale down as it happened, in the caller's transaction.

    Raises:
        SoldInTheFuture, TotalDiffers, ArticleNotNamed, SkuNotFound, CashierNotHere,
        CustomerNotKnown: the receipt contradicts itself or what we know.
    """
    _refuse_nonsense(place, sale, at)
    cards = _articles(sale, place.currency)
    named = units_sold(sale, cards)
    price = _price(place, sale, cards)
    customer = _customer(sale)
    order = open_order(
        head=OrderHead(
            channel=Channel.POS,
            recipient=_recipient(customer),
            customer_id=customer_id(customer.number) if customer else None,
            taken_at_store_id=place.id,
            taken_by=sale.cashier,
        ),
        items=_items(place, sale, cards),
        price=price,
        at=sale.sold_at,
    )
    if price.total_amount:
        take_payment(
            order=order,
            kind=sale.tender,
            amount=price.total_amount,
            reference=order.number,
            at=sale.sold_at,
        )
    mark_placed(order=order, at=sale.sold_at)
    bag = _carry_out(order, place, by, sale.sold_at)
    goods = [
        (card.code, line.quantity) for card, line in zip(cards, sale.lines, strict=True)
    ]
    _take_off_the_shelf(place, goods, order, named, by=by, sold_at=sale.sold_at, at=at)
    write_down_units(bag, dict(enumerate(named, start=1)), left_at=sale.sold_at)
    _tell(order, bag, sale)
    return order


def _take_off_the_shelf(
    place: StorePlace,
    goods: Sequence[tuple[str, int]],
    order: Order,
    named: Sequence[NamedLine],
    *,
    by: Actor,
    sold_at: datetime,
    at: datetime,
) -> None:
    """The goods are gone, whatever the levels say. What was promised gives way."""
    sale: dict[str, Any] = {
        "store_code": place.code,
        "lines": goods,
        "reference": order.number,
        "serials": by_sku(named),
        "by": by,
        "at": at,
        "observed_at": sold_at,
    }
    try:
        sell_stock(**sale)
    except NotEnoughStock:
        sell_promised(**sale)


def _refuse_nonsense(place: StorePlace, sale: Sale, at: datetime) -> None:
    if sale.sold_at > at + limits().clocks_apart:
        raise SoldInTheFuture(field="sold_at", sold_at=sale.sold_at)
    total = sum(line.net_amount for line in sale.lines)
    if total != sale.total_amount:
        raise TotalDiffers(field="total_amount", total=total, given=sale.total_amount)
    for index, line in enumerate(sale.lines):
        if line.net_amount < 0:
            raise TotalDiffers(field=f"lines/{index}/discount_amount")
    if sale.cashier and not works_at(sale.cashier, place.code, sale.sold_at):
        raise CashierNotHere(field="cashier", cashier=sale.cashier)


def _articles(sale: Sale, currency: str) -> list[SkuCard]:
    """The article of each line, with its published price at that moment."""
    codes = _codes(sale)
    cards = sku_cards(set(codes), at=sale.sold_at, currency=currency)
    for index, code in enumerate(codes):
        if code not in cards:
            raise SkuNotFound(field=f"lines/{index}/sku", sku=code)
    return [cards[code] for code in codes]


def _codes(sale: Sale) -> list[str]:
    for index, line in enumerate(sale.lines):
        if bool(line.sku) == bool(line.gtin):
            raise ArticleNotNamed(field=f"lines/{index}/sku")
    scanned = skus_by_gtin({line.gtin for line in sale.lines if line.gtin})
    for index, line in enumerate(sale.lines):
        if line.gtin and line.gtin not in scanned:
            raise SkuNotFound(field=f"lines/{index}/gtin", gtin=line.gtin)
    return [line.sku or scanned[line.gtin] for line in sale.lines]


def _price(place: StorePlace, sale: Sale, cards: Sequence[SkuCard]) -> OrderPrice:
    lines = [
        price_line(
            quantity=line.quantity,
            unit_price=line.unit_price,
            tax_rate=card.tax_rate,
            currency=place.currency,
            discount_amount=line.discount_amount,
        )
        for line, card in zip(sale.lines, cards, strict=True)
    ]
    return price_order(lines, currency=place.currency)


def _items(place: StorePlace, sale: Sale, cards: Sequence[SkuCard]) -> list[OrderItem]:
    return [
        OrderItem(
            sku_id=card.id,
            sku_code=card.code,
            name=card.name,
            intent=Intent.CARRY_OUT,
            store_id=place.id,
            price_override=_override(card, line),
        )
        for card, line in zip(cards, sale.lines, strict=True)
    ]


def _override(card: SkuCard, line: SoldLine) -> str:
    """Why the price differs from the published one: the till took another."""
    published = card.price.amount if card.price else None
    return "" if published == line.unit_price else TILL_PRICE


def _customer(sale: Sale) -> CustomerCard | None:
    if not sale.customer:
        return None
    by_number = customer_cards([sale.customer]).get(sale.customer)
    found = by_number or customer_of("CARD", sale.customer)
    if found is None:
        raise CustomerNotKnown(field="customer")
    return found


def _recipient(customer: CustomerCard | None) -> Recipient:
    if customer is None:
        return Recipient()
    return Recipient(
        name=customer.name,
        phone=customer.phone or "",
        email=customer.email or "",
        language=customer.language,
    )


def _carry_out(order: Order, place: StorePlace, by: Actor, sold_at: datetime) -> Fulfilment:
    """The bag that left with the customer before anybody here heard of it."""
    bag = Fulfilment.objects.create(
        number=new_number("F"),
        order=order,
        store_id=place.id,
        kind=Intent.CARRY_OUT,
        status=Fulfilment.Status.COLLECTED,
        allocated_at=sold_at,
        due_at=sold_at,
        collected_at=sold_at,
        released_by=order.taken_by or by.key,
        released_in=place.code,
    )
    lines = list(order.lines.select_related("sku"))
    carried = FulfilmentLine.objects.bulk_create(
        FulfilmentLine(
            fulfilment=bag,
            order_line=line,
            promise_line=f"{order.number}:{line.position}:till",
            quantity=line.quantity,
            picked_quantity=line.quantity,
            net_amount=line.net_amount,
            points_amount=line.points_amount,
        )
        for line in lines
    )
    lay_out_parts(carried, found=True)
    order.lines.all().update(fulfilled_quantity=F("quantity"))
    return bag


def _tell(order: Order, bag: Fulfilment, sale: Sale) -> None:
    brief, told = order_brief(order), fulfilment_brief(bag)
    outbox.publish(
        OrderPlaced(
            order=brief,
            total_amount=order.total_amount,
            fulfilments=(told,),
            occurred_at=sale.sold_at,
        )
    )
    outbox.publish(
        FulfilmentCollected(
            order=brief,
            fulfilment=told,
            by=bag.released_by,
            ready_at=None,
            occurred_at=sale.sold_at,
        )
    )
    complete_order(order, sale.sold_at)
