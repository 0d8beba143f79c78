"""A till: sells whether or not anybody listens, and sends its sales in batches."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from orders.trading_day.book import Book
from orders.trading_day.client import Caller, Json
from orders.trading_day.doors import Doors
from orders.trading_day.plan import POS, TillRun, TillSale, Want
from orders.trading_day.scanning import new_serial
from orders.trading_day.stage import Script

_BETWEEN_SALES = timedelta(seconds=40)
_SCANNED = 0.6


class Till:
    """Plays one run of sales."""

    def __init__(self, run: TillRun, doors: Doors, book: Book) -> None:
        self.run = run
        self.doors = doors
        self.book = book

    def play(self) -> Script:
        """Send the sales; some tills send twice, some send the later half first."""
        caller = self.doors.till(self.run.device_code)
        began_at = self.book.now() - timedelta(minutes=self.run.offline_minutes)
        told = [
            self._sale(sale, began_at + place * _BETWEEN_SALES)
            for place, sale in enumerate(self.run.sales)
        ]
        for batch in self._batches(told):
            self._send(caller, batch)
            yield 0.2
        if self.run.is_sent_twice:
            again = caller.tell("/api/v1/pos/sales", {"sales": told})
            self.book.note_repeats(again["answers"])

    def _batches(self, told: list[Json]) -> Iterator[list[Json]]:
        if not self.run.is_out_of_order or len(told) == 1:
            yield told
            return
        half = len(told) // 2
        yield told[half:]
        yield told[:half]

    def _send(self, caller: Caller, batch: list[Json]) -> None:
        answer = caller.tell("/api/v1/pos/sales", {"sales": batch})
        sales = {sale.sequence: sale for sale in self.run.sales}
        for told in answer["answers"]:
            if told["order_number"] is None:
                self.book.refuse(POS, (told["problem"] or {}).get("code", "refused"))
                continue
            sale = sales[told["sequence"]]
            self.book.place(told["order_number"], POS)
            if sale.return_store_code:
                self.book.bring_back(told["order_number"], sale.return_store_code)

    def _sale(self, sale: TillSale, sold_at: datetime) -> Json:
        chance = Random(f"{self.run.device_code}:{sale.sequence}")  # noqa: S311 - a play
        is_scanned = chance.random() < _SCANNED
        lines = [
            self._line(want.sku_code, want.quantity)
            | (self._serials(want, chance) if is_scanned else {})
            for want in sale.wants
        ]
        total = sum(
            (Decimal(line["unit_price"]) * line["quantity"] for line in lines), Decimal(0)
        )
        told: Json = {
            "sequence": sale.sequence,
            "receipt_number": f"{self.run.store_code.upper()}-{sale.sequence:06d}",
            "sold_at": min(sold_at, self.book.now()).isoformat(),
            "tender": "CASH" if sale.is_cash else "CARD",
            "total_amount": str(total),
            "lines": lines,
        }
        return told | ({"customer": sale.card} if sale.card else {})

    def _serials(self, want: Want, chance: Random) -> Json:
        if not self.book.articles[want.sku_code].is_serialised:
            return {}
        self.book.note("serial numbers scanned at tills")
        return {"serials": [new_serial(chance) for _unit in range(want.quantity)]}

    def _line(self, sku_code: str, quantity: int) -> Json:
        article = self.book.articles[sku_code]
        return {
            "gtin": article.gtins[-1],
            "quantity": quantity,
            "unit_price": str(article.price),
        }
