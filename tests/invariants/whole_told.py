"""Counts, writes from outside and imports in the machine that mixes everything."""

import io

from hypothesis import strategies as st
from hypothesis.stateful import rule

from inventory.counts.operations import (
    Entry,
    approve_count,
    count_item,
    finish_count,
    open_count,
)
from inventory.feeds.operations import FeedTerms, import_csv
from inventory.stock.operations import StockWrite, WriteMode, write_stock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.codes import new_number
from tests.invariants.shelf_moves import levels
from tests.invariants.stock_model import Level
from tests.invariants.whole_model import WholeModel
from tests.inventory.counts.given import BOSS

modes = st.sampled_from(list(WriteMode))
few_levels = st.dictionaries(
    levels, st.tuples(modes, st.integers(-3, 9), st.booleans()), min_size=1
)


class Told(WholeModel):
    """What is said of levels by whoever looked, or by another system."""

    @rule(level=levels, more=st.integers(0, 4))
    def count_a_shelf(self, level: Level, more: int) -> None:
        seen = self.reserved(level) + more
        store, sku = level
        number = open_count(store_code=store, sku_codes=[sku], by=SYSTEM, at=self.at)
        status = "OPEN"
        while status in ("OPEN", "RECOUNT"):
            entry = Entry(sku, seen, is_total=True)
            self.attempt(True, count_item, number=number, entry=entry)
            self.attempt(True, finish_count, number=number)
            status = self.told
        if status == "COUNTED":
            self.seconds += 1
            approve_count(number=number, by=BOSS, at=self.at)
        self.on_hand[level] = seen

    @rule(told=few_levels)
    def write(self, told: dict[Level, tuple[WriteMode, int, bool]]) -> None:
        self.seconds += 1
        rows, should = [], {}
        for level, (mode, number, is_known) in told.items():
            before = self.on_hand[level]
            said = number if mode is WriteMode.DELTA else abs(number)
            wanted = before + said if mode is WriteMode.DELTA else said
            is_true = mode is not WriteMode.SWAP or is_known
            is_meant = mode is not WriteMode.DELTA or said
            if is_true and is_meant and wanted >= self.reserved(level):
                should[level] = wanted
            rows.append(
                StockWrite(
                    key="/".join(level),
                    store_code=level[0],
                    sku_code=level[1],
                    mode=mode,
                    units=said,
                    expected=before + (not is_known) if mode is WriteMode.SWAP else None,
                    observed_at=self.at if mode is WriteMode.ABSOLUTE else None,
                )
            )
        reference = new_number("W")
        answers = write_stock(
            rows=rows, reference=reference, reason="", by=SYSTEM, at=self.at
        )
        landed = {tuple(one.key.split("/")) for one in answers if not one.problem}
        assert landed == set(should)
        self.on_hand |= should

    @rule(told=st.dictionaries(levels, st.integers(0, 9), min_size=1))
    def feed(self, told: dict[Level, int]) -> None:
        self.seconds += 1
        rows = [f"{store},{sku},{number}" for (store, sku), number in told.items()]
        text = "\n".join(["store_code,sku_code,on_hand", *rows, ""])
        stream, terms = io.BytesIO(text.encode()), FeedTerms("stock")
        report = import_csv(stream=stream, terms=terms, by=SYSTEM, at=self.at)
        should = {lv: n for lv, n in told.items() if n >= self.reserved(lv)}
        assert report.rows_landed == len(should)
        self.on_hand |= should
