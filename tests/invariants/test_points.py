"""A simple model of points and the database agree after every step of any history."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from loyalty.points.operations import (
    LineBase,
    NotEnoughPoints,
    activate_due,
    claw_back,
    earn_points,
    expire_due,
    grant_points,
    redeem_points,
    reverse_redemption,
)
from loyalty.points.queries import balance
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.factories.loyalty import a_customer
from tests.invariants.playing import play
from tests.lawbook import broken

LAWS = {"L1", "L2", "L3", "L4"}
WAIT, LIFE, GRACE, PERCENT = 14, 365, 30, 3
pick = st.integers(0, 1_000)


@dataclass
class ModelLot:
    """Points earned together, as the model knows them."""

    order: str
    left: int
    opens: int
    ends: int
    is_open: bool = False
    is_over: bool = False


@dataclass
class ModelOrder:
    """What an order earned, and how much of it came back."""

    base: int
    points: int
    returned: int = 0
    clawed: int = 0


@dataclass
class Model:
    """A customer's points in plain arithmetic, a day being the unit of time."""

    lots: list[ModelLot] = field(default_factory=list)
    debt: int = 0
    day: int = 0

    @property
    def active(self) -> int:
        return sum(lot.left for lot in self.lots if lot.is_open)

    @property
    def pending(self) -> int:
        return sum(lot.left for lot in self.lots if not lot.is_open and not lot.is_over)

    def add(self, points: int, wait: int, order: str = "") -> None:
        if points:
            opens = self.day + wait
            self.lots.append(ModelLot(order, points, opens, opens + LIFE))
        self.pass_to(self.day)

    def pass_to(self, day: int) -> None:
        self.day = day
        for lot in sorted(self.lots, key=lambda one: one.opens):
            if not lot.is_open and not lot.is_over and lot.left and lot.opens <= day:
                lot.is_open = True
                self.pay_debt(lot)
        for lot in self.lots:
            if lot.is_open and lot.left and lot.ends <= day:
                lot.left, lot.is_open, lot.is_over = 0, False, True

    def pay_debt(self, lot: ModelLot) -> None:
        part = min(self.debt, lot.left)
        lot.left -= part
        self.debt -= part

    def spendable(self) -> list[ModelLot]:
        lots = [lot for lot in self.lots if lot.is_open and lot.left]
        return sorted(lots, key=lambda one: (one.ends, self.lots.index(one)))

    def take(self, lots: list[ModelLot], points: int) -> list[tuple[ModelLot, int]]:
        taken = []
        for lot in lots:
            part = min(lot.left, points)
            if part:
                lot.left -= part
                points -= part
                taken.append((lot, part))
        return taken

    def claw(self, order: str, points: int) -> None:
        own = [lot for lot in self.lots if lot.order == order and lot.left]
        waiting = [lot for lot in own if not lot.is_open]
        mine = [lot for lot in self.spendable() if lot.order == order]
        others = [lot for lot in self.spendable() if lot.order != order]
        taken = self.take(waiting + mine + others, points)
        self.debt += points - sum(part for _lot, part in taken)


class Points(RuleBasedStateMachine):
    """One customer and everything that can happen to their points."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.model = Model()
        self.orders: dict[str, ModelOrder] = {}
        self.spent: dict[str, list[tuple[ModelLot, int]]] = {}
        self.count = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    @initialize()
    def begin_as_a_regular(self) -> None:
        """A customer with a purchase that has earned, and one paid with its points: the
        interesting histories begin here."""
        self.number = a_customer().number
        self.collect(base=2_000, twice=False)
        self.pass_days(days=WAIT)
        self.pay(share=1, over=0, twice=False)

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}-{self.count}"

    @property
    def at(self) -> datetime:
        return NOON + timedelta(days=self.model.day)

    # ── what can happen ──────────────────────────────────────────────────────────

    @rule(points=st.integers(1, 100), twice=st.booleans())
    def give(self, points: int, twice: bool) -> None:
        reference = self.fresh("G")
        for _time in range(2 if twice else 1):
            grant_points(
                customer_number=self.number,
                points=points,
                reference=reference,
                by=SYSTEM,
                at=self.at,
            )
        self.model.add(points, 0)

    @rule(base=st.integers(0, 3_000), twice=st.booleans())
    def collect(self, base: int, twice: bool) -> None:
        order = self.fresh("R")
        for _time in range(2 if twice else 1):
            earn_points(
                customer_number=self.number,
                reference=f"F-{order}",
                order_number=order,
                lines=[LineBase(1, Decimal(base))],
                currency="RUB",
                by=SYSTEM,
                at=self.at,
            )
        points = base * PERCENT // 100
        self.orders[order] = ModelOrder(base, points)
        self.model.add(points, WAIT, order)

    @precondition(lambda self: self.orders)
    @rule(number=pick, share=st.sampled_from([1, 1, 2, 3]), twice=st.booleans())
    def bring_back(self, number: int, share: int, twice: bool) -> None:
        name = sorted(self.orders)[number % len(self.orders)]
        order = self.orders[name]
        part = (order.base - order.returned) // share
        reference = self.fresh("RT")
        for _time in range(2 if twice else 1):
            claw_back(
                customer_number=self.number,
                reference=reference,
                order_number=name,
                lines=[LineBase(1, Decimal(part))],
                by=SYSTEM,
                at=self.at,
            )
        order.returned += part
        left = order.base - order.returned
        kept = order.points * left // order.base if order.base else 0
        due = order.points - kept - order.clawed
        order.clawed += due
        self.model.claw(name, due)

    @rule(share=st.integers(1, 2), over=st.sampled_from([0, 0, 0, 1]), twice=st.booleans())
    def pay(self, share: int, over: int, twice: bool) -> None:
        order = self.fresh("P")
        points = max(1, self.model.active // share + over)
        enough = points <= self.model.active
        for _time in range(2 if twice else 1):
            try:
                redeem_points(
                    customer_number=self.number,
                    points=points,
                    reference=order,
                    by=SYSTEM,
                    at=self.at,
                )
            except NotEnoughPoints:
                assert not enough
            else:
                assert enough
        if enough:
            self.spent[order] = self.model.take(self.model.spendable(), points)

    @precondition(lambda self: self.spent)
    @rule(number=pick, share=st.sampled_from([1, 1, 2, 3]), twice=st.booleans())
    def give_back(self, number: int, share: int, twice: bool) -> None:
        order = sorted(self.spent)[number % len(self.spent)]
        taken = self.spent[order]
        points = max(1, sum(part for _lot, part in taken) // share)
        key = self.fresh("back")
        for _time in range(2 if twice else 1):
            given = reverse_redemption(
                reference=order, points=points, key=key, by=SYSTEM, at=self.at
            )
            assert given == points
        self._return_to_lots(order, points)

    def _return_to_lots(self, order: str, points: int) -> None:
        left = []
        for lot, part in reversed(self.spent.pop(order)):
            back = min(part, points)
            points -= back
            if back:
                lot.left += back
                lot.is_open, lot.is_over = True, False
                if lot.ends <= self.model.day:
                    lot.ends = self.model.day + GRACE
            if part > back:
                left.append((lot, part - back))
        if left:
            self.spent[order] = left[::-1]
        for lot in self.model.spendable():
            self.model.pay_debt(lot)

    @rule(days=st.sampled_from([1, 13, 14, 30, 365, 400]))
    def pass_days(self, days: int) -> None:
        self.model.pass_to(self.model.day + days)
        activate_due(at=self.at, limit=10)
        expire_due(at=self.at, limit=10)

    # ── what always holds ────────────────────────────────────────────────────────

    @invariant()
    def model_and_database_agree(self) -> None:
        if not hasattr(self, "number"):
            return
        now = balance(self.number)
        known = self.model
        assert (now.active, now.pending, now.debt) == (
            known.active,
            known.pending,
            known.debt,
        )
        assert not broken(only=LAWS)


@pytest.mark.django_db
def test_model_and_database_agree_in_every_history() -> None:
    play(Points, games=25, steps=20)
