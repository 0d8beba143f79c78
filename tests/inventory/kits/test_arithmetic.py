"""Kits and their parts, by a model that knows no database."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from inventory.catalogue.kits import Kit, expanded, shelf_codes
from inventory.stock.demand import summed_pieces

PARTS = ("A", "B", "C")
made_of = st.dictionaries(st.sampled_from(PARTS), st.integers(1, 3), min_size=1)
kits = st.dictionaries(st.sampled_from(("K", "L")), made_of).map(
    lambda found: {code: Kit(7, code, parts) for code, parts in found.items()}
)
free = st.dictionaries(st.sampled_from(PARTS), st.integers(0, 12))
lines = st.lists(st.tuples(st.sampled_from((*PARTS, "K", "L")), st.integers(1, 4)))


@given(lines, kits)
def test_every_part_is_summed_over_all_lines(
    lines: list[tuple[str, int]], kits: dict[str, Kit]
) -> None:
    expected: Counter[str] = Counter()
    for sku, units in lines:
        for part, per_kit in kits[sku].parts.items() if sku in kits else [(sku, 1)]:
            expected[part] += units * per_kit
    pieces = expanded(lines, kits)
    asked = summed_pieces((one.index, ("x", one.sku_code), one.quantity) for one in pieces)
    assert {pair[1]: one.units for pair, one in asked.items()} == dict(expected)
    assert all(lines[one.index][0] == one.share.kit.code for one in pieces if one.share)


@given(made_of, free)
def test_whole_kits_fit_and_one_more_does_not(
    parts: dict[str, int], free: dict[str, int]
) -> None:
    whole = Kit(1, "K", parts).whole(free)
    assert all(free.get(part, 0) >= units * whole for part, units in parts.items())
    assert any(free.get(part, 0) < units * (whole + 1) for part, units in parts.items())


def test_what_owes_units_makes_no_kit() -> None:
    assert Kit(1, "K", {"A": 1}).whole({"A": -3}) == 0


def test_shelf_codes_are_the_skus_that_lie_on_shelves() -> None:
    kits = {"K": Kit(1, "K", {"A": 1, "B": 2})}
    assert shelf_codes(["K", "A", "C"], kits) == {"A", "B", "C"}
