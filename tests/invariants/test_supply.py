"""Model and database agree after every step of every history of goods on the move."""

from collections import Counter

import pytest
from hypothesis.stateful import initialize, invariant, rule

from inventory.stock.models import StockLevel
from inventory.stock.operations import receive_stock
from inventory.supply.queries import purchase_view, transfer_view
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.codes import new_number
from tests.factories.inventory import SkuFactory
from tests.invariants.playing import play
from tests.invariants.purchases import Purchases
from tests.invariants.shelf_moves import PLACES, SKUS, levels
from tests.invariants.stock_model import Level
from tests.invariants.transfers import units
from tests.inventory.given import place
from tests.inventory.supply.given import LAWS
from tests.lawbook import broken


class Supply(Purchases):
    """Two places, two SKUs, one supplier, and everything that can move between them."""

    def __init__(self) -> None:
        super().__init__()
        self.allocated: Counter[Level] = Counter()

    @initialize()
    def open_the_places(self) -> None:
        for code in PLACES:
            place(code)
        for code in SKUS:
            SkuFactory.create(code=code)
        self.know_the_supplier()
        for store in PLACES:
            for sku in SKUS:
                self.safety[store, sku] = 0
                self.stock_up((store, sku), 3)

    def reserved(self, level: Level) -> int:
        return self.kept_for_transfers(level) + self.allocated[level]

    def keep(self, level: Level, served: list[str]) -> None:
        self.allocated[level] += len(served)

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
            view = purchase_view(key)
            (ordered,) = view.lines
            assert (view.status, ordered.received) == (bought.status, bought.received)

    @invariant()
    def no_law_is_broken(self) -> None:
        assert broken(only=LAWS) == set()


@pytest.mark.django_db
def test_every_history_of_goods_on_the_move_adds_up() -> None:
    play(Supply, games=12, steps=25)
