"""The ranked statement beside a plain model of it."""

from collections.abc import Sequence
from itertools import accumulate

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.promises.models import Promise
from inventory.promises.operations import NotEnoughStock, RankedDemand
from inventory.promises.serving import Spot, Want, serve
from inventory.stock.models import StockLevel
from inventory.stock.operations import adjust_stock
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Store
from tests.clock import NOON
from tests.inventory.given import stocked
from tests.inventory.promises.test_ranked import A, B, C, taken
from tests.lawbook import broken

pytestmark = pytest.mark.django_db

Free = dict[tuple[str, str], int]


def expected(
    lines: Sequence[RankedDemand], free: Free, *, is_one_place: bool
) -> dict[str, int] | None:
    """What the statement is to answer, worked out by hand; None if refused."""
    left, found = dict(free), dict[str, int]()
    fixed = [line for line in lines if line.is_fixed]
    ranked = [line for line in lines if not line.is_fixed]
    for line in fixed:
        shares = _served(line, left)
        if shares is None:
            return None
        found[line.line] = line.quantity
        left[line.places[0], line.sku_code] -= line.quantity
    alone = _alone(ranked, left) if is_one_place else None
    for line in ranked:
        shares = [(alone, line.quantity)] if alone else _served(line, left)
        if shares is None:
            return None
        for store, units in shares:
            found[f"{line.line}:{store}"] = units
            left[store, line.sku_code] -= units
    return found


def _alone(lines: Sequence[RankedDemand], left: Free) -> str | None:
    able = [
        store
        for store in (A, B, C)
        if all(store in line.places for line in lines)
        and all(
            sum(one.quantity for one in lines if one.sku_code == line.sku_code)
            <= left[store, line.sku_code]
            for line in lines
        )
    ]
    ids = dict(Store.objects.values_list("code", "pk"))
    ranks = {s: sum(line.places.index(s) for line in lines) for s in able}
    return min(able, key=lambda s: (ranks[s], ids[s]), default=None) if lines else None


def _served(line: RankedDemand, left: Free) -> list[tuple[str, int]] | None:
    firsts = line.places[: line.preferred]
    for reach in ((firsts,) if firsts else ()) + (line.places,):
        has = [max(0, left[store, line.sku_code]) for store in reach]
        for store, units in zip(reach, has, strict=True):
            if units >= line.quantity:
                return [(store, line.quantity)]
        if line.may_split and sum(has) >= line.quantity:
            before = [0, *accumulate(has)]
            shares = [
                (store, min(units, line.quantity - gone))
                for store, units, gone in zip(reach, has, before, strict=False)
            ]
            return [(store, units) for store, units in shares if units > 0]
    return None


def served_in_parts(
    lines: Sequence[RankedDemand], free: Free, *, is_one_place: bool
) -> dict[str, int] | None:
    """What the rule for requests with kits answers where each line takes one level."""
    ids = dict(Store.objects.values_list("code", "pk"))
    cells = {cell: number for number, cell in enumerate(free)}
    wants = [
        Want(
            line.quantity,
            tuple(
                Spot(
                    ids[store], {cells[store, line.sku_code]: 1}, 1 + (n >= line.preferred)
                )
                for n, store in enumerate(line.places)
            ),
            line.may_split,
            line.is_fixed,
        )
        for line in lines
    ]
    left = {cells[cell]: units for cell, units in free.items()}
    served = serve(wants, left, is_one_place=is_one_place, most_places=9)
    if served.short is not None:
        return None
    codes = {key: code for code, key in ids.items()}
    return {
        lines[share.line].line
        if lines[share.line].is_fixed
        else f"{lines[share.line].line}:{codes[share.spot.store]}": share.units
        for share in served.shares
    }


skus = st.sampled_from(["S-1", "S-2"])
rankings = st.lists(st.sampled_from([A, B, C]), min_size=1, max_size=3, unique=True)
a_line = st.tuples(skus, st.integers(1, 4), rankings, st.booleans(), st.integers(0, 2))


@settings(max_examples=80)
@given(
    stock=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    asked=st.lists(a_line, min_size=1, max_size=4),
    is_one_place=st.booleans(),
)
def test_the_statement_answers_what_a_plain_model_does(
    stock: list[int],
    asked: list[tuple[str, int, list[str], bool, int]],
    is_one_place: bool,
) -> None:
    free: Free = {}
    cells = [(store, sku) for store in (A, B, C) for sku in ("S-1", "S-2")]
    with transaction.atomic():
        for (store, sku), units in zip(cells, stock, strict=True):
            stocked(6, store=store, sku=sku)
            adjust_stock(
                store_code=store, sku_code=sku, on_hand=units, reason="", by=SYSTEM, at=NOON
            )
            free[store, sku] = units
        lines = [
            RankedDemand(sku, units, str(n), tuple(places), split, first)
            for n, (sku, units, places, split, first) in enumerate(asked)
        ]
        should = expected(lines, free, is_one_place=is_one_place)
        assert served_in_parts(lines, free, is_one_place=is_one_place) == should
        try:
            assert taken(*lines, is_one_place=is_one_place) == should
        except NotEnoughStock:
            assert should is None
            assert not Promise.objects.exists()
        assert broken(only={"S2", "S3"}) == set()
        reserved = {
            (level.store.code, level.sku.code): level.reserved
            for level in StockLevel.objects.select_related("store", "sku")
        }
        assert sum(reserved.values()) == sum((should or {}).values())
        transaction.set_rollback(True)
