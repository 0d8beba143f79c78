from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from inventory.stock.queries import levels
from loyalty.identity.operations import register_customer
from omniretail.contracts.orders import FulfilmentCollected
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.models import OutboxFact
from orders.ordering.models import Order
from orders.payments.models import Tender
from orders.returns.operations import return_order
from orders.till.models import PosSale
from orders.till.operations import Outcome, SaleAnswer, TillNotFound, record_sales
from orders.till.queries import find_receipts, last_sequence, missing_sequences
from orders.till.receipts import Gap, Sale, SoldLine
from tests.clock import NOON
from tests.factories.fulfilment import Town

TILL = Actor(ActorKind.DEVICE, "till-arbat", "", "till-arbat", "arbat")


def sale(sequence: int, **fields: Any) -> Sale:
    lines = fields.pop("lines", (SoldLine(2, Decimal("990.00"), sku="CABLE"),))
    plain: dict[str, Any] = {
        "sequence": sequence,
        "receipt_number": f"A-{sequence}",
        "sold_at": NOON - timedelta(hours=1),
        "tender": "CASH",
        "total_amount": sum(line.net_amount for line in lines),
        "lines": lines,
    }
    return Sale(**(plain | fields))


def told(*sales: Sale) -> list[SaleAnswer]:
    return record_sales(device_code="till-arbat", sales=sales, by=TILL, at=NOON)


def refusal(answer: SaleAnswer) -> str:
    assert answer.problem is not None
    return str(answer.problem["code"])


def test_a_sale_is_an_order_that_is_paid_and_gone(shops: Town) -> None:
    (answer,) = told(sale(1, cashier="clerk-arbat"))
    assert answer.outcome == Outcome.LANDED
    order = Order.objects.get(number=answer.order_number)
    assert (order.status, order.channel, order.taken_by) == (
        "COMPLETED",
        "POS",
        "clerk-arbat",
    )
    assert order.taken_at_store is not None
    assert order.taken_at_store.code == "arbat"
    assert order.placed_at == NOON - timedelta(hours=1)
    tender = Tender.objects.get(order=order)
    assert (tender.kind, tender.captured_amount) == ("CASH", Decimal("1980.00"))
    assert levels("arbat", ["CABLE"])["CABLE"].on_hand == 8
    assert order.lines.get().price_override == "TILL"
    names = OutboxFact.objects.filter(subject=f"order:{order.number}").order_by("sequence")
    assert list(names.values_list("name", flat=True)) == [
        "orders.order_placed",
        "orders.fulfilment_collected",
        "orders.order_completed",
    ]


def test_the_same_sale_told_twice_lands_once(shops: Town) -> None:
    (first,) = told(sale(1))
    (again,) = told(sale(1))
    assert (again.outcome, again.order_number) == (Outcome.REPEATED, first.order_number)
    assert levels("arbat", ["CABLE"])["CABLE"].on_hand == 8


def test_another_sale_under_the_same_sequence_is_refused(shops: Town) -> None:
    told(sale(1))
    (answer,) = told(sale(1, receipt_number="A-9"))
    assert (answer.outcome, refusal(answer)) == (Outcome.REFUSED, "sequence_reused")


def test_a_receipt_number_belongs_to_one_sale_of_a_till(shops: Town) -> None:
    told(sale(1))
    (answer,) = told(sale(2, receipt_number="A-1"))
    assert refusal(answer) == "receipt_reused"


def test_a_bad_sale_does_not_hold_up_the_others(shops: Town) -> None:
    unknown = (SoldLine(1, Decimal("10.00"), sku="NO-SUCH"),)
    answers = told(sale(3), sale(1), sale(2, lines=unknown))
    assert [answer.sequence for answer in answers] == [1, 2, 3]
    assert [answer.outcome for answer in answers] == ["LANDED", "REFUSED", "LANDED"]
    assert answers[1].problem is not None
    assert answers[1].problem["field"] == "lines/0/sku"
    assert (last_sequence("till-arbat"), missing_sequences("till-arbat")) == (
        3,
        [Gap(2, 2)],
    )
    told(sale(2))
    assert missing_sequences("till-arbat") == []
    assert PosSale.objects.filter(problem__isnull=False).count() == 0


def test_holes_are_named_from_the_first_number_on(shops: Town) -> None:
    told(sale(3), sale(7))
    assert missing_sequences("till-arbat") == [Gap(1, 2), Gap(4, 6)]


def test_a_till_sells_what_the_level_does_not_know(shops: Town) -> None:
    many = (SoldLine(15, Decimal("1.00"), sku="CABLE"),)
    (answer,) = told(sale(1, lines=many))
    assert answer.outcome == Outcome.LANDED
    assert levels("arbat", ["CABLE"])["CABLE"].on_hand == 0


def test_articles_are_named_by_barcode_too(shops: Town) -> None:
    lines = (
        SoldLine(1, Decimal("100.00"), gtin="4006381333931"),
        SoldLine(1, Decimal("90.00"), Decimal("10.00"), sku="CABLE"),
    )
    (answer,) = told(sale(1, lines=lines))
    order = Order.objects.get(number=answer.order_number)
    assert (order.total_amount, order.discount_amount) == (
        Decimal("180.00"),
        Decimal("10.00"),
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"total_amount": Decimal("1.00")}, "total_differs"),
        ({"sold_at": NOON + timedelta(hours=1)}, "sold_in_the_future"),
        ({"cashier": "clerk-tverskaya"}, "cashier_not_here"),
        ({"customer": "nobody"}, "customer_not_known"),
        ({"lines": (SoldLine(1, Decimal("1.00")),)}, "article_not_named"),
        (
            {"lines": (SoldLine(1, Decimal("1.00"), Decimal("2.00"), sku="CABLE"),)},
            "total_differs",
        ),
    ],
)
def test_a_receipt_that_contradicts_itself_is_refused(
    shops: Town, fields: dict[str, Any], code: str
) -> None:
    (answer,) = told(sale(1, **fields))
    assert refusal(answer) == code
    assert not Order.objects.exists()


def test_a_sale_for_nothing_needs_no_money(shops: Town) -> None:
    (answer,) = told(sale(1, lines=(SoldLine(1, Decimal(0), sku="CABLE"),)))
    assert answer.outcome == Outcome.LANDED


def test_a_card_of_the_customer_goes_with_the_sale(shops: Town) -> None:
    anna = register_customer(first_name="Анна", channel="POS", by=SYSTEM, at=NOON)
    told(sale(1, customer=anna.card))
    fact = OutboxFact.objects.get(name=FulfilmentCollected.name)
    assert FulfilmentCollected.load(fact.payload).order.customer_number == anna.number


def test_only_a_paired_till_sells(shops: Town) -> None:
    with pytest.raises(TillNotFound):
        record_sales(device_code="tablet-1", sales=[sale(1)], by=TILL, at=NOON)


def test_a_receipt_finds_its_order_and_the_order_comes_back(shops: Town) -> None:
    told(sale(1))
    (receipt,) = find_receipts("A-1")
    record = return_order(
        order_number=receipt.order_number, store_code="arbat", by=TILL, at=NOON
    )
    assert record.refund_amount == Decimal("1980.00")
    assert levels("arbat", ["CABLE"])["CABLE"].on_hand == 10


@pytest.mark.parametrize("lines", [1, 4])
@pytest.mark.parametrize(("hours_ago", "queries"), [(0, 51), (1, 53)])
def test_a_long_receipt_asks_the_database_no_more_than_a_short_one(
    shops: Town, lines: int, hours_ago: int, queries: int, django_assert_num_queries: Any
) -> None:
    """What is told late locks its levels, and asks when they were looked at."""
    sold_at = NOON - timedelta(hours=hours_ago)
    told(sale(1, lines=(scanned(1),), sold_at=sold_at))
    with django_assert_num_queries(queries):
        told(sale(2, lines=tuple(scanned(1) for _line in range(lines)), sold_at=sold_at))


def scanned(quantity: int) -> SoldLine:
    return SoldLine(quantity, Decimal("990.00"), gtin="4006381333931")


def test_an_unknown_barcode_is_named_by_its_line(shops: Town) -> None:
    stranger = SoldLine(1, Decimal("1.00"), gtin="2000000000015")
    (answer,) = told(sale(1, lines=(scanned(1), stranger)))
    assert refusal(answer) == "sku_not_found"
    assert answer.problem is not None
    assert answer.problem["field"] == "lines/1/gtin"
