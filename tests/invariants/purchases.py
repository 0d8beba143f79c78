"""Orders to suppliers, and promises of what is to come, in every machine in which goods
come in."""

from collections import Counter

from hypothesis.stateful import invariant, precondition, rule

from inventory.promises.operations import Demand
from inventory.supply.models import DatedPromise, IncomingLine, PurchaseOrderLine
from inventory.supply.operations import (
    Purchase,
    SupplierDetails,
    cancel_dated,
    cancel_purchase_order,
    close_purchase_order,
    draft_purchase_order,
    place_purchase_order,
    promise_incoming,
    receive_order,
    save_supplier,
)
from omniretail.kernel.actors import SYSTEM
from tests.invariants.shelf_moves import levels
from tests.invariants.stock_model import Level
from tests.invariants.supply_model import Bought, Coming, Lot, counted
from tests.invariants.transfers import Transfers, pick, some, units

ROAD, SUPPLIER = 2, 7
HALF = 50


class Purchases(Transfers):
    """Goods that come from a supplier, who may bring half as much again, and of whom half
    is enough; and those who wait for goods, whichever way they come."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: dict[str, Bought] = {}
        self.coming: dict[str, Coming] = {}

    def know_the_supplier(self) -> None:
        details = SupplierDetails("svet", "Свет", over_percent=HALF, under_percent=HALF)
        save_supplier(details=details, by=SYSTEM, at=self.at)

    def lot_of(self, sku: str, number: int) -> Lot | None:
        """Of which lot a delivery is, in machines whose articles have some."""
        return None

    # ── those who wait ───────────────────────────────────────────────────────────

    def keep(self, level: Level, served: list[str]) -> None:
        """Units have come for these references, one name a unit."""
        raise NotImplementedError

    def comes(self, document: str, target: Level, number: int) -> None:
        self.coming[document] = Coming(target, ROAD, number, [])

    def settle(self, document: str, come: int, still: int) -> None:
        """Those who wait get theirs in order; the last in line lose what will not come."""
        one = self.coming[document]
        served, one.queue = one.queue[:come], one.queue[come:][:still]
        one.units = still
        self.keep(one.level, served)

    @property
    def waiting(self) -> Counter[str]:
        """Units by the reference that waits for them."""
        return Counter(name for one in self.coming.values() for name in one.queue)

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

    @precondition(lambda self: self.waiting)
    @rule(number=pick)
    def wait_no_longer(self, number: int) -> None:
        names = sorted(self.waiting)
        name = names[number % len(names)]
        self.attempt(True, cancel_dated, reference=name)
        for one in self.coming.values():
            one.queue = [other for other in one.queue if other != name]

    # ── what is ordered ──────────────────────────────────────────────────────────

    @rule(level=levels, number=units)
    def order(self, level: Level, number: int) -> None:
        key = draft_purchase_order(
            supplier_code="svet",
            store_code=level[0],
            lines=[Purchase(level[1], number)],
            by=SYSTEM,
            at=self.at,
        )
        self.attempt(True, place_purchase_order, number=key)
        self.orders[key] = Bought(level, number)
        self.coming[key] = Coming(level, SUPPLIER, number, [])

    @precondition(lambda self: self.orders)
    @rule(number=pick, good=some, damaged=some)
    def deliver(self, number: int, good: int, damaged: int) -> None:
        key, one = self._order(number)
        come = good + damaged
        should = one.is_open and 0 < come <= one.most - one.received
        store, sku = one.level
        names = self.names_lost(sku, come)
        lines = counted(sku, good, damaged, names, self.lot_of(sku, number))
        if self.attempt(should, receive_order, number=key, lines=lines):
            self.name(names[:good], (store, "ON_HAND"))
            self.name(names[good:], (store, "QUARANTINE"))
            one.received += come
            one.status = "PARTLY_RECEIVED" if one.outstanding else "RECEIVED"
            self.on_hand[one.level] += good
            self.aside[one.level, "QUARANTINE"] += damaged
            self.settle(key, good, one.outstanding)

    @precondition(lambda self: self.orders)
    @rule(number=pick)
    def close(self, number: int) -> None:
        key, one = self._order(number)
        should = one.is_open and one.received > 0
        if self.attempt(should, close_purchase_order, number=key, reason="x"):
            one.status = "RECEIVED" if one.received >= one.enough else "CLOSED_SHORT"
            self.settle(key, 0, 0)

    @precondition(lambda self: self.orders)
    @rule(number=pick)
    def give_up(self, number: int) -> None:
        key, one = self._order(number)
        should = one.is_open and not one.received
        if self.attempt(should, cancel_purchase_order, number=key, reason="x"):
            one.status = "CANCELLED"
            self.settle(key, 0, 0)

    def _order(self, number: int) -> tuple[str, Bought]:
        keys = list(self.orders)
        return keys[number % len(keys)], self.orders[keys[number % len(keys)]]

    # ── what must agree ──────────────────────────────────────────────────────────

    @invariant()
    def orders_agree(self) -> None:
        rows = PurchaseOrderLine.objects.values_list(
            "order__number", "order__status", "received"
        )
        assert sorted(rows) == sorted(
            (key, one.status, one.received) for key, one in self.orders.items()
        )

    @invariant()
    def those_who_wait_agree(self) -> None:
        waiting: Counter[str] = Counter()
        for promise in DatedPromise.objects.waiting():
            waiting[promise.reference] += promise.quantity
        assert waiting == self.waiting
        rows = IncomingLine.objects.values_list(
            "store__code", "sku__code", "units", "promised"
        )
        assert sorted(row for row in rows if row[2]) == sorted(
            (*one.level, one.units, len(one.queue))
            for one in self.coming.values()
            if one.units
        )
