"""What facts about orders count for."""

from omniretail.contracts.orders import (
    FulfilmentBrief,
    FulfilmentCollected,
    FulfilmentFact,
    FulfilmentReady,
    FulfilmentShipped,
    OrderCancelled,
    OrderPlaced,
    OrderReturned,
)
from omniretail.kernel.money import Money
from stores.kpi import scoring
from stores.kpi.models import ScoreEntry
from stores.kpi.operations import record_scores
from stores.kpi.queries import is_counted, order_store, sales_of
from stores.kpi.scoring import Amounts, Score

Kind = ScoreEntry.Kind


def score_order(fact: OrderPlaced) -> None:
    """One order, for the store that took it or serves the most of it."""
    if not fact.fulfilments:
        return
    main = scoring.main_fulfilment(fact.fulfilments)
    order = fact.order
    score = Score(
        kind=Kind.ORDER,
        reference=order.number,
        order_number=order.number,
        store_code=scoring.credit_store(order, main),
        channel=order.channel,
        currency=order.currency,
        at=fact.occurred_at,
        amounts={"orders": 1},
    )
    record_scores(scores=[score], at=fact.occurred_at)


def score_cancellation(fact: OrderCancelled) -> None:
    """An order that came to nothing, for the store that had counted it."""
    order = fact.order
    store = order_store(order.number)
    if store is None:
        return  # cancelled before it was placed: nobody has counted it
    score = Score(
        kind=Kind.CANCEL,
        reference=order.number,
        order_number=order.number,
        store_code=store,
        channel=order.channel,
        currency=order.currency,
        at=fact.occurred_at,
        amounts={"cancellations": 1},
    )
    record_scores(scores=[score], at=fact.occurred_at)


def score_ready(fact: FulfilmentReady) -> None:
    """How fast the store was, from order to bag."""
    amounts = scoring.ready_amounts(fact.order.placed_at, fact.occurred_at)
    store = fact.fulfilment.store_code
    record_scores(scores=[_score(Kind.READY, fact, store, amounts)], at=fact.occurred_at)


def score_collection(fact: FulfilmentCollected) -> None:
    """A sale, and if it was a pickup, one on time or not."""
    scores = [_sale(fact)]
    fulfilment = fact.fulfilment
    if fulfilment.kind == "COLLECT":
        amounts = scoring.pickup_amounts(fulfilment.due_at, fact.ready_at)
        scores.append(_score(Kind.PICKUP, fact, fulfilment.store_code, amounts))
    record_scores(scores=scores, at=fact.occurred_at)


def score_shipment(fact: FulfilmentShipped) -> None:
    """A sale that leaves by carrier."""
    record_scores(scores=[_sale(fact)], at=fact.occurred_at)


def score_return(fact: OrderReturned) -> None:
    """Money given back, taken from the stores that had been credited by then."""
    if is_counted(Kind.REFUND, fact.return_number):
        return  # told before; whoever sold since has no part in it
    order = fact.order
    refund = Money(fact.refund_amount, order.currency)
    fallback = order.taken_at_store or next(iter(fact.sold_by_stores), fact.store_code)
    shares = scoring.split_refund(refund, sales_of(order.number), fallback)
    scores = [
        Score(
            kind=Kind.REFUND,
            reference=fact.return_number,
            order_number=order.number,
            store_code=store,
            channel=order.channel,
            currency=order.currency,
            at=fact.occurred_at,
            amounts={"refunds_amount": amount},
        )
        for store, amount in shares
    ]
    record_scores(scores=scores, at=fact.occurred_at)


def _sale(fact: FulfilmentFact) -> Score:
    fulfilment: FulfilmentBrief = fact.fulfilment
    store = scoring.credit_store(fact.order, fulfilment)
    return _score(Kind.SALE, fact, store, {"net_sales_amount": fulfilment.net_amount})


def _score(kind: str, fact: FulfilmentFact, store: str, amounts: Amounts) -> Score:
    return Score(
        kind=kind,
        reference=fact.fulfilment.number,
        order_number=fact.order.number,
        store_code=store,
        channel=fact.order.channel,
        currency=fact.order.currency,
        at=fact.occurred_at,
        amounts=amounts,
    )
