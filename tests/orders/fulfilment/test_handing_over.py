from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from inventory.promises.queries import live_promises
from inventory.stock.queries import levels
from omniretail.contracts.orders import FulfilmentCollected
from omniretail.kernel.models import OutboxFact
from omniretail.kernel.states import IllegalTransition
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.operations import (
    AlreadyHandedOver,
    OverrideNeedsReason,
    PickupCodeLocked,
    WrongPickupCode,
    hand_over,
    issue_new_code,
)
from orders.fulfilment.pickup_codes import in_groups, pass_text, pickup_code, read_pass
from orders.ordering.models import Order
from orders.payments.models import PaymentRequest
from stores.people.queries import NotInYourStore, NotYourRole
from tests.clock import NOON
from tests.factories.fulfilment import (
    Ordered,
    Town,
    bag_of,
    code_of,
    collected,
    placed_order,
    ready,
)


@pytest.fixture
def order(shops: Town) -> Order:
    return placed_order([Ordered("PHONE", 2, "tverskaya"), Ordered("CABLE", 1, "arbat")])


@pytest.fixture
def bag(order: Order, shops: Town) -> Fulfilment:
    found = Fulfilment.objects.select_related("store").get(
        order=order, store__code="tverskaya"
    )
    return ready(found, shops.clerk("tverskaya"))


def wrong(code: str) -> str:
    return ("0" if code[0] != "0" else "1") + code[1:]


def test_the_code_is_forty_bits_and_read_in_groups() -> None:
    code = pickup_code("F-1111-2222", 1)
    assert len(code) == 8
    assert code != pickup_code("F-1111-2222", 2) != pickup_code("F-1111-2223", 1)
    assert in_groups("7K3M92QX") == "7K3M 92QX"


def test_a_pass_says_which_bag_and_its_code() -> None:
    assert read_pass(pass_text("F-7K3M-92QX", "7K3M92QX")) == ("F-7K3M-92QX", "7K3M92QX")
    assert read_pass("4600051000057") is None
    assert read_pass("PASS:") is None


def test_the_right_code_gives_the_bag_and_takes_money_and_stock(
    order: Order, bag: Fulfilment, shops: Town
) -> None:
    clerk = shops.clerk("tverskaya")
    taken = hand_over(number=bag.number, code=code_of(order), by=clerk, at=NOON)
    assert (taken.status, taken.collected_at) == (Fulfilment.Status.COLLECTED, NOON)
    level = levels("tverskaya", ["PHONE"])["PHONE"]
    assert (level.on_hand, level.reserved) == (3, 0)
    assert [slip.store_code for slip in live_promises(order.number)] == ["arbat"]
    assert order.lines.get(position=1).fulfilled_quantity == 2
    capture = PaymentRequest.objects.get(kind="CAPTURE")
    assert (capture.amount, capture.reference) == (Decimal("2000.00"), bag.number)
    fact = OutboxFact.objects.get(name=FulfilmentCollected.name)
    told = FulfilmentCollected.load(fact.payload)
    assert (told.by, told.fulfilment.net_amount) == (clerk.key, Decimal("2000.00"))
    order.refresh_from_db()
    assert order.status == Order.Status.PLACED


def test_a_code_is_read_as_people_write_it(
    order: Order, bag: Fulfilment, shops: Town
) -> None:
    spoken = in_groups(code_of(order)).lower().replace("0", "o").replace("1", "l")
    taken = hand_over(number=bag.number, code=spoken, by=shops.clerk("tverskaya"), at=NOON)
    assert taken.code_verified_at == NOON


def test_the_order_completes_with_its_last_bag(
    order: Order, bag: Fulfilment, shops: Town
) -> None:
    hand_over(number=bag.number, code=code_of(order), by=shops.clerk("tverskaya"), at=NOON)
    other = Fulfilment.objects.select_related("store").get(order=order, store__code="arbat")
    collected(other, shops.clerk("arbat"))
    order.refresh_from_db()
    assert order.status == Order.Status.COMPLETED
    assert OutboxFact.objects.filter(name="orders.order_completed").count() == 1


def test_wrong_codes_are_counted_although_they_are_refused(
    order: Order, bag: Fulfilment, shops: Town
) -> None:
    clerk, code = shops.clerk("tverskaya"), code_of(order)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongPickupCode) as refusal:
            hand_over(number=bag.number, code=wrong(code), by=clerk, at=NOON)
        assert refusal.value.facts["tries_left"] == left
    with pytest.raises(PickupCodeLocked):
        hand_over(number=bag.number, code=code, by=clerk, at=NOON)
    bag.refresh_from_db()
    assert (bag.code_tries, bag.status) == (5, Fulfilment.Status.READY)


def test_a_new_code_unlocks_and_the_old_one_opens_nothing(
    order: Order, bag: Fulfilment, shops: Town
) -> None:
    old = code_of(order)
    for _ in range(5):
        with pytest.raises(WrongPickupCode):
            hand_over(
                number=bag.number, code=wrong(old), by=shops.clerk("tverskaya"), at=NOON
            )
    with pytest.raises(NotYourRole):
        issue_new_code(number=bag.number, by=shops.clerk("tverskaya"), at=NOON)
    issue_new_code(number=bag.number, by=shops.manager("tverskaya"), at=NOON)
    with pytest.raises(WrongPickupCode):
        hand_over(number=bag.number, code=old, by=shops.clerk("tverskaya"), at=NOON)
    assert code_of(order) != old
    hand_over(number=bag.number, code=code_of(order), by=shops.clerk("tverskaya"), at=NOON)


def test_a_manager_hands_over_without_the_code_for_a_reason(
    bag: Fulfilment, shops: Town
) -> None:
    manager, reason = shops.manager("tverskaya"), "Телефон разрядился, паспорт проверен"
    with pytest.raises(OverrideNeedsReason):
        hand_over(number=bag.number, by=manager, at=NOON)
    with pytest.raises(NotYourRole):
        hand_over(
            number=bag.number,
            override_reason=reason,
            by=shops.clerk("tverskaya"),
            at=NOON,
        )
    taken = hand_over(number=bag.number, override_reason=reason, by=manager, at=NOON)
    assert (taken.override_by, taken.override_reason) == (manager.key, reason)


def test_a_bag_cannot_be_handed_over_in_another_store(
    order: Order, bag: Fulfilment, shops: Town
) -> None:
    with pytest.raises(NotInYourStore):
        hand_over(number=bag.number, code=code_of(order), by=shops.clerk("arbat"), at=NOON)


def test_a_bag_that_is_not_ready_is_not_handed_over(order: Order, shops: Town) -> None:
    bag = Fulfilment.objects.get(order=order, store__code="tverskaya")
    with pytest.raises(IllegalTransition):
        hand_over(number=bag.number, code="7K3M92QX", by=shops.clerk("tverskaya"), at=NOON)


def test_handing_over_twice_is_refused(order: Order, bag: Fulfilment, shops: Town) -> None:
    code = code_of(order)
    hand_over(number=bag.number, code=code, by=shops.clerk("tverskaya"), at=NOON)
    with pytest.raises(AlreadyHandedOver):
        hand_over(number=bag.number, code=code, by=shops.manager("tverskaya"), at=NOON)
    with pytest.raises(AlreadyHandedOver):
        hand_over(
            number=bag.number,
            code=code,
            by=shops.clerk("tverskaya"),
            at=NOON + timedelta(minutes=2),
        )


def test_the_same_clerk_may_repeat_after_a_lost_answer(
    order: Order, bag: Fulfilment, shops: Town
) -> None:
    clerk, code = shops.clerk("tverskaya"), code_of(order)
    hand_over(number=bag.number, code=code, by=clerk, at=NOON)
    hand_over(number=bag.number, code=code, by=clerk, at=NOON + timedelta(seconds=5))
    assert order.lines.get(position=1).fulfilled_quantity == 2
    assert OutboxFact.objects.filter(name=FulfilmentCollected.name).count() == 1


def test_the_same_manager_may_repeat_a_waiver_whose_attempt_died(
    order: Order, bag: Fulfilment, shops: Town
) -> None:
    manager, later = shops.manager("tverskaya"), NOON + timedelta(hours=1)

    def waive(reason: str, *, is_again: bool) -> None:
        hand_over(
            number=bag.number,
            override_reason=reason,
            by=manager,
            at=later if is_again else NOON,
            is_again=is_again,
        )

    waive("Passport seen", is_again=False)
    waive("Passport seen ", is_again=True)
    with pytest.raises(AlreadyHandedOver):
        waive("Another reason", is_again=True)
    with pytest.raises(AlreadyHandedOver):
        hand_over(
            number=bag.number,
            override_reason="Passport seen",
            by=shops.clerk("tverskaya"),
            at=later,
            is_again=True,
        )
    assert order.lines.get(position=1).fulfilled_quantity == 2
    assert OutboxFact.objects.filter(name=FulfilmentCollected.name).count() == 1


def test_the_database_refuses_a_hand_over_without_evidence(bag: Fulfilment) -> None:
    with pytest.raises(IntegrityError, match="code_or_override"), transaction.atomic():
        Fulfilment.objects.filter(pk=bag.pk).update(status="COLLECTED", collected_at=NOON)


def test_what_is_carried_out_leaves_at_once(shops: Town) -> None:
    order = placed_order(
        [Ordered("CABLE", 2, "tverskaya", "CARRY_OUT"), Ordered("PHONE", 1, "arbat")],
        by=shops.clerk("tverskaya"),
    )
    carried = bag_of(order, "CARRY_OUT")
    assert (carried.status, carried.released_in) == ("COLLECTED", "tverskaya")
    assert levels("tverskaya", ["CABLE"])["CABLE"].on_hand == 8
    assert PaymentRequest.objects.get(kind="CAPTURE").amount == Decimal("2000.00")
    assert not OutboxFact.objects.filter(
        name="orders.fulfilment_allocated", payload__fulfilment__number=carried.number
    ).exists()
