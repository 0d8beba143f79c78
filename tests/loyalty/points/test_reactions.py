"""Points follow the facts of orders."""

from loyalty.identity.models import Customer
from loyalty.points import reactions
from loyalty.points.queries import balance
from omniretail.contracts.orders import OrderReturned
from tests.clock import NOON
from tests.loyalty import facts


def test_collected_goods_earn_for_what_was_paid_in_money(anna: Customer) -> None:
    order = facts.brief(customer_number=anna.number)
    fact = facts.collected(order, facts.line(net="2000.00", points="1000.00"))
    reactions.reward_collection(fact)
    reactions.reward_collection(fact)
    assert balance(anna.number).pending == 30


def test_returned_goods_lose_their_points(anna: Customer) -> None:
    order = facts.brief(customer_number=anna.number)
    reactions.reward_collection(facts.collected(order, facts.line()))
    returned = facts.every_told_fact(order)["returned"]
    assert isinstance(returned, OrderReturned)
    reactions.claw_back_returned(returned)
    reactions.claw_back_returned(returned)
    assert balance(anna.number) == balance("C-NONE")


def test_a_delivered_parcel_earns_too(anna: Customer) -> None:
    order = facts.brief(customer_number=anna.number)
    fact = facts.every_told_fact(order)["delivered"]
    reactions.reward_delivery(fact)  # type: ignore[arg-type]
    assert balance(anna.number).pending == 60


def test_guests_neither_earn_nor_lose(db: None) -> None:
    order = facts.brief()
    reactions.reward_collection(facts.collected(order))
    reactions.claw_back_returned(facts.every_told_fact(order)["returned"])  # type: ignore[arg-type]
    assert NOON
