"""Goods are ordered, announced, and come: in part, damaged, too many, too few, blind."""

from datetime import timedelta

import pytest

from inventory.stock.models import StockMovement
from inventory.supply.models import Receipt
from inventory.supply.operations import (
    AlreadyReceived,
    Condition,
    Counted,
    MoreThanOrdered,
    NotAPercentage,
    NotAwaited,
    NotOnOrder,
    NumberTaken,
    Purchase,
    PurchaseOrderNotFound,
    ReasonMissing,
    ShipNoticeNotFound,
    SkuListedTwice,
    SupplierDetails,
    SupplierNotFound,
    SupplierStopped,
    cancel_purchase_order,
    close_delivery,
    close_purchase_order,
    draft_purchase_order,
    place_purchase_order,
    receive_blind,
    receive_delivery,
    receive_order,
    save_supplier,
)
from inventory.supply.queries import incoming, notice_view, purchase_view
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.states import IllegalTransition
from stores.network.queries import StoreNotFound
from stores.people.queries import NotYourRole
from tests.clock import NOON
from tests.inventory.given import figures
from tests.inventory.supply.given import (
    LAWS,
    announced,
    come,
    drafted,
    ordered,
    staff,
    supplier,
    two_places,
)
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
DAMAGED = Condition.DAMAGED


def status_of(number: str) -> tuple[str, int, int]:
    """Status of an order; units received and outstanding of its line."""
    view = purchase_view(number)
    (line,) = view.lines
    return view.status, line.received, line.outstanding


def expected() -> list[tuple[str, int, int]]:
    """What is to come to Moscow: document, units, days from now."""
    return [
        (one.document, one.quantity, (one.expected_at - NOON).days)
        for one in incoming(["S-1"], ["msk-1"], at=NOON)
    ]


def test_a_draft_lets_nobody_wait() -> None:
    number = drafted()
    assert status_of(number) == ("DRAFT", 0, 10)
    assert expected() == []
    with pytest.raises(NotAwaited):
        come(number, Counted("S-1", 1))


def test_what_is_ordered_is_to_come_after_the_lead_time() -> None:
    number = ordered(lead_time_days=3)
    assert expected() == [(number, 10, 3)]
    assert broken(only=LAWS) == set()


def test_goods_come_in_part_and_the_rest_is_still_to_come() -> None:
    number = ordered()
    come(number, Counted("S-1", 3), Counted("S-1", 1, DAMAGED))
    assert status_of(number) == ("PARTLY_RECEIVED", 4, 6)
    assert figures() == (3, 0)
    assert StockMovement.objects.get(target="QUARANTINE").source == "SUPPLIER"
    assert expected() == [(number, 6, 7)]
    come(number, Counted("S-1", 6))
    assert status_of(number) == ("RECEIVED", 10, 0)
    assert expected() == []
    assert broken(only=LAWS) == set()


def test_more_comes_only_as_far_as_tolerance_goes() -> None:
    number = ordered(over_percent=10)
    with pytest.raises(MoreThanOrdered) as refusal:
        come(number, Counted("S-1", 12))
    assert refusal.value.facts["available"] == 11
    come(number, Counted("S-1", 11))
    assert status_of(number) == ("RECEIVED", 11, 0)
    assert broken(only=LAWS) == set()


def test_without_tolerance_not_one_more_comes() -> None:
    number = ordered()
    come(number, Counted("S-1", 8))
    with pytest.raises(MoreThanOrdered):
        come(number, Counted("S-1", 3))


@pytest.mark.parametrize(("percent", "outcome"), [(20, "RECEIVED"), (19, "CLOSED_SHORT")])
def test_a_little_less_is_enough_where_tolerance_says_so(
    percent: int, outcome: str
) -> None:
    number = ordered(under_percent=percent)
    come(number, Counted("S-1", 8))
    assert (
        close_purchase_order(number=number, reason="No more", by=SYSTEM, at=NOON) == outcome
    )
    assert expected() == []
    assert broken(only=LAWS) == set()


def test_an_order_closed_short_says_why() -> None:
    number = ordered()
    come(number, Counted("S-1", 1))
    with pytest.raises(ReasonMissing):
        close_purchase_order(number=number, reason=" ", by=SYSTEM, at=NOON)


def test_an_order_is_cancelled_before_anything_came() -> None:
    number = ordered()
    cancel_purchase_order(number=number, reason="Wrong article", by=SYSTEM, at=NOON)
    assert (status_of(number)[0], expected()) == ("CANCELLED", [])
    started = ordered(sku="S-1")
    come(started, Counted("S-1", 1))
    with pytest.raises(IllegalTransition):
        cancel_purchase_order(number=started, reason="Late", by=SYSTEM, at=NOON)
    assert broken(only=LAWS) == set()


def test_what_was_not_ordered_does_not_come_with_the_order() -> None:
    number = ordered()
    two_places(0, sku="S-2")
    with pytest.raises(NotOnOrder):
        come(number, Counted("S-2", 1))


def test_the_same_reference_is_received_once() -> None:
    number = ordered()
    first = come(number, Counted("S-1", 3), reference="note")
    assert come(number, Counted("S-1", 3), reference="note") == first
    assert status_of(number) == ("PARTLY_RECEIVED", 3, 7)
    with pytest.raises(AlreadyReceived):
        come(number, Counted("S-1", 4), reference="note")


def test_an_order_names_a_supplier_that_delivers_and_each_article_once() -> None:
    two_places(0)

    def draft(code: str, *lines: Purchase) -> str:
        return draft_purchase_order(
            supplier_code=code, store_code="msk-1", lines=lines, by=SYSTEM, at=NOON
        )

    line = Purchase("S-1", 1)
    with pytest.raises(SupplierNotFound):
        draft("nobody", line)
    with pytest.raises(SkuListedTwice):
        draft(supplier(), line, line)
    gone = SupplierDetails("gone", "Тень", is_active=False)
    assert save_supplier(details=gone, by=SYSTEM, at=NOON)
    with pytest.raises(SupplierStopped):
        draft("gone", line)
    with pytest.raises(NotAPercentage):
        supplier(over_percent=101)


# ── announced deliveries ─────────────────────────────────────────────────────────


def test_an_announced_delivery_comes_when_it_says() -> None:
    number = ordered()
    announced(number, 4)
    assert expected() == [(number, 4, 2), (number, 6, 7)]
    announced(number, 6, "N-2", days=3)
    assert expected() == [(number, 4, 2), (number, 6, 3)]


def test_a_delivery_is_received_by_the_number_on_its_note() -> None:
    number = ordered()
    note = announced(number, 4)
    receive_delivery(number=note, lines=[Counted("S-1", 3)], by=SYSTEM, at=NOON)
    assert notice_view(note).status == "PARTLY_RECEIVED"
    assert status_of(number) == ("PARTLY_RECEIVED", 3, 7)
    receive_delivery(number=note, lines=[Counted("S-1", 1)], by=SYSTEM, at=NOON)
    assert notice_view(note).status == "RECEIVED"
    with pytest.raises(NotAwaited):
        receive_delivery(number=note, lines=[Counted("S-1", 1)], by=SYSTEM, at=NOON)
    assert expected() == [(number, 6, 7)]
    assert broken(only=LAWS) == set()


def test_the_same_note_is_announced_once() -> None:
    number = ordered()
    announced(number, 4)
    announced(number, 4)
    assert expected() == [(number, 4, 2), (number, 6, 7)]
    with pytest.raises(NumberTaken):
        announced(number, 5)


def test_no_more_is_announced_than_ordered() -> None:
    number = ordered()
    announced(number, 4)
    with pytest.raises(MoreThanOrdered):
        announced(number, 7, "N-2")
    with pytest.raises(NotAwaited):
        announced(drafted(), 1, "N-3")


def test_a_delivery_that_does_not_come_leaves_the_order_waiting() -> None:
    number = ordered()
    note = announced(number, 10)
    close_delivery(number=note, by=SYSTEM, at=NOON)
    assert notice_view(note).status == "CANCELLED"
    assert expected() == [(number, 10, 7)]


def test_an_order_that_ends_ends_its_deliveries() -> None:
    number = ordered()
    note = announced(number, 4)
    come(number, Counted("S-1", 10))
    assert notice_view(note).status == "CANCELLED"
    assert status_of(number)[0] == "RECEIVED"


# ── blind receipts, and who may ──────────────────────────────────────────────────


def test_goods_nobody_ordered_are_received_blind() -> None:
    two_places(0)
    clerk = staff("msk-1")
    number = receive_blind(
        store_code="msk-1", lines=[Counted("S-1", 2)], reference="x", by=clerk, at=NOON
    )
    again = receive_blind(
        store_code="msk-1", lines=[Counted("S-1", 2)], reference="x", by=clerk, at=NOON
    )
    assert again == number
    assert figures() == (2, 0)
    assert Receipt.objects.get().received_by == clerk.key
    with pytest.raises(StoreNotFound):
        receive_blind(store_code="spb-1", lines=[Counted("S-1", 2)], by=clerk, at=NOON)
    assert broken(only=LAWS) == set()


def test_a_clerk_receives_here_and_orders_nothing() -> None:
    number = drafted()
    clerk, foreign = staff("msk-1"), staff("spb-1")
    with pytest.raises(NotYourRole):
        place_purchase_order(number=number, by=clerk, at=NOON)
    place_purchase_order(number=number, by=staff("msk-1", "HEAD_OFFICE"), at=NOON)
    note = announced(number, 4)
    with pytest.raises(PurchaseOrderNotFound):
        receive_order(number=number, lines=[Counted("S-1", 1)], by=foreign, at=NOON)
    with pytest.raises(ShipNoticeNotFound):
        receive_delivery(number=note, lines=[Counted("S-1", 1)], by=foreign, at=NOON)
    receive_delivery(number=note, lines=[Counted("S-1", 1)], by=clerk, at=NOON)
    with pytest.raises(NotYourRole):
        close_purchase_order(number=number, reason="x", by=clerk, at=NOON)
    boss = staff("msk-1", "STORE_MANAGER")
    later = NOON + timedelta(days=1)
    assert (
        close_purchase_order(number=number, reason="x", by=boss, at=later) == "CLOSED_SHORT"
    )
