"""The queue hears the same fact twice, or late, and is none the worse."""

from datetime import timedelta

import pytest

from omniretail.contracts import orders as told
from stores.work import operations, reactions
from stores.work.models import WorkItem
from tests.clock import NOON
from tests.factories.stores import StoreFactory
from tests.stores.facts import fact, fulfilment
from tests.stores.work.test_queue import clerk_of

pytestmark = pytest.mark.django_db


def test_units_not_found_are_taken_off_once() -> None:
    bag = fulfilment(StoreFactory().code, amounts={"Кабель": "1.00", "Чехол": "1.00"})
    reactions.ask_for_pick(fact(told.FulfilmentAllocated, fulfilment=bag))
    short = [
        fact(told.FulfilmentLinesShort, fulfilment=bag, outcome="REFUNDED", units_left=left)
        for left in (1, 0)
    ]
    left_over = []
    for one in [short[0], short[0], short[1], short[0]]:
        reactions.shrink_bag(one)
        left_over.append(WorkItem.objects.get().units)
    assert left_over == [1, 1, 0, 0]


def test_whoever_put_it_back_is_not_on_it_again_however_late_it_is_told() -> None:
    store = StoreFactory()
    bag, anna = fulfilment(store.code), clerk_of(store)
    began = fact(told.FulfilmentPicking, fulfilment=bag, by=anna.key)
    reactions.ask_for_pick(fact(told.FulfilmentAllocated, fulfilment=bag))
    reactions.note_picker(began)
    assert WorkItem.objects.get().taken_by == anna.key
    operations.put_back_work(
        kind="PICK", reference="F-1", by=anna, at=NOON + timedelta(minutes=1)
    )
    reactions.note_picker(began)
    assert WorkItem.objects.get().taken_by == ""


def test_facts_told_twice_change_nothing() -> None:
    bag = fulfilment(StoreFactory().code)
    asked = fact(told.FulfilmentAllocated, fulfilment=bag)
    ready = fact(told.FulfilmentReady, fulfilment=bag, bay="A", keep_until=NOON)
    for _twice in range(2):
        reactions.ask_for_pick(asked)
        reactions.ask_for_handover(ready)
    assert WorkItem.objects.count() == 2
    assert WorkItem.objects.open().get().kind == "HANDOVER"
