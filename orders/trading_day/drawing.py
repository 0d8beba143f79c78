"""Drawing a day out of the chain: pure, and the same for the same seed."""

import random
from collections.abc import Mapping, Sequence
from itertools import accumulate, cycle

from orders.trading_day.plan import (
    APP,
    ODDS,
    SITE,
    TABLET,
    Day,
    Home,
    Person,
    TillRun,
    TillSale,
    Twist,
    Visit,
    Want,
)
from orders.trading_day.reference import Article, Chain, Place, Regular

_POPULAR = {
    "smartphones": 12, "cases": 9, "screen-protection": 8, "cables": 10, "chargers": 6,
    "headphones": 8, "batteries": 7, "lamps": 5, "storage": 6, "power-banks": 4,
    "laptops": 4, "tv": 3, "kettles": 4, "keyboards-mice": 4, "watches": 3, "power": 3,
    "fridges": 1, "washing": 1, "dishwashers": 1, "hobs-ovens": 1, "projectors": 1,
}  # fmt: skip
_FOOTFALL = {"large": 4, "medium": 2, "small": 1}
_CHEAP, _SMALL_CHANGE = 2_000, 600
_STREETS = ("Садовая улица", "улица Гагарина", "Школьная улица", "Лесная улица")


class Planner:
    """Draws a day out of the chain; one source of chance, drawn in one order."""

    def __init__(
        self,
        chain: Chain,
        carried: Mapping[str, frozenset[str]],
        *,
        seed: int,
        pace: float,
        receipts: Mapping[str, int],
    ) -> None:
        self.chain = chain
        self.seed = seed
        self.pace = pace
        self.chance = random.Random(f"day:{seed}")  # noqa: S311 - a play, not a secret
        self.shelves = {
            code: [article for article in chain.articles if article.sku_code in skus]
            for code, skus in carried.items()
        }
        self.liked = {
            code: list(accumulate(_weight(article) for article in shelf))
            for code, shelf in self.shelves.items()
        }
        self.footfall = [_FOOTFALL[store.size] for store in chain.stores]
        self.receipts = dict(receipts)
        shuffled = self.chance.sample(chain.regulars, len(chain.regulars))
        self.regulars = cycle(
            shuffled
        )  # a customer has one cart: nobody comes twice at once

    def draw(self, orders: int) -> Day:
        """A day with this many orders, at `pace` orders begun each second."""
        visits: list[Visit] = []
        runs: list[TillRun] = []
        moment, drawn = 0.0, 0
        while drawn < orders:
            moment += self.chance.expovariate(self.pace)
            if self.chance.random() < 0.12:
                run = self._till_run(len(runs), moment, orders - drawn)
                runs.append(run)
                drawn += len(run.sales)
                moment += (len(run.sales) - 1) / self.pace
            else:
                visits.append(self._visit(len(visits), moment))
                drawn += 1
        return Day(self.seed, tuple(visits), tuple(runs))

    def _store(self) -> Place:
        return self.chance.choices(self.chain.stores, self.footfall)[0]

    def _other(self, store: Place) -> Place:
        return self.chance.choice([s for s in self.chain.stores if s.code != store.code])

    def _visit(self, number: int, moment: float) -> Visit:
        store = self._store()
        channel = self.chance.choices((SITE, APP, TABLET), (5, 4, 1))[0]
        person = self._person(number)
        wants = tuple(self._wants(store, channel))
        return Visit(
            number=number,
            starts_after=moment,
            channel=channel,
            person=person,
            store_code=store.code,
            wants=wants,
            home=self._home(store),
            twists=self._twists(person, wants),
            return_store_code=self._other(store).code,
        )

    def _wants(self, store: Place, channel: str) -> list[Want]:
        intents = ("COLLECT", "SHIP", "MIXED")
        intent = self.chance.choices(intents, (5, 4, 1.5))[0]
        articles = self._basket(store, self.chance.choices((1, 2, 3, 5), (6, 3, 2, 0.5))[0])
        wants = []
        for position, article in enumerate(articles):
            kind = self._intent(intent, channel, position)
            place = None if kind == "SHIP" else store.code
            wants.append(Want(article.sku_code, self._quantity(article), kind, place))
        return wants

    def _intent(self, intent: str, channel: str, position: int) -> str:
        if intent != "MIXED":
            return intent
        here = "CARRY_OUT" if channel == TABLET else "COLLECT"
        return here if position % 2 == 0 else "SHIP"

    def _basket(self, store: Place, size: int) -> list[Article]:
        shelf = self.shelves[store.code]
        found: dict[str, Article] = {}
        while len(found) < size:
            article = self.chance.choices(shelf, cum_weights=self.liked[store.code])[0]
            found[article.sku_code] = article
        return list(found.values())

    def _quantity(self, article: Article) -> int:
        if article.price > _SMALL_CHANGE:
            return 1
        return self.chance.choices((1, 2, 3), (6, 3, 1))[0]

    def _twists(self, person: Person, wants: Sequence[Want]) -> frozenset[Twist]:
        drawn = {twist for twist, odds in ODDS.items() if self.chance.random() < odds}
        if not person.is_regular:
            drawn.discard(Twist.POINTS)
        if not any(want.intent == "COLLECT" for want in wants):
            drawn -= {Twist.NO_SHOW, Twist.WRONG_CODE}
        if Twist.CANCELLED in drawn or Twist.ABANDONED in drawn:
            drawn -= {Twist.SHORT, Twist.NO_SHOW, Twist.RETURNED, Twist.LATE}
        if Twist.NO_SHOW in drawn:
            drawn -= {Twist.RETURNED, Twist.WRONG_CODE}
        if any(want.intent == "CARRY_OUT" for want in wants):
            drawn.discard(Twist.CANCELLED)
        return frozenset(drawn)

    def _person(self, number: int) -> Person:
        known = next(self.regulars)
        if self.chance.random() < 0.6:
            return _regular(known)
        stranger = self.chance.choice(self.chain.regulars)
        return Person(
            name=f"{known.first_name} {stranger.last_name}",
            phone=f"+7900{5_000_000 + self.seed % 1000 * 4000 + number:07d}",
            email=f"guest{self.seed}-{number}@example.com",
            language=known.language,
            is_regular=False,
        )

    def _home(self, store: Place) -> Home:
        street = self.chance.choice(_STREETS)
        house, flat = self.chance.randrange(1, 90), self.chance.randrange(1, 160)
        return Home(
            city=store.city,
            address=f"{street}, {house}, кв. {flat}",
            postal_code=store.postal_code,
            latitude=str(store.latitude),
            longitude=str(store.longitude),
        )

    def _till_run(self, number: int, moment: float, at_most: int) -> TillRun:
        store = self._store()
        size = min(self.chance.choices((1, 2, 3, 5, 8), (3, 3, 3, 2, 1))[0], at_most)
        device = f"till-{store.code}"
        return TillRun(
            number=number,
            starts_after=moment,
            device_code=device,
            store_code=store.code,
            sales=tuple(self._till_sale(store, device) for _ in range(size)),
            is_sent_twice=self.chance.random() < 0.25,
            is_out_of_order=self.chance.random() < 0.25,
            offline_minutes=self.chance.choice((0, 0, 0, 25, 90)),
        )

    def _till_sale(self, store: Place, device: str) -> TillSale:
        sequence = self.receipts.get(device, 0) + 1
        self.receipts[device] = sequence
        size = self.chance.choices((1, 2, 4), (5, 3, 1))[0]
        regular = self.chance.choice(self.chain.regulars)
        is_returned = self.chance.random() < ODDS[Twist.RETURNED]
        return TillSale(
            sequence=sequence,
            wants=tuple(
                Want(article.sku_code, self._quantity(article), "CARRY_OUT", store.code)
                for article in self._basket(store, size)
            ),
            is_cash=self.chance.random() < 0.35,
            card=regular.card if self.chance.random() < 0.5 else "",
            return_store_code=self._other(store).code if is_returned else "",
        )


def _weight(article: Article) -> float:
    liked = _POPULAR.get(article.category_code, 2)
    return liked * (2 if article.price < _CHEAP else 1)


def _regular(known: Regular) -> Person:
    return Person(
        name=f"{known.first_name} {known.last_name}",
        phone=known.phone,
        email=known.email,
        language=known.language,
        is_regular=True,
    )
