"""Model and database agree after every step of every history of goods on the move."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from inventory.promises.operations import Demand
from inventory.stock.models import StockLevel
from inventory.stock.operations import receive_stock
from inventory.supply.models import DatedPromise, IncomingLine
from inventory.supply.operations import (
    Purchase,
    SupplierDetails,
    close_purchase_order,
    draft_purchase_order,
    place_purchase_order,
    promise_incoming,
    receive_order,
    save_supplier,
)
from inventory.supply.queries import purchase_view, transfer_view
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.codes import new_number
from tests.factories.inventory import SkuFactory
from tests.invariants.shelf_moves import PLACES, SKUS, levels
from tests.invariants.stock_model import Level
from tests.invariants.supply_model import Bought, Coming, counted
from tests.invariants.transfers import Transfers, pick, some, units
from tests.inventory.given import place
from tests.inventory.supply.given import LAWS
from tests.lawbook import broken

ROAD, SUPPLIER = 2, 7


class Supply(Transfers):
    """Two places, two SKUs, one supplier, and everything that can move between them."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: dict[str, Bought] = {}
        self.coming: dict[str, Coming] = {}
        self.allocated: Counter[Level] = Counter()

    @initialize()
    def open_the_places(self) -> None:
        for code in PLACES:
            place(code)
        for code in SKUS:
            SkuFactory.create(code=code)
        save_supplier(details=SupplierDetails("svet", "Свет"), by=SYSTEM, at=self.at)
        for store in PLACES:
            for sku in SKUS:
                self.safety[store, sku] = 0
                self.stock_up((store, sku), 3)

    def reserved(self, level: Level) -> int:
        return self.kept_for_transfers(level) + self.allocated[level]

    def comes(self, document: str, target: Level, number: int) -> None:
        self.coming[document] = Coming(target, ROAD, number, [])

    def settle(self, document: str, come: int, still: int) -> None:
        """Those who wait get theirs in order; the last in line lose what will not come."""
        one = self.coming[document]
        served, one.queue = one.queue[:come], one.queue[come:][:still]
        one.units = still
        self.allocated[one.level] += len(served)

    # ── what can happen ──────────────────────────────────────────────────────────

    @rule(level=levels, number=units)
    def stock_up(self, level: Level, number: int) -> None:
        receive_stock(
            store_code=level[0],
            lines=[(level[1], number)],
            reference=new_number("D"),
            by=SYSTEM,
            at=self.at,
        )
        self.on_hand[level] = self.on_hand.get(level, 0) + number

    @rule(level=levels, number=units)
    def order(self, level: Level, number: int) -> None:
        key = draft_purchase_order(
            supplier_code="svet",
            store_code=level[0],
            lines=[Purchase(level[1], number)],
            by=SYSTEM,
            at=self.at,
        )
        place_purchase_order(number=key, by=SYSTEM, at=self.at)
        self.orders[key] = Bought(level, number)
        self.coming[key] = Coming(level, SUPPLIER, number, [])

    @precondition(lambda self: self.orders)
    @rule(number=pick, good=some, damaged=some)
    def deliver(self, number: int, good: int, damaged: int) -> None:
        key, one = self._order(number)
        come = good + damaged
        should = 0 < come <= one.ordered - one.received and one.is_open
        lines = counted(one.level[1], good, damaged)
        if self.attempt(should, receive_order, number=key, lines=lines):
            one.received += come
            one.is_open = one.received < one.ordered
            self.on_hand[one.level] += good
            self.settle(key, good, one.ordered - one.received)

    @precondition(lambda self: self.orders)
    @rule(number=pick)
    def close(self, number: int) -> None:
        key, one = self._order(number)
        should = one.is_open and one.received > 0
        if self.attempt(should, close_purchase_order, number=key, reason="x"):
            one.is_open = False
            self.settle(key, 0, 0)

    @rule(level=levels, number=units)
    def promise_by_date(self, level: Level, number: int) -> None:
        mine = [one for one in self.coming.values() if one.level == level]
        should = number <= sum(one.units - len(one.queue) for one in mine)
        name = self.new_reference()
        demands = [Demand(*level, number, "1")]
        if self.attempt(
            should, promise_incoming, demands=demands, owner="order:x", reference=name
        ):
            for one in sorted(mine, key=lambda one: one.days):
                share = min(number, one.units - len(one.queue))
                one.queue += [name] * share
                number -= share

    def _order(self, number: int) -> tuple[str, Bought]:
        keys = list(self.orders)
        return keys[number % len(keys)], self.orders[keys[number % len(keys)]]

    # ── what must hold ───────────────────────────────────────────────────────────

    @invariant()
    def levels_agree(self) -> None:
        rows = StockLevel.objects.values_list(
            "store__code", "sku__code", "on_hand", "reserved"
        )
        assert {(row[0], row[1]): row[2:] for row in rows} == {
            level: (self.on_hand[level], self.reserved(level)) for level in self.on_hand
        }

    @invariant()
    def documents_agree(self) -> None:
        for key, moving in self.transfers.items():
            (line,) = transfer_view(key).lines
            said = (line.dispatched, line.received, line.lost)
            assert said == (moving.sent, moving.received, moving.lost)
        for key, bought in self.orders.items():
            (ordered,) = purchase_view(key).lines
            assert ordered.received == bought.received

    @invariant()
    def those_who_wait_agree(self) -> None:
        waiting: Counter[str] = Counter()
        for promise in DatedPromise.objects.waiting():
            waiting[promise.reference] += promise.quantity
        assert waiting == Counter(
            name for one in self.coming.values() for name in one.queue
        )
        free = sum(row.units - row.promised for row in IncomingLine.objects.all())
        assert free == sum(one.units - len(one.queue) for one in self.coming.values())

    @invariant()
    def no_law_is_broken(self) -> None:
        assert broken(only=LAWS) == set()


@pytest.mark.django_db
def test_every_history_of_goods_on_the_move_adds_up() -> None:
    run_state_machine_as_test(
        Supply,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
