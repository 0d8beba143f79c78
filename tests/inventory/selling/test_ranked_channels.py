"""A ranked list serves a channel out of what it may sell, and promises move no further."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from inventory.promises.models import Promise
from inventory.promises.operations import (
    NotEnoughStock,
    NotForSaleHere,
    NotInNetwork,
    RankedDemand,
    free_units_at,
    hold_ranked,
    replace_short,
)
from inventory.promises.operations import confirm_holds as firm
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Store
from tests.clock import NOON
from tests.inventory.given import SOON, figures, place, stocked
from tests.inventory.selling.given import block, buffer, network
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
A, B, C = "msk-1", "msk-2", "spb-1"


@pytest.fixture(autouse=True)
def chain() -> None:
    for code in (A, B, C):
        place(code)
        stocked(2, store=code)


def taken(*places: str, units: int = 1, channel: str = "SITE", to: str = "cart-1") -> str:
    """Who serves a line."""
    slips = hold_ranked(
        demands=[RankedDemand("S-1", units, "1", places or (A, B, C))],
        owner=to,
        reference=to,
        ends_at=SOON,
        channel=channel,
        by=SYSTEM,
        at=NOON,
    )
    assert {slip.channel for slip in slips} == {channel}
    return slips[0].store_code


def moved() -> list[str]:
    room = free_units_at(store_code=A, wanted={"S-1": 1}, by=SYSTEM, at=NOON)
    return [one.target_code for one in room.moved]


def test_a_place_outside_the_network_is_passed_over() -> None:
    network("SITE", B, C)
    assert taken() == B
    assert taken(channel="APP", to="cart-2") == A
    assert broken(only={"S3", "S9"}) == set()


def test_a_blocked_place_and_a_kept_back_unit_are_passed_over() -> None:
    block(A)
    buffer(1, store=B)
    assert taken(units=2) == C
    assert Promise.objects.get().spare == 0
    assert taken(to="cart-2") == B
    with pytest.raises(NotEnoughStock) as refusal:
        taken(to="cart-3")
    places: Any = refusal.value.facts["places"]
    assert [one["available"] for one in places] == [0, 0, 0]


def test_what_must_stand_where_it_may_not_be_sold_is_told_why() -> None:
    block(A)
    network("SITE", A, B)
    with pytest.raises(NotForSaleHere):
        taken(A)
    with pytest.raises(NotInNetwork) as refusal:
        taken(C)
    assert refusal.value.field == "lines/0/store"


def test_a_promise_moves_only_where_its_channel_may_sell() -> None:
    taken()
    network("SITE", A, C)
    assert moved() == [C]
    assert Promise.objects.live().get().spare == 1
    assert (figures(A), figures(C)) == ((2, 0), (2, 1))
    assert broken(only={"S3", "S9", "P1"}) == set()


def test_a_promise_stays_where_others_must_leave_what_they_have() -> None:
    taken(A, B)
    buffer(2, store=B)
    assert moved() == []


def test_the_database_minds_a_promise_that_moves_too_far() -> None:
    taken(A, B)
    block(B)
    target = Store.objects.get(code=B)
    with pytest.raises(IntegrityError, match="channel may sell"), transaction.atomic():
        Promise.objects.update(store=target)


def test_missing_units_come_from_where_the_channel_sells() -> None:
    taken(A)
    firm(reference="cart-1", by=SYSTEM, at=NOON)
    network("SITE", A, C)
    (slip,) = replace_short(
        reference="cart-1",
        line="1",
        quantity=1,
        demand=RankedDemand("S-1", 1, "1:x", (B, C)),
        most_places=4,
        by=SYSTEM,
        at=NOON,
    )
    assert slip.store_code == C
    assert broken(only={"S3", "S9", "P1"}) == set()
