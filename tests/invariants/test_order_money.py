"""Whatever happens to orders, their money, points, stock and states add up."""

from datetime import timedelta
from typing import TypeVar

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from loyalty.points.queries import balance
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError
from orders.checkout.operations import (
    Payment,
    Terms,
    cancel_order,
    place_order,
    resume_checkouts,
)
from orders.fulfilment.operations import (
    deliver_fulfilment,
    expire_uncollected,
    hand_over,
    mark_ready,
    pack_fulfilment,
    pick_unit,
    report_short,
    ship_fulfilment,
    start_picking,
)
from orders.models import Fulfilment, FulfilmentLine, Order, Tender
from orders.payments import sandbox
from orders.payments.operations import settle_wanted
from orders.returns.operations import ReturnItem, return_order
from tests import given
from tests.clock import NOON
from tests.invariants.playing import play
from tests.lawbook import broken

ALWAYS = {"O1", "O3", "O4", "O5", "O6", "O9", "P4", "P6", "S2", "S3", "L1"}
REST = ALWAYS | {"O2", "O7", "P3", "E2", "L2"}
LATER = NOON + timedelta(days=30)
POINTS = 5000
METHODS = [
    sandbox.PAYS,
    sandbox.PAYS,
    sandbox.DECLINED,
    sandbox.ANSWER_LOST,
    sandbox.MUTE,
]

ways = st.sampled_from(
    [("SHIP", None), ("COLLECT", "msk-1"), ("COLLECT", "spb-1"), ("CARRY_OUT", "msk-1")]
)
lines = st.lists(
    st.tuples(st.sampled_from(["S-1", "S-2"]), st.integers(1, 3), ways),
    min_size=1,
    max_size=3,
)
pick = st.integers(0, 10_000)
T = TypeVar("T")


class Money(RuleBasedStateMachine):
    """Two stores, two odd prices, one customer with points, and a moody gateway."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame._from_testcase = True  # type: ignore[attr-defined]
        self.frame.__enter__()

    @initialize()
    def chain(self) -> None:
        given.place("spb-1", city="Санкт-Петербург", latitude=59.93, longitude=30.36)
        for store in ("msk-1", "spb-1"):
            given.goods(12, store=store, sku="S-1", price="333.33")
            given.goods(12, store=store, sku="S-2", price="0.07")
        self.customer = given.a_customer(points=POINTS)

    def teardown(self) -> None:
        try:
            if hasattr(self, "customer"):
                self.come_to_rest()
        finally:
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)

    def come_to_rest(self) -> None:
        """Traffic stops; the gateway is asked until it has said everything."""
        resume_checkouts(at=LATER, limit=100)
        given.rest()
        assert not Order.objects.filter(status="PENDING").exists()
        assert broken(only=REST) == set()
        spent = sum(
            tender.points
            for tender in Tender.objects.filter(kind="POINTS", refunded_amount=0)
        )
        assert balance(self.customer).active >= POINTS - spent - _partly_spent()

    # ── what happens ─────────────────────────────────────────────────────────────

    @rule(
        wanted=lines,
        method=st.sampled_from(METHODS),
        cash=st.booleans(),
        points=st.integers(0, 700),
        known=st.booleans(),
    )
    def order(
        self,
        wanted: list[tuple[str, int, tuple[str, str | None]]],
        method: str,
        cash: bool,
        points: int,
        known: bool,
    ) -> None:
        token = given.a_cart(
            *[(sku, units, intent, store) for sku, units, (intent, store) in wanted],
            customer=self.customer if known else None,
            store="msk-1",
            redeem_points=points if known else 0,
        )
        payment = Payment("CASH") if cash else Payment("CARD", method)
        terms = Terms(payment=payment, store_code="msk-1")
        try:
            place_order(token=token, terms=terms, by=SYSTEM, at=NOON)
        except DomainError:
            return

    @rule(which=pick)
    def cancel(self, which: int) -> None:
        order = _one(list(Order.objects.order_by("pk")), which)
        if order is None:
            return
        try:
            cancel_order(number=order.number, reason="CUSTOMER", by=SYSTEM, at=NOON)
        except DomainError:
            return

    @rule(which=pick, short=st.integers(0, 3))
    def work(self, which: int, short: int) -> None:
        """The next step of some bag; now and then a unit is not on the shelf."""
        bag = _one(list(Fulfilment.objects.at_the_store().order_by("pk")), which)
        if bag is None:
            return
        match bag.status:
            case "ALLOCATED" | "ACCEPTED":
                start_picking(number=bag.number, by=SYSTEM, at=NOON)
            case "PICKING":
                _pick(bag, short)
            case "READY":
                hand_over(number=bag.number, override_reason="known", by=SYSTEM, at=NOON)
            case "PACKED":
                ship_fulfilment(number=bag.number, tracking_number="T1", by=SYSTEM, at=NOON)

    @rule(which=pick)
    def arrive(self, which: int) -> None:
        parcel = _one(list(Fulfilment.objects.filter(status="SHIPPED")), which)
        if parcel is not None:
            deliver_fulfilment(number=parcel.number, by=SYSTEM, at=NOON)

    @rule()
    def nobody_comes(self) -> None:
        expire_uncollected(by=SYSTEM, at=LATER, limit=1)

    @rule(which=pick, position=st.integers(1, 3), units=st.integers(1, 3))
    def bring_back(self, which: int, position: int, units: int) -> None:
        order = _one(list(Order.objects.order_by("pk")), which)
        if order is None:
            return
        try:
            return_order(
                order_number=order.number,
                store_code="spb-1",
                items=[ReturnItem(position, units)],
                by=SYSTEM,
                at=NOON,
            )
        except DomainError:
            return

    @rule()
    def gateway_answers(self) -> None:
        settle_wanted(at=LATER, limit=2)

    # ── what must hold ───────────────────────────────────────────────────────────

    @invariant()
    def no_law_is_broken(self) -> None:
        assert broken(only=ALWAYS) == set()


def _one(rows: list[T], which: int) -> T | None:
    return rows[which % len(rows)] if rows else None


def _pick(bag: Fulfilment, short: int) -> None:
    for line in FulfilmentLine.objects.of(bag):
        if not line.missing_quantity:
            continue
        if not short:
            report_short(
                number=bag.number,
                position=line.order_line.position,
                quantity=1,
                by=SYSTEM,
                at=NOON,
            )
        else:
            pick_unit(
                number=bag.number,
                code=line.order_line.sku_code,
                quantity=line.missing_quantity,
                by=SYSTEM,
                at=NOON,
            )
        return
    if bag.kind == Fulfilment.Kind.SHIP:
        pack_fulfilment(number=bag.number, by=SYSTEM, at=NOON)
    else:
        mark_ready(number=bag.number, bay="A-1", by=SYSTEM, at=NOON)


def _partly_spent() -> int:
    """Points of tenders of which a part came back already."""
    return sum(
        tender.points
        for tender in Tender.objects.filter(kind="POINTS", refunded_amount__gt=0)
    )


@pytest.mark.django_db
def test_every_history_of_orders_adds_up() -> None:
    play(Money, games=8, steps=25)
