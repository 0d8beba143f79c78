"""Many tills: paired one by one, then telling their sales in batches, not always neatly."""

import random
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

from orders.trading_day.client import PLAIN, Caller, Json, Manner, Tally
from tests.drills.real.feeds import gtin_of, shop_code
from tests.drills.real.head_office import HeadOffice
from tests.drills.real.ringing import Rung, amount, ring_all, total_cents
from tests.drills.real.source import Basket

BASKETS_PER_TILL, SALES_PER_BATCH = 12, 4
SENDERS, ECHOES = 8, 3
_PATH = "/api/v1/pos/sales"
_EVERY_THIRD, _EVERY_FIFTH, _EVERY_SEVENTH = 3, 5, 7
Key = tuple[str, int]


@dataclass(frozen=True)
class Batch:
    """Some sales of one till, and how it sends them."""

    sales: tuple[Json, ...]
    is_resent: bool
    """The answer gets lost: the same request comes again under the same key."""
    is_echoed: bool
    """The till forgot that it had sent them: they come again under another key, maybe
    at the same moment."""


@dataclass(frozen=True)
class Till:
    """A paired till with the batches it will send, in the order it will send them."""

    device: str
    caller: Caller
    batches: tuple[Batch, ...]
    is_out_of_order: bool


@dataclass
class Told:
    """What the tills were answered."""

    tally: Tally
    orders: dict[Key, str] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    echoed: int = 0

    def note(self, answer: Json) -> None:
        """One batch was answered: a sale has one order, however often it is told."""
        for one in answer["answers"]:
            key = (answer["device"], one["sequence"])
            number = one["order_number"]
            self.outcomes[one["outcome"]] += 1
            if number is None:
                self.refused[(one["problem"] or {}).get("code", "refused")] += 1
            elif self.orders.setdefault(key, number) != number:
                self.wrong.append(f"{key} is {number} and {self.orders[key]}")


def manned(
    office: HeadOffice, baskets: Sequence[Basket], tally: Tally, *, seed: int
) -> list[Till]:
    """Pair as many tills as the shops need and deal the baskets out to them."""
    by_shop: dict[str, list[Basket]] = {}
    for basket in sorted(baskets, key=lambda one: (one.sold_at, one.number)):
        if ring_all(basket.lines):
            by_shop.setdefault(basket.shop, []).append(basket)
    chance = random.Random(seed)
    tills: list[Till] = []
    for shop, rung_up in by_shop.items():
        lanes = -(-len(rung_up) // BASKETS_PER_TILL)
        for lane in range(lanes):
            device, token = office.pair_till(shop_code(shop), f"Till {lane + 1}")
            bearer = {"Authorization": f"Bearer {token}"}
            caller = Caller(office.web, tally, bearer)
            batches = list(_batches(rung_up[lane::lanes]))
            is_out_of_order = len(tills) % _EVERY_THIRD == 0 and len(batches) > 1
            if is_out_of_order:
                while batches == sorted(batches, key=_first_sequence):
                    chance.shuffle(batches)
            tills.append(Till(device, caller, tuple(batches), is_out_of_order))
    return tills


def replay(tills: Sequence[Till], tally: Tally) -> Told:
    """Let all tills speak at once."""
    told = Told(tally)
    with ThreadPoolExecutor(SENDERS) as senders, ThreadPoolExecutor(ECHOES) as echoes:
        speaking = [senders.submit(_speak, till, echoes) for till in tills]
        for till_done in speaking:
            for answered in till_done.result():
                told.note(answered.result())
        told.echoed = sum(batch.is_echoed for till in tills for batch in till.batches)
    return told


def _speak(till: Till, echoes: ThreadPoolExecutor) -> list[Future[Json]]:
    answers: list[Future[Json]] = []
    for batch in till.batches:
        body = {"sales": list(batch.sales)}
        if batch.is_echoed:
            answers.append(echoes.submit(till.caller.tell, _PATH, body))
        manner = Manner(is_resent=True) if batch.is_resent else PLAIN
        answer: Future[Json] = Future()
        answer.set_result(till.caller.tell(_PATH, body, manner=manner, key=_key()))
        answers.append(answer)
    return answers


def _key() -> str:
    return str(uuid.uuid4())


def _batches(baskets: Sequence[Basket]) -> Iterator[Batch]:
    told = iter([_sale(n, basket) for n, basket in enumerate(baskets, start=1)])
    while sales := tuple(islice(told, SALES_PER_BATCH)):
        mark = int(sales[0]["receipt_number"])
        yield Batch(
            sales,
            is_resent=mark % _EVERY_FIFTH == 0,
            is_echoed=mark % _EVERY_SEVENTH == 0,
        )


def _first_sequence(batch: Batch) -> int:
    return int(batch.sales[0]["sequence"])


def _sale(sequence: int, basket: Basket) -> Json:
    rungs = ring_all(basket.lines)
    return {
        "sequence": sequence,
        "receipt_number": basket.number,
        "sold_at": basket.sold_at.isoformat(),
        # The source does not say how it was paid: every other receipt in cash.
        "tender": "CASH" if sequence % 2 else "CARD",
        "total_amount": amount(total_cents(rungs)),
        "lines": [_line(rung) for rung in rungs],
    }


def _line(rung: Rung) -> Json:
    return {
        "gtin": gtin_of(rung.product),
        "quantity": rung.quantity,
        "unit_price": amount(rung.unit_cents),
        "discount_amount": amount(rung.discount_cents),
    }
