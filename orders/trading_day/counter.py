"""A clerk at the counter: what is taken along is scanned into the cart, unit by unit."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from orders.trading_day.client import Caller, Json, Refused
from orders.trading_day.plan import Want
from orders.trading_day.reference import Article
from orders.trading_day.scanning import TAKEN, units_on_shelf


@dataclass
class Counter:
    """Names the units of one cart, and others for those that were not to be had."""

    caller: Caller
    path: str
    articles: Mapping[str, Article]
    chance: Random
    _shelves: dict[tuple[str, str], Iterator[str]] = field(default_factory=dict)
    _named: dict[Want, list[tuple[str, str]]] = field(default_factory=dict)

    def scan(self, wants: Iterable[Want]) -> int:
        """Scan every unit that is taken along and has a number; answers how many."""
        for want in wants:
            units = self._units(want) if want.intent == "CARRY_OUT" else []
            found = [(sku, self._next(sku, want)) for sku in units]
            if found:
                self._named[want] = [one for one in found if one[1]]
                self._say(want)
        return sum(len(named) for named in self._named.values())

    def scan_another(self, refused: Refused) -> bool:
        """In place of a unit that cannot be sold, take the next from the shelf; answers
        whether there was one."""
        number = refused.problem.get("serial")
        if refused.code not in TAKEN or not number:
            return False
        for want, named in self._named.items():
            for place, (sku, known) in enumerate(named):
                other = self._next(sku, want) if known == number else ""
                if other:
                    named[place] = (sku, other)
                    self._say(want)
                    return True
        return False

    def _units(self, want: Want) -> list[str]:
        """The SKU of each unit that has a number; of a kit, of each such part."""
        parts = self.articles[want.sku_code].parts or {want.sku_code: 1}
        return [
            sku
            for sku, per_unit in parts.items()
            if self.articles[sku].is_serialised
            for _unit in range(per_unit * want.quantity)
        ]

    def _next(self, sku: str, want: Want) -> str:
        shelf = (sku, want.store_code or "")
        if shelf not in self._shelves:
            self._shelves[shelf] = units_on_shelf(
                *shelf, self.chance, lambda path, query: self.caller.read(path, **query)
            )
        return next(self._shelves[shelf], "")

    def _say(self, want: Want) -> None:
        line: Json = {
            "sku": want.sku_code,
            "intent": want.intent,
            "store": want.store_code,
            "quantity": want.quantity,
            "serials": [number for _sku, number in self._named[want]],
        }
        try:
            self.caller.tell(f"{self.path}/lines", line)
        except Refused as refused:
            if not self.scan_another(refused):
                raise
