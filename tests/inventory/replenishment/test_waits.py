"""Who waits for goods is told when they come: in order, each once."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventory.catalogue.queries import SkuNotFound
from inventory.models import Sku, StockWait
from inventory.replenishment.operations import (
    AlreadyHere,
    AlreadyWaiting,
    Change,
    Contact,
    NobodyToTell,
    NotAContact,
    TooManyWaits,
    WaitNotFound,
    cancel_wait,
    expire_waits,
    register_wait,
    serve_waits,
)
from inventory.stock.operations import QuantityOutOfRange
from loyalty.messaging.models import Message
from omniretail.kernel import outbox
from omniretail.kernel.limits import limits
from omniretail.kernel.models import OutboxFact
from omniretail.kernel.states import IllegalTransition
from stores.network.models import Store
from stores.network.queries import StoreNotFound
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.given import a_customer
from tests.inventory.given import held, place, wanted
from tests.inventory.replenishment.given import CLIENT, LAWS, came, told, waits, watched
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def nothing_there(db: None) -> None:
    """A place that has none of S-1."""
    place("msk-1")
    SkuFactory.create(code="S-1")
    watched()


def phone(n: int) -> str:
    return f"+7916000{n:04}"


def served() -> list[str]:
    """The waits that were told, in order."""
    return [fact["wait_number"] for fact in told("wait_served")]


def test_as_many_are_told_as_units_came_in_the_order_of_asking() -> None:
    line = [waits(phone(n)) for n in range(4)]
    came(2, at=LATER)
    watched(LATER)
    watched(LATER)
    assert served() == line[:2]
    came(1, at=LATER)
    watched(LATER)
    assert served() == line[:3]
    assert broken(only=LAWS) == set()


def test_one_who_waits_for_more_than_came_is_passed_over() -> None:
    large, small = waits(phone(1), quantity=3), waits(phone(2))
    came(2, at=LATER)
    watched(LATER)
    assert served() == [small]
    came(3, at=LATER)
    watched(LATER)
    assert served() == [small, large]


def test_only_what_can_be_sold_is_told_of() -> None:
    line = [waits(phone(n)) for n in range(3)]
    came(3, at=LATER)
    held(wanted(2), at=LATER, ends_at=LATER + timedelta(hours=1))
    watched(LATER)
    assert served() == line[:1]


def test_who_waits_anywhere_is_told_wherever_it_comes() -> None:
    place("spb-1")
    here, anywhere = waits(phone(1)), waits(phone(2), store=None)
    came(2, at=LATER, store="spb-1")
    watched(LATER)
    assert served() == [anywhere]
    row = StockWait.objects.get(number=anywhere)
    assert row.told_store is not None
    assert (row.status, row.told_store.code, row.phone) == ("TOLD", "spb-1", "")
    assert StockWait.objects.get(number=here).status == "WAITING"


def test_a_closed_place_serves_nobody() -> None:
    waits()
    came(2, at=LATER)
    Store.objects.update(closed_on=LATER.date())
    watched(LATER)
    assert served() == []


def test_a_guest_gets_a_message_once() -> None:
    waits("8 (916) 123-45-67")
    came(1, at=LATER)
    watched(LATER)
    outbox.drain()
    message = Message.objects.get(template="back_in_stock")
    assert (message.channel, message.address) == ("SMS", "+79161234567")
    assert Sku.objects.get().name in message.body
    OutboxFact.objects.update(delivered_at=None)
    outbox.drain()
    assert Message.objects.count() == 1


def test_a_customer_gets_a_message_at_the_own_address() -> None:
    number = a_customer()
    register_wait(
        sku_code="S-1",
        contact=Contact(customer_number=number),
        channel="APP",
        by=CLIENT,
        at=NOON,
    )
    came(1, at=LATER)
    watched(LATER)
    outbox.drain()
    message = Message.objects.get(template="back_in_stock")
    assert message.customer is not None
    assert (message.customer.number, message.address) == (number, "+79161234567")


def test_a_customer_nobody_knows_any_more_stops_nothing() -> None:
    contact = Contact(customer_number="C-0")
    register_wait(sku_code="S-1", contact=contact, channel="APP", by=CLIENT, at=NOON)
    came(1, at=LATER)
    watched(LATER)
    outbox.drain()
    assert not OutboxFact.objects.undelivered().exists()
    assert Message.objects.count() == 0


def test_who_thinks_better_of_it_is_not_told_and_forgotten() -> None:
    number = waits()
    cancel_wait(number=number, by=CLIENT, at=LATER)
    row = StockWait.objects.get(number=number)
    assert (row.status, row.phone, row.email, row.ended_at) == ("CANCELLED", "", "", LATER)
    came(1, at=LATER)
    watched(LATER)
    assert served() == []
    with pytest.raises(IllegalTransition):
        cancel_wait(number=number, by=CLIENT, at=LATER)
    with pytest.raises(WaitNotFound):
        cancel_wait(number="W-0", by=CLIENT, at=LATER)


def test_nobody_waits_for_ever() -> None:
    number = waits()
    assert expire_waits(at=LATER, limit=10) == 0
    end = NOON + limits().wait_life
    came(1, at=end)
    watched(end)
    assert served() == []
    assert expire_waits(at=end, limit=10) == 1
    assert StockWait.objects.get(number=number).status == "EXPIRED"


def test_what_is_here_is_not_waited_for() -> None:
    came(2, at=NOON)
    with pytest.raises(AlreadyHere):
        waits(quantity=2)
    waits(quantity=3)
    place("spb-1")
    waits(phone(1), store="spb-1")
    with pytest.raises(AlreadyHere):
        waits(phone(2), store=None)


def test_one_contact_waits_once_for_a_thing_and_for_so_many() -> None:
    waits()
    with pytest.raises(AlreadyWaiting):
        waits("89161234567")
    waits(store=None)
    for n in range(limits().waits_per_contact - 2):
        waits(sku_code=SkuFactory.create(code=f"X-{n}").code)
    with pytest.raises(TooManyWaits):
        waits(sku_code=SkuFactory.create(code="X-99").code)


@pytest.mark.parametrize(
    ("contact", "refusal"),
    [
        (Contact(), NobodyToTell),
        (Contact(phone="12"), NotAContact),
        (Contact(phone="+7916"), NotAContact),
        (Contact(email="anna"), NotAContact),
        (Contact(email="anna@home"), NotAContact),
    ],
)
def test_somebody_has_to_be_told(contact: Contact, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        register_wait(sku_code="S-1", contact=contact, channel="SITE", by=CLIENT, at=NOON)


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ({"sku_code": "S-9"}, SkuNotFound),
        ({"store": "x"}, StoreNotFound),
        ({"quantity": 0}, QuantityOutOfRange),
        ({"quantity": 1_000}, QuantityOutOfRange),
    ],
)
def test_odd_waits_are_refused(terms: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        waits(**terms)


class TestServing(TestCase):
    """Whatever comes in whatever order: never more units are told of than came."""

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.integers(1, 4), max_size=12),
        st.lists(st.integers(1, 6), max_size=5),
    )
    def test_no_more_units_are_told_of_than_came(
        self, line: list[int], arrivals: list[int]
    ) -> None:
        sku = Sku.objects.get(code="S-1")
        for n, units in enumerate(line):
            waits(phone(n), quantity=units)
        store = Store.objects.get().pk
        come = 0
        for units in arrivals:
            came(units, at=LATER)
            come += units
            serve_waits([Change(store, sku.pk)], at=LATER)
            promised = [fact["quantity"] for fact in told("wait_served")]
            assert sum(promised) <= come
            left = StockWait.objects.waiting().values_list("quantity", flat=True)
            assert sorted([*left, *promised]) == sorted(line)
        assert len(served()) == len(set(served()))
        assert broken(only=LAWS) == set()
