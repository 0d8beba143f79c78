"""Who is fed by whom: nearest first, never at the cost of the giver."""

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from inventory.replenishment.balancing import PURCHASE, Reach, Shelf, Suggestion, suggest
from inventory.replenishment.ordering import Marks, Terms

D = Decimal
WEEKS = 4
REACH = Reach(WEEKS, 20_000)


def shelf(code: str, free: int, *, north: float = 0, **details: object) -> Shelf:
    """A shelf that orders at 5 and is full at 10, somewhere on a meridian."""
    known: dict[str, object] = {
        "position": free,
        "marks": Marks(2, 5, 10),
        "per_day": D("0.5"),
    }
    return Shelf(code, 55 + north, 37, free, **(known | details))  # type: ignore[arg-type]


def ways(*shelves: Shelf) -> list[tuple[str, str, int]]:
    """From where, to where, how many."""
    found = suggest(shelves, REACH)
    return [
        (one.source_code or one.supplier_code, one.store_code, one.units) for one in found
    ]


def test_the_nearest_with_a_surplus_gives() -> None:
    near, far = shelf("near", 30, north=1), shelf("far", 90, north=2)
    assert ways(shelf("short", 4), near, far) == [("near", "short", 6)]
    assert suggest([shelf("short", 4), near, far], REACH)[0].distance_km == 111


def test_what_one_cannot_give_the_next_one_does() -> None:
    near, far = shelf("near", 16, north=1), shelf("far", 90, north=2)
    assert ways(shelf("short", 4), near, far) == [("near", "short", 2), ("far", "short", 4)]


def test_a_giver_keeps_what_it_sells_in_the_weeks_ahead() -> None:
    busy = shelf("busy", 30, per_day=D(1))
    assert busy.keeps(WEEKS) == 28
    assert ways(shelf("short", 4), busy) == [("busy", "short", 2)]


def test_goods_do_not_cross_the_country_for_a_neighbour() -> None:
    short, far = shelf("short", 4), shelf("far", 90, north=2)
    assert suggest([short, far], Reach(WEEKS, 222)) == []
    assert len(suggest([short, far], Reach(WEEKS, 223))) == 1


def test_the_most_urgent_is_served_first() -> None:
    fast = shelf("zoo", 2, per_day=D(2))
    slow = shelf("ale", 2, per_day=D("0.1"))
    assert ways(slow, fast, shelf("giver", 22)) == [("giver", "zoo", 8)]


def test_the_rest_is_ordered_in_packs() -> None:
    short = shelf("short", 4, supplier_code="svet", terms=Terms(4))
    assert ways(short, shelf("giver", 15)) == [("giver", "short", 1), ("svet", "short", 8)]


def test_a_warehouse_feeds_what_it_has_over_its_own_reorder_point() -> None:
    depot = shelf("depot", 12, gives=False)
    assert ways(shelf("short", 4, source_code="depot"), depot) == [("depot", "short", 6)]
    poor = shelf("depot", 8, gives=False)
    fed = shelf("short", 4, source_code="depot", terms=Terms(2))
    assert ways(fed, poor) == [("depot", "short", 2)]


def test_a_warehouse_sends_no_less_than_the_least_order() -> None:
    terms = Terms(pack=2, least=5)
    short = shelf("short", 2, source_code="depot", terms=terms)
    for there, sent in [(7, [("depot", "short", 6)]), (5, [])]:
        depot = shelf("depot", there, gives=False, marks=Marks(0, 0, 0), per_day=D(0))
        assert ways(short, depot) == sent


def test_a_shelf_takes_no_more_than_it_holds() -> None:
    short = shelf("short", 4, supplier_code="svet", terms=Terms(4), most=10)
    assert ways(short) == [("svet", "short", 4)]


def test_nobody_is_short_nothing_moves() -> None:
    assert ways(shelf("a", 6), shelf("b", 90)) == []


def test_what_is_on_the_way_is_not_asked_for_again() -> None:
    assert ways(shelf("short", 0, position=6), shelf("b", 90)) == []


shelves = st.builds(
    lambda n, free, coming, point, more, pace, gives, depot, pack, supplied: Shelf(
        f"p{n}",
        50 + n,
        37 + n,
        free,
        free + coming,
        Marks(0, point, point + more),
        D(pace) / 10,
        gives,
        "p0" if depot and n else "",
        "" if depot or not supplied else "svet",
        Terms(pack),
    ),
    st.integers(0, 9),
    st.integers(0, 60),
    st.integers(-20, 20),
    st.integers(0, 20),
    st.integers(0, 20),
    st.integers(0, 30),
    st.booleans(),
    st.booleans(),
    st.integers(1, 6),
    st.booleans(),
)


@given(st.lists(shelves, max_size=8, unique_by=lambda one: one.store_code))
def test_no_unit_is_given_twice_and_no_giver_falls_short(places: list[Shelf]) -> None:
    found = suggest(places, REACH)
    by_code = {one.store_code: one for one in places}
    given_away: Counter[str] = Counter()
    for one in found:
        assert one.units > 0
        if one.kind != PURCHASE:
            given_away[one.source_code] += one.units
    for code, given_units in given_away.items():
        giver = by_code[code]
        assert giver.free - given_units >= giver.marks.reorder_point
        if giver.gives:
            assert given_units <= giver.surplus(WEEKS)


@given(st.lists(shelves, max_size=8, unique_by=lambda one: one.store_code))
def test_a_place_gets_what_it_misses_and_at_most_one_pack_more(
    places: list[Shelf],
) -> None:
    found = suggest(places, REACH)
    for place in places:
        got = sum(one.units for one in found if one.store_code == place.store_code)
        assert got < place.missing + place.terms.pack
        assert place.missing or not got
        if place.supplier_code:
            assert got >= place.missing


@given(st.lists(shelves, max_size=8, unique_by=lambda one: one.store_code))
def test_the_order_of_the_places_makes_no_difference(places: list[Shelf]) -> None:
    def key(one: Suggestion) -> tuple[str, str, str]:
        return one.store_code, one.source_code, one.supplier_code

    forth = sorted(suggest(places, REACH), key=key)
    assert forth == sorted(suggest(places[::-1], REACH), key=key)
