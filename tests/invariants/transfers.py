"""Transfers, in every machine in which goods move between places."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from inventory.supply.operations import (
    Wanted,
    approve_transfer,
    cancel_transfer,
    dispatch_transfer,
    receive_transfer,
    request_transfer,
    write_off_transfer,
)
from omniretail.kernel.actors import SYSTEM
from tests.invariants.shelf_moves import PLACES, levels
from tests.invariants.stock_model import Level, StockModel
from tests.invariants.supply_model import Moving, counted

units = st.integers(1, 4)
some = st.integers(0, 3)
pick = st.integers(0, 1_000)


class Transfers(StockModel):
    """Goods that go from one place to the other."""

    def __init__(self) -> None:
        super().__init__()
        self.transfers: dict[str, Moving] = {}

    def kept_for_transfers(self, level: Level) -> int:
        """What is approved and did not leave yet."""
        return sum(
            one.approved
            for one in self.transfers.values()
            if one.level == level and one.is_open and not one.sent
        )

    def comes(self, document: str, target: Level, number: int) -> None:
        """So much is on the road; nobody waits for it unless a machine says so."""

    def settle(self, document: str, come: int, still: int) -> None:
        """So much of it has come for those who wait, and so much still may."""

    @rule(level=levels, number=units)
    def approve(self, level: Level, number: int) -> None:
        target = PLACES[1 - PLACES.index(level[0])]
        lines = [Wanted(level[1], number)]
        transfer = request_transfer(
            source_code=level[0], target_code=target, lines=lines, by=SYSTEM, at=self.at
        )
        should = self.can_promise([(level, number)])
        if self.attempt(should, approve_transfer, number=transfer):
            self.transfers[transfer] = Moving(level, (target, level[1]), number)

    @precondition(lambda self: self.transfers)
    @rule(number=pick, count=units)
    def send(self, number: int, count: int) -> None:
        key, one = self._transfer(number)
        should = one.is_open and not one.sent and count <= one.approved
        store, sku = one.level
        names = self.names_in(sku, (store, "ON_HAND"), count)
        if self.attempt(
            should,
            dispatch_transfer,
            number=key,
            units={sku: count},
            serials={sku: names} if names else {},
        ):
            self.name(names, (key, "IN_TRANSIT"))
            left = one.approved - count
            replaced = min(max(0, one.lacking - left), self.free(one.level))
            one.sent = count
            self.on_hand[one.level] -= count + replaced + min(one.lacking, left)
            self.comes(key, one.target, count)

    @precondition(lambda self: self.transfers)
    @rule(number=pick, good=some, damaged=some)
    def arrive(self, number: int, good: int, damaged: int) -> None:
        key, one = self._transfer(number)
        come = good + damaged
        should = 0 < come <= one.in_transit + one.lost and one.sent > 0
        store, sku = one.target
        known = self.names_in(sku, (key, "IN_TRANSIT"), min(come, one.in_transit))
        names = known + self.names_lost(sku, come - min(come, one.in_transit))
        lines = counted(sku, good, damaged, names)
        if self.attempt(should, receive_transfer, number=key, lines=lines):
            self.name(names[:good], (store, "ON_HAND"))
            self.name(names[good:], (store, "QUARANTINE"))
            one.lost -= max(0, come - one.in_transit)
            one.received += come
            self.on_hand[one.target] += good
            self.aside[one.target, "QUARANTINE"] += damaged
            self.settle(key, good, one.in_transit)

    @precondition(lambda self: self.transfers)
    @rule(number=pick, count=units)
    def lose(self, number: int, count: int) -> None:
        key, one = self._transfer(number)
        should = one.sent > 0 and count <= one.in_transit
        given = {one.level[1]: count}
        if self.attempt(should, write_off_transfer, number=key, reason="x", units=given):
            one.lost += count
            self.settle(key, 0, one.in_transit)

    @precondition(lambda self: self.transfers)
    @rule(number=pick)
    def call_off(self, number: int) -> None:
        key, one = self._transfer(number)
        should = one.is_open and not one.sent
        if self.attempt(should, cancel_transfer, number=key, reason="x"):
            one.is_open = False
            self.on_hand[one.level] -= one.lacking

    def _transfer(self, number: int) -> tuple[str, Moving]:
        keys = list(self.transfers)
        return keys[number % len(keys)], self.transfers[keys[number % len(keys)]]
