"""Ranked holds, asked for again."""

import pytest
from pytest_django import Settings

from inventory.promises.models import Promise
from inventory.promises.operations import NotEnoughStock, PaymentUnderWay, TooManyHolds
from omniretail.kernel.limits import Limits
from tests.inventory.given import SOON, figures, place, stocked
from tests.inventory.promises.test_ranked import A, B, any_of, slips, taken

pytestmark = pytest.mark.django_db


def test_a_second_try_does_not_compete_with_the_first() -> None:
    """sylius#3573: a buyer's own hold counted against the retry."""
    stocked(2, store=A)
    place(B)
    assert taken(any_of(2, A, B)) == {f"1:{A}": 2}
    assert taken(any_of(2, A, B)) == {f"1:{A}": 2}
    assert figures(A) == (2, 2)
    with pytest.raises(NotEnoughStock):
        slips(any_of(3, A, B))
    assert figures(A) == (2, 2)


def test_holding_anew_is_the_one_extension() -> None:
    stocked(5, store=A)
    place(B)
    slips(any_of(1, A, B))
    (again,) = slips(any_of(1, A, B), ends_at=SOON.replace(minute=30))
    assert again.ends_at == SOON.replace(minute=30)
    (third,) = slips(any_of(1, A, B), ends_at=SOON.replace(minute=50))
    assert third.ends_at == again.ends_at


def test_holds_being_paid_for_are_not_replaced() -> None:
    stocked(2, store=A)
    place(B)
    slips(any_of(1, A, B), is_paying=True)
    assert Promise.objects.get().payment_in_flight
    with pytest.raises(PaymentUnderWay):
        slips(any_of(1, A, B))


def test_an_owner_has_so_many_reservations_at_once(settings: Settings) -> None:
    settings.LIMITS = Limits(holds_per_owner=1)
    stocked(9, store=A)
    place(B)
    slips(any_of(1, A, B))
    with pytest.raises(TooManyHolds):
        slips(any_of(1, A, B), reference="cart-2")
