"""With how many units each place opens: a rule per category and size, plus chance."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from orders.trading_day.reference import Article, Chain, Place

_ASSORTMENT = {"warehouse": 1.0, "large": 1.0, "medium": 0.75, "small": 0.45}


@dataclass(frozen=True)
class OpeningLevel:
    """What stands on the shelf of one place before the first customer."""

    store_code: str
    sku_code: str
    on_hand: int
    safety_stock: int


def opening_levels(chain: Chain, *, seed: int) -> list[OpeningLevel]:
    """The opening stock of the whole chain; the same seed gives the same shelves."""
    return [
        level
        for place in chain.places
        for level in _levels(chain, place, random.Random(f"{seed}:{place.code}"))  # noqa: S311
    ]


def carried(chain: Chain, *, seed: int) -> dict[str, frozenset[str]]:
    """What each place sells: what lies on its shelves, and the kits it makes of that."""
    skus: dict[str, set[str]] = {}
    for level in opening_levels(chain, seed=seed):
        skus.setdefault(level.store_code, set()).add(level.sku_code)
    kits = [article for article in chain.articles if article.parts]
    for shelf in skus.values():
        shelf |= {kit.sku_code for kit in kits if kit.parts.keys() <= shelf}
    return {code: frozenset(shelf) for code, shelf in skus.items()}


def _levels(chain: Chain, place: Place, chance: random.Random) -> Iterator[OpeningLevel]:
    for article in chain.articles:
        if article.parts:
            continue
        rule = chain.plan[article.category_code]
        carried = float(rule["share"]) * _ASSORTMENT[place.size]
        drawn = chance.random()
        factor = chance.choice(("0.5", "0.75", "1", "1", "1.25", "1.5"))
        if place.size != "warehouse" and drawn > carried:
            continue
        on_hand = _units(article, rule[place.size], factor)
        if on_hand:
            safety = int(rule["safety_stock"]) if place.is_store else 0
            yield OpeningLevel(place.code, article.sku_code, on_hand, min(safety, on_hand))


def _units(article: Article, usual: str, factor: str) -> int:
    units = int(Decimal(usual) * Decimal(factor))
    if usual != "0" and article.price < 100_000:
        return max(units, 1)
    return units // 2
