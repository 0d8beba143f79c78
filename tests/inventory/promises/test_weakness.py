"""Who gives way, worked out without a database."""

from typing import Any

from inventory.promises.weakness import GivingWay, Standing, give_way


def standing(key: int, **known: Any) -> Standing:
    plain: dict[str, Any] = {
        "sku": 1,
        "units": 1,
        "lacking": 0,
        "is_firm": False,
        "places": (10, 20),
        "may_move": True,
    }
    return Standing(key=key, **(plain | known))


def test_the_weakest_gives_way_first() -> None:
    promises = [
        standing(1),
        standing(2),
        standing(3, is_firm=True),
        standing(4, places=(), may_move=False),
    ]
    order = []
    for units in (1, 2, 3, 4):
        way = give_way(promises, {1: units}, {(20, 1): 9}, may_lack=True)
        order.append((list(way.moves), list(way.lacking)))
    assert order == [([2], []), ([2, 1], []), ([2, 1, 3], []), ([2, 1, 3], [4])]


def test_nobody_moves_to_where_there_is_not_enough() -> None:
    way = give_way([standing(1, units=3)], {1: 1}, {(20, 1): 2}, may_lack=False)
    assert way == GivingWay()
    way = give_way([standing(1, units=2), standing(2)], {1: 3}, {(20, 1): 2}, may_lack=True)
    assert (way.moves, way.lacking) == ({2: 20}, {1: 2})


def test_what_lacks_units_already_neither_moves_nor_lacks_them_twice() -> None:
    way = give_way([standing(1, units=2, lacking=1)], {1: 5}, {(20, 1): 9}, may_lack=True)
    assert (way.moves, way.lacking) == ({}, {1: 1})
