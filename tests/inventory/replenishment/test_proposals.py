"""What to order and what to move, and what becomes of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from inventory.models import Proposal, PurchaseOrder, Run, Transfer
from inventory.promises.operations import PlaceClosed
from inventory.replenishment.operations import (
    NothingChosen,
    ProposalNotFound,
    accept_proposals,
    dismiss_proposals,
    propose_everything,
    propose_for,
)
from inventory.replenishment.queries import open_transfers_at, proposal_view
from inventory.supply.operations import (
    ReasonMissing,
    SupplierStopped,
    approve_transfer,
    place_purchase_order,
)
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.states import IllegalTransition
from stores.network.models import Store
from stores.people.queries import NotYourRole
from tests.clock import NOON
from tests.inventory.given import allocated, held, place, wanted
from tests.inventory.replenishment.given import (
    BOSS,
    LAWS,
    came,
    measured,
    numbers,
    open_ways,
    policy,
    proposed,
    selling,
    sold,
    staff,
    supplier,
)
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
TOMORROW = NOON + timedelta(days=1)


@pytest.fixture
def bought() -> None:
    """Moscow sells two a day and buys from Svet; a week to come, a week to last."""
    policy(supplier_code=supplier())
    selling(2, 10)


@pytest.fixture
def shared() -> None:
    """Moscow is short of what lies about in Tver and, further off, towards Petersburg."""
    policy()
    place("msk-1")
    place("tver", latitude=56.86, longitude=35.9)
    place("spb-1", latitude=59.0, longitude=33.0)
    selling(2, 4)
    selling(1, 70, store="tver")
    selling(1, 90, store="spb-1")


def test_a_shelf_at_its_reorder_point_is_filled_up(bought: None) -> None:
    assert proposed() == [("svet", "msk-1", 18)]
    assert broken(only=LAWS) == set()


def test_a_shelf_above_it_waits(bought: None) -> None:
    came(5, at=NOON)
    assert proposed() == []


def test_what_is_promised_is_not_there(bought: None) -> None:
    came(6, at=NOON)
    allocated(wanted(3))
    assert proposed() == [("svet", "msk-1", 15)]


def test_packs_and_least_orders_are_kept() -> None:
    policy(supplier_code=supplier(), pack_size=12, least_order=30)
    selling(2, 10)
    assert proposed() == [("svet", "msk-1", 36)]


def test_the_nearest_surplus_comes_first_and_the_rest_from_further_off(
    shared: None,
) -> None:
    assert proposed("msk-1", "tver", "spb-1") == [
        ("spb-1", "msk-1", 10),
        ("tver", "msk-1", 14),
    ]


def test_the_reason_is_told_in_the_readers_words(bought: None) -> None:
    proposed()
    (number,) = numbers()
    assert proposal_view(number).reason == (
        "Msk-1: 10 free, nothing on the way. It sells 2.00 a day: enough for 5 days. "
        "Order at 14, fill up to 28."
    )
    with translation.override("ru"):
        assert "Продаётся по 2,00 в день: хватит на 5 дней." in proposal_view(number).reason


def test_the_reason_names_the_giver(shared: None) -> None:
    proposed("msk-1", "tver", "spb-1")
    reasons = {one.source_code: one.reason for one in open_transfers_at("msk-1")}
    assert "Tver, 163 km away, has 14 more than 8 weeks need." in reasons["tver"]


def test_a_warehouse_feeds_its_shops() -> None:
    place("depot", kind="WAREHOUSE")
    policy(source_code="depot")
    selling(2, 10)
    came(12, at=NOON, store="depot")
    assert proposed("msk-1", "depot") == [("depot", "msk-1", 12)]


def test_the_same_is_proposed_once(bought: None) -> None:
    proposed()
    first = numbers()
    Run.objects.all().delete()
    assert proposed() == [("svet", "msk-1", 18)]
    assert numbers() == first


def test_a_proposal_that_no_longer_holds_is_outdated(bought: None) -> None:
    proposed()
    sold(2, at=NOON)
    propose_for(sku_codes=["S-1"], at=NOON)
    assert open_ways() == [("svet", "msk-1", 20)]
    came(30, at=NOON)
    propose_for(sku_codes=["S-1"], at=NOON)
    assert open_ways() == []
    assert set(Proposal.objects.values_list("status", flat=True)) == {"OUTDATED"}


def test_a_day_is_worked_out_once(bought: None) -> None:
    proposed()
    sold(2, at=NOON)
    assert propose_everything(at=NOON) == 0
    assert propose_everything(at=TOMORROW) == 1


def test_an_accepted_purchase_is_a_draft_order(bought: None) -> None:
    proposed()
    (number,) = accept_proposals(numbers=numbers(), by=BOSS, at=NOON)
    order = PurchaseOrder.objects.get(number=number)
    assert (order.status, order.supplier.code, order.store.code) == (
        "DRAFT",
        "svet",
        "msk-1",
    )
    assert [line.quantity for line in order.lines.all()] == [18]
    row = Proposal.objects.get()
    assert (row.status, row.document, row.decided_by) == ("ACCEPTED", number, "boss")
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize("is_placed", [False, True])
def test_what_is_ordered_is_not_proposed_again(bought: None, is_placed: bool) -> None:
    proposed()
    (number,) = accept_proposals(numbers=numbers(), by=BOSS, at=NOON)
    if is_placed:
        place_purchase_order(number=number, by=BOSS, at=NOON)
    propose_for(sku_codes=["S-1"], at=NOON)
    assert open_ways() == []


@pytest.mark.parametrize("is_approved", [False, True])
def test_what_is_asked_of_a_neighbour_is_not_proposed_again(
    shared: None, is_approved: bool
) -> None:
    proposed("msk-1", "tver", "spb-1")
    documents = accept_proposals(numbers=numbers(), by=BOSS, at=NOON)
    assert Transfer.objects.count() == len(documents) == 2
    if is_approved:
        for number in documents:
            approve_transfer(number=number, by=SYSTEM, at=NOON)
    propose_for(sku_codes=["S-1"], at=NOON)
    assert open_ways() == []
    place("tula", latitude=56.0, longitude=37.0)
    selling(2, 4, store="tula")
    measured("tula")
    propose_for(sku_codes=["S-1"], at=NOON)
    assert open_ways() == [("spb-1", "tula", 24)]
    assert broken(only=LAWS) == set()


def test_articles_of_one_supplier_become_one_order() -> None:
    policy(supplier_code=supplier())
    for sku in ("S-1", "S-2", "S-3"):
        selling(1, 2, sku=sku, days=9)
    proposed()
    assert len(accept_proposals(numbers=numbers(), by=BOSS, at=NOON)) == 1
    assert PurchaseOrder.objects.get().lines.count() == 3
    assert broken(only=LAWS) == set()


def test_what_was_dismissed_rests_for_a_week(bought: None) -> None:
    proposed()
    dismiss_proposals(numbers=numbers(), reason="End of season", by=BOSS, at=NOON)
    assert Proposal.objects.get().dismiss_reason == "End of season"
    sold(2, at=NOON)
    propose_for(sku_codes=["S-1"], at=TOMORROW)
    assert open_ways() == []
    propose_for(sku_codes=["S-1"], at=NOON + timedelta(days=8))
    assert open_ways() == [("svet", "msk-1", 20)]


def test_it_is_said_why_something_is_dismissed(bought: None) -> None:
    proposed()
    with pytest.raises(ReasonMissing):
        dismiss_proposals(numbers=numbers(), reason=" ", by=BOSS, at=NOON)


def test_nothing_is_decided_twice(bought: None) -> None:
    proposed()
    chosen = numbers()
    accept_proposals(numbers=chosen, by=BOSS, at=NOON)
    for again in (
        lambda: accept_proposals(numbers=chosen, by=BOSS, at=NOON),
        lambda: dismiss_proposals(numbers=chosen, reason="x", by=BOSS, at=NOON),
    ):
        with pytest.raises(IllegalTransition):
            again()
    assert PurchaseOrder.objects.count() == 1


def test_a_choice_is_known_and_bounded(bought: None) -> None:
    proposed()
    with pytest.raises(ProposalNotFound):
        accept_proposals(numbers=[*numbers(), "N-0"], by=BOSS, at=NOON)
    with pytest.raises(NothingChosen):
        accept_proposals(numbers=[], by=BOSS, at=NOON)
    with pytest.raises(NothingChosen):
        accept_proposals(numbers=[f"N-{n}" for n in range(201)], by=BOSS, at=NOON)
    assert Proposal.objects.get().status == "OPEN"


def test_head_office_orders_and_shops_ask_each_other(shared: None) -> None:
    proposed("msk-1", "tver", "spb-1")
    place("sochi")
    clerk, stranger = staff("msk-1", "CLERK"), staff("sochi")
    with pytest.raises(ProposalNotFound):
        accept_proposals(numbers=numbers(), by=stranger, at=NOON)
    accept_proposals(numbers=numbers(), by=clerk, at=NOON)
    assert Transfer.objects.count() == 2


def test_a_shop_does_not_order_from_suppliers(bought: None) -> None:
    proposed()
    with pytest.raises(NotYourRole):
        accept_proposals(numbers=numbers(), by=staff("msk-1"), at=NOON)
    assert Proposal.objects.get().status == "OPEN"


def test_what_cannot_be_carried_out_stays_open(bought: None) -> None:
    proposed()
    supplier(is_active=False)
    with pytest.raises(SupplierStopped):
        accept_proposals(numbers=numbers(), by=BOSS, at=NOON)
    supplier()
    Store.objects.update(closed_on=NOON.date())
    with pytest.raises(PlaceClosed):
        accept_proposals(numbers=numbers(), by=BOSS, at=NOON)
    assert Proposal.objects.get().status == "OPEN"


def test_nothing_is_proposed_for_a_place_that_closed(bought: None) -> None:
    measured()
    Store.objects.update(closed_on=NOON.date())
    assert propose_everything(at=NOON) == 0


def test_safety_stock_of_the_channels_is_not_given_away(shared: None) -> None:
    held(wanted(60, store="spb-1"), reference="x", owner="cart:9")
    assert proposed("msk-1", "tver", "spb-1") == [("tver", "msk-1", 14)]


def test_a_more_exact_policy_decides() -> None:
    supplier()
    supplier("volga")
    policy(supplier_code="svet")
    selling(2, 10)
    policy("s-1", sku_code="S-1", supplier_code="volga", lead_time_days=Decimal(3))
    assert proposed() == []
    sold(4, at=NOON)
    propose_for(sku_codes=["S-1"], at=NOON)
    assert open_ways() == [("volga", "msk-1", 14)]
