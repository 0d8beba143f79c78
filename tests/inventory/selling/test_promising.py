"""A promise is kept within what its channel may sell, and remembers for whom it was."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from inventory.promises.models import Promise
from inventory.promises.operations import (
    NotEnoughStock,
    NotForSaleHere,
    NotInNetwork,
    PromiseSlip,
    Wish,
    allocate_stock,
    confirm_holds,
    consume_promises,
    hold_first_come,
    hold_stock,
    move_promises,
)
from inventory.stock.models import StockLevel
from inventory.stock.operations import adjust_stock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import from_integrity
from tests.clock import NOON
from tests.inventory.given import SOON, figures, stocked, wanted
from tests.inventory.selling.given import block, buffer, network
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
LAWS = {"S2", "S3", "S9"}


def hold(
    units: int, *, channel: str = "SITE", store: str = "msk-1", reference: str = "cart-1"
) -> list[PromiseSlip]:
    return hold_stock(
        demands=[wanted(units, store=store)],
        owner=f"cart:{reference}",
        reference=reference,
        ends_at=SOON,
        channel=channel,
        by=SYSTEM,
        at=NOON,
    )


def test_a_promise_remembers_its_channel_and_what_it_left() -> None:
    stocked(10)
    buffer(3)
    hold(2)
    hold(4, reference="cart-2")
    rows = Promise.objects.order_by("pk").values_list("channel", "spare")
    assert list(rows) == [("SITE", 5), ("SITE", 1)]
    (slip,) = confirm_holds(reference="cart-1", by=SYSTEM, at=NOON)
    assert slip.channel == "SITE"
    assert broken(only=LAWS) == set()


def test_a_channel_is_refused_what_it_must_leave_and_another_is_not() -> None:
    stocked(5)
    buffer(3)
    with pytest.raises(NotEnoughStock) as refusal:
        hold(3)
    assert type(refusal.value) is NotEnoughStock
    assert (refusal.value.facts["wanted"], refusal.value.facts["available"]) == (3, 2)
    hold(3, channel="APP", reference="cart-2")
    with pytest.raises(NotEnoughStock) as refusal:
        hold(1)
    assert refusal.value.facts["available"] == 0
    assert figures() == (5, 3)


def test_safety_stock_and_buffer_are_kept_together() -> None:
    stocked(6)
    adjust_stock(
        store_code="msk-1", sku_code="S-1", safety_stock=2, reason="", by=SYSTEM, at=NOON
    )
    buffer(1)
    with pytest.raises(NotEnoughStock):
        hold(4)
    hold(3)
    assert broken(only=LAWS) == set()


def test_a_place_outside_the_network_refuses_by_name() -> None:
    stocked(5)
    stocked(5, store="spb-1")
    network("SITE", "spb-1")
    with pytest.raises(NotInNetwork) as refusal:
        hold(1)
    assert refusal.value.field == "lines/0/store"
    assert refusal.value.facts["channel"] == "SITE"
    assert figures() == (5, 0)
    hold(1, store="spb-1")


def test_a_blocked_sku_is_refused_with_its_reason_and_end() -> None:
    stocked(5)
    until = NOON + timedelta(hours=1)
    block(until=until, reason="RECALL")
    for channel in ("SITE", "APP", ""):
        with pytest.raises(NotForSaleHere) as refusal:
            hold(1, channel=channel)
        assert refusal.value.facts["reason"] == "RECALL"
        assert refusal.value.facts["until"] == until.isoformat()


def test_what_is_promised_stays_promised_when_it_is_blocked() -> None:
    stocked(5)
    hold(2)
    block()
    confirm_holds(reference="cart-1", by=SYSTEM, at=NOON)
    consume_promises(reference="cart-1", lines={"1": 1}, by=SYSTEM, at=NOON)
    assert figures() == (4, 1)
    assert broken(only=LAWS) == set()


def test_goods_sent_on_are_no_sale() -> None:
    stocked(5)
    buffer(5)
    block()
    allocate_stock(demands=[wanted(5)], reference="T-1", channel=None, by=SYSTEM, at=NOON)
    assert figures() == (5, 5)
    assert broken(only=LAWS) == set()


def test_goods_promised_before_they_came_need_no_evidence() -> None:
    stocked(5)
    adjust_stock(
        store_code="msk-1", sku_code="S-1", safety_stock=4, reason="", by=SYSTEM, at=NOON
    )
    allocate_stock(
        demands=[wanted(5)],
        reference="D-1",
        from_safety_stock=True,
        channel=None,
        by=SYSTEM,
        at=NOON,
    )
    assert Promise.objects.get().spare is None
    assert broken(only=LAWS) == set()


def test_a_promise_moves_within_its_own_network() -> None:
    stocked(5)
    stocked(5, store="spb-1")
    stocked(5, store="ekb-1")
    network("SITE", "msk-1", "spb-1")
    hold(2)
    confirm_holds(reference="cart-1", by=SYSTEM, at=NOON)
    with pytest.raises(NotInNetwork):
        move_promises(
            reference="cart-1",
            lines=["1"],
            demands=[wanted(2, store="ekb-1")],
            by=SYSTEM,
            at=NOON,
        )
    (slip,) = move_promises(
        reference="cart-1",
        lines=["1"],
        demands=[wanted(2, store="spb-1")],
        by=SYSTEM,
        at=NOON,
    )
    assert (slip.store_code, slip.channel) == ("spb-1", "SITE")
    assert (figures(), figures(store="spb-1")) == ((5, 0), (5, 2))


def test_the_rest_of_a_promise_names_what_it_is_the_rest_of() -> None:
    stocked(5)
    buffer(2)
    hold(3)
    adjust_stock(
        store_code="msk-1", sku_code="S-1", on_hand=3, reason="", by=SYSTEM, at=NOON
    )
    consume_promises(reference="cart-1", lines={"1": 1}, by=SYSTEM, at=NOON)
    rest = Promise.objects.live().get()
    assert (rest.quantity, rest.spare, rest.channel) == (2, None, "SITE")
    assert rest.rest_of is not None
    assert rest.rest_of.status == "CONSUMED"
    assert broken(only=LAWS) == set()


def test_many_owners_are_served_within_what_the_channel_may_sell() -> None:
    stocked(5)
    stocked(5, sku="S-2")
    stocked(5, store="spb-1")
    network("SITE", "msk-1")
    buffer(2, sku="S-1")
    block(sku="S-2")
    wishes = [
        Wish("r-1", "ann", "msk-1", "S-1", 2),
        Wish("r-2", "bob", "msk-1", "S-1", 2),
        Wish("r-3", "cid", "msk-1", "S-1", 1),
        Wish("r-4", "dan", "msk-1", "S-2", 1),
        Wish("r-5", "eve", "spb-1", "S-1", 1),
    ]
    answers = hold_first_come(
        wishes=wishes, ends_at=SOON, channel="SITE", by=SYSTEM, at=NOON
    )
    assert [answer.is_kept for answer in answers] == [True, False, True, False, False]
    refusals = [type(answer.refusal) for answer in answers if answer.refusal]
    assert refusals == [NotEnoughStock, NotForSaleHere, NotInNetwork]
    assert answers[1].refusal is not None
    assert answers[1].refusal.facts["available"] == 1
    rows = Promise.objects.order_by("pk").values_list("channel", "spare")
    assert list(rows) == [("SITE", 1), ("SITE", 0)]
    assert broken(only=LAWS) == set()


def written(**fields: object) -> Promise:
    """A promise written down behind the back of the statement that decides."""
    level = StockLevel.objects.get()
    known = {
        "store_id": level.store_id,
        "sku_id": level.sku_id,
        "quantity": 1,
        "status": "HELD",
        "owner": "cart:x",
        "reference": "cart-x",
        "line": "1",
        "ends_at": SOON,
        "created_at": NOON,
        "spare": 0,
        "channel": "SITE",
    }
    return Promise.objects.create(**(known | fields))


def test_the_database_refuses_what_the_channel_may_not_sell() -> None:
    """Whoever writes the promise, and whatever it says of itself."""
    stocked(5)
    written(channel="APP", reference="cart-y")
    buffer(6)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        written()
    error = from_integrity(refusal.value)
    assert isinstance(error, NotForSaleHere)
    written(channel="", reference="cart-z")
    block(channel="SITE")
    with pytest.raises(IntegrityError), transaction.atomic():
        written()
    network("APP")
    with pytest.raises(IntegrityError), transaction.atomic():
        written(channel="APP")


@pytest.mark.parametrize("evidence", [{"spare": None}, {"spare": -1}])
def test_the_database_refuses_a_promise_without_evidence(
    evidence: dict[str, object],
) -> None:
    stocked(5)
    with (
        pytest.raises(DatabaseError, match="promise_says_what_it_left_its_channel"),
        transaction.atomic(),
    ):
        written(**evidence)
