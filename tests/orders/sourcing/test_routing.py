"""Which places send an order."""

import time
from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from orders.sourcing.routing import Candidate, Plan, plan

NEAR, MIDDLE, FAR = 1.0, 50.0, 700.0


def place(code: str, km: float, **units: int) -> Candidate:
    return Candidate(code, km, units)


def stops(found: Plan) -> list[tuple[str, dict[str, int]]]:
    return [(stop.store_code, stop.units) for stop in found.stops]


def test_the_nearest_place_that_has_everything_sends_it() -> None:
    found = plan(
        {"a": 1, "b": 2},
        [
            place("far", FAR, a=9, b=9),
            place("mid", MIDDLE, a=1, b=2),
            place("near", NEAR, a=9),
        ],
        max_parcels=3,
    )
    assert stops(found) == [("mid", {"a": 1, "b": 2})]


def test_one_far_parcel_is_better_than_two_near_ones() -> None:
    found = plan(
        {"a": 1, "b": 1},
        [place("x", NEAR, a=1), place("y", NEAR, b=1), place("far", FAR, a=1, b=1)],
        max_parcels=3,
    )
    assert stops(found) == [("far", {"a": 1, "b": 1})]


def test_without_such_a_place_the_fewest_and_then_nearest_send_it() -> None:
    found = plan(
        {"a": 1, "b": 1},
        [place("x", NEAR, a=1), place("y", MIDDLE, b=1), place("far", FAR, b=1)],
        max_parcels=3,
    )
    assert stops(found) == [("x", {"a": 1}), ("y", {"b": 1})]


def preferred(code: str, km: float, **units: int) -> Candidate:
    return replace(place(code, km, **units), priority=1)


def test_of_equal_places_the_preferred_sends_before_the_nearest() -> None:
    both = [place("near", NEAR, a=1), preferred("far", FAR, a=1)]
    assert stops(plan({"a": 1}, both, max_parcels=3)) == [("far", {"a": 1})]


def test_no_parcel_more_is_sent_to_please_a_channel() -> None:
    places = [
        place("near", NEAR, a=1, b=1),
        preferred("x", FAR, a=1),
        preferred("y", 9, b=1),
    ]
    assert stops(plan({"a": 1, "b": 1}, places, max_parcels=3)) == [
        ("near", {"a": 1, "b": 1})
    ]


def test_of_as_many_parcels_those_of_preferred_places_are_sent() -> None:
    places = [place("x", NEAR, a=1), place("y", NEAR, b=1), preferred("far", FAR, b=1)]
    found = plan({"a": 1, "b": 1}, places, max_parcels=3)
    assert stops(found) == [("far", {"b": 1}), ("x", {"a": 1})]


def test_with_many_places_the_preferred_is_looked_at_too() -> None:
    """More than can be combined: neither the shortlist nor the cover overlooks it."""
    many = [place(f"p{n:02}", float(n), a=1) for n in range(20)]
    found = plan({"a": 2}, [*many, preferred("far", FAR, a=1)], max_parcels=2)
    assert [code for code, _units in stops(found)] == ["far", "p00"]
    found = plan({"a": 9}, [*many, preferred("far", FAR, a=1)], max_parcels=2)
    assert [code for code, _units in stops(found)] == ["far", "p00"]


def test_units_of_one_line_may_come_from_two_places() -> None:
    found = plan({"a": 5}, [place("x", NEAR, a=2), place("y", MIDDLE, a=4)], max_parcels=2)
    assert stops(found) == [("x", {"a": 2}), ("y", {"a": 3})]


def test_a_line_comes_whole_from_one_place_where_it_can() -> None:
    found = plan(
        {"a": 3, "b": 1},
        [place("x", NEAR, a=1, b=1), place("y", MIDDLE, a=3)],
        max_parcels=2,
    )
    assert stops(found) == [("x", {"b": 1}), ("y", {"a": 3})]


def test_what_nobody_has_is_named() -> None:
    found = plan({"a": 5, "b": 1}, [place("x", NEAR, a=2)], max_parcels=4)
    assert not found.complete
    assert found.missing == {"a": 3, "b": 1}


def test_a_negative_place_has_nothing_and_owes_nothing() -> None:
    found = plan({"a": 2}, [place("x", NEAR, a=-3), place("y", FAR, a=2)], max_parcels=2)
    assert stops(found) == [("y", {"a": 2})]


def test_no_more_parcels_than_allowed() -> None:
    places = [place(code, NEAR, **{code: 1}) for code in "abc"]
    assert not plan({"a": 1, "b": 1, "c": 1}, places, max_parcels=2).complete
    assert plan({"a": 1, "b": 1, "c": 1}, places, max_parcels=3).complete


def test_nothing_wanted_means_nothing_sent() -> None:
    assert plan({"a": 0}, [place("x", NEAR, a=1)], max_parcels=2) == Plan((), {})


@settings(max_examples=150)
@given(
    demand=st.dictionaries(st.sampled_from("abc"), st.integers(1, 4), min_size=1),
    places=st.lists(
        st.tuples(
            st.integers(0, 1000),
            st.dictionaries(st.sampled_from("abc"), st.integers(0, 4)),
        ),
        max_size=6,
    ),
)
def test_the_plan_is_the_least_split_then_the_nearest(
    demand: dict[str, int], places: list[tuple[int, dict[str, int]]]
) -> None:
    candidates = [
        Candidate(f"p{i}", float(km), units) for i, (km, units) in enumerate(places)
    ]
    found = plan(demand, candidates, max_parcels=3)

    best = _best(demand, candidates)
    if best is None:
        assert not found.complete
        return
    assert found.complete
    used = {stop.store_code for stop in found.stops}
    distance = sum(c.distance_km for c in candidates if c.store_code in used)
    assert (len(used), distance) <= best
    for sku, wanted in demand.items():
        assert sum(stop.units.get(sku, 0) for stop in found.stops) == wanted
    for stop in found.stops:
        stock = next(c for c in candidates if c.store_code == stop.store_code).available
        assert all(0 < n <= stock[sku] for sku, n in stop.units.items())


def _best(demand: dict[str, int], candidates: list[Candidate]) -> tuple[int, float] | None:
    for size in (1, 2, 3):
        distances = [
            sum(c.distance_km for c in chosen)
            for chosen in combinations(candidates, size)
            if all(
                sum(c.available.get(sku, 0) for c in chosen) >= n
                for sku, n in demand.items()
            )
        ]
        if distances:
            return size, min(distances)
    return None


def test_many_candidates_are_still_planned_quickly() -> None:
    skus = [f"s{i}" for i in range(20)]
    places = [
        Candidate(f"p{i:03}", float(i), {sku: (i + j) % 3 for j, sku in enumerate(skus)})
        for i in range(300)
    ]
    started = time.perf_counter()
    found = plan(dict.fromkeys(skus, 2), places, max_parcels=4)
    assert found.complete
    assert time.perf_counter() - started < 1
