"""Reactions: goods of a bag were sold over a till, until somebody has found others or
asked the customer."""

from omniretail.contracts.orders import FulfilmentFact, FulfilmentLinesShort
from stores.work.models import WorkItem
from stores.work.operations import Task, finish_work, open_work, reopen_work, shrink_work
from stores.work.titles import short_name, title_of


def ask_the_customer(fact: FulfilmentFact) -> None:
    """A till sold what is promised, or the very unit that lies in the bag: somebody looks
    for another one and asks the customer."""
    bag = fact.fulfilment
    reopen_work(
        kind=WorkItem.Kind.ASK,
        reference=bag.number,
        units=bag.units,
        at=fact.occurred_at,
    )
    open_work(
        task=Task(
            kind=WorkItem.Kind.ASK,
            reference=bag.number,
            order_number=fact.order.number,
            store_code=bag.store_code,
            title=title_of(bag.lines),
            customer_name=short_name(fact.order.contact.name),
            units=bag.units,
            due_at=bag.due_at,
        ),
        at=fact.occurred_at,
    )


def shrink_asking(fact: FulfilmentLinesShort) -> None:
    """Units were reported missing: what else was sold is still to be looked for."""
    if not fact.units_asked:
        finish_asking(fact)
        return
    shrink_work(
        kind=WorkItem.Kind.ASK,
        reference=fact.fulfilment.number,
        units_left=fact.units_asked,
        at=fact.occurred_at,
    )


def finish_asking(fact: FulfilmentFact) -> None:
    """All of it is in the bag after all, or was reported missing."""
    finish_work(
        kind=WorkItem.Kind.ASK,
        reference=fact.fulfilment.number,
        by="",
        at=fact.occurred_at,
    )
