"""A till sold what is promised: somebody looks for it and asks the customer."""

from datetime import datetime, timedelta

import pytest

from omniretail.contracts import orders as told
from stores.work import asking
from stores.work.models import WorkItem
from tests.clock import NOON
from tests.factories.stores import StoreFactory
from tests.stores.facts import fact, fulfilment

pytestmark = pytest.mark.django_db


def asked(at: datetime = NOON) -> told.FulfilmentUncovered:
    """The fact that a bag lacks a unit."""
    store = WorkItem.objects.first()
    code = store.store.code if store else StoreFactory().code
    bag = fulfilment(code, due_at=NOON + timedelta(hours=1))
    lacking: told.FulfilmentUncovered = fact(told.FulfilmentUncovered, at, fulfilment=bag)
    return lacking


def found(of: told.FulfilmentUncovered, at: datetime) -> told.FulfilmentReady:
    return told.FulfilmentReady(
        order=of.order, fulfilment=of.fulfilment, bay="A1", keep_until=at, occurred_at=at
    )


def test_it_is_asked_once_however_often_it_is_told() -> None:
    one = asked()
    asking.ask_the_customer(one)
    asking.ask_the_customer(one)
    (item,) = WorkItem.objects.all()
    assert (item.kind, item.units, item.customer_name) == ("ASK", 1, "Анна К.")
    assert item.url_name == "tablet-pick"


def test_it_is_done_when_all_of_it_is_there() -> None:
    one = asked()
    asking.ask_the_customer(one)
    asking.finish_asking(found(one, NOON + timedelta(minutes=5)))
    asking.ask_the_customer(one)
    assert WorkItem.objects.get().outcome == "DONE"


def test_it_is_asked_again_when_more_was_sold_afterwards() -> None:
    one = asked()
    asking.ask_the_customer(one)
    asking.finish_asking(found(one, NOON + timedelta(minutes=5)))
    asking.ask_the_customer(asked(NOON + timedelta(minutes=9)))
    item = WorkItem.objects.get()
    assert (item.done_at, item.outcome) == (None, "")
