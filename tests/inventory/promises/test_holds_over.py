"""A hold whose end has passed is over for its owner at once: whoever was slow to pay asks
anew, and is not told to wait until somebody has swept."""

from collections.abc import Callable
from datetime import datetime

import pytest
from pytest_django import Settings

from inventory.promises.operations import (
    RankedDemand,
    TooManyHolds,
    Wish,
    hold_first_come,
    hold_ranked,
    start_payment,
)
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import Limits
from tests.clock import NOON
from tests.inventory.given import SOON, figures, held, stocked, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
LATER = SOON + (SOON - NOON)
LAWS = {"S1", "S2", "S3", "P1"}


def by_itself(reference: str, at: datetime) -> None:
    held(wanted(1), reference=reference, at=at, ends_at=LATER)


def ranked(reference: str, at: datetime) -> None:
    hold_ranked(
        demands=[RankedDemand("S-1", 1, "1", ("msk-1",))],
        owner="cart:1",
        reference=reference,
        ends_at=LATER,
        by=SYSTEM,
        at=at,
    )


def among_many(reference: str, at: datetime) -> None:
    wishes = [Wish(reference, "cart:1", "msk-1", "S-1", 1)]
    (answer,) = hold_first_come(wishes=wishes, ends_at=LATER, by=SYSTEM, at=at)
    if answer.refusal:
        raise answer.refusal


@pytest.fixture(autouse=True)
def _one_at_a_time(settings: Settings) -> None:
    settings.LIMITS = Limits(holds_per_owner=1)
    stocked(9)
    held(wanted(1), reference="slow")


@pytest.mark.parametrize("asked", [by_itself, ranked, among_many])
def test_what_is_over_counts_no_more(asked: Callable[[str, datetime], None]) -> None:
    with pytest.raises(TooManyHolds):
        asked("again", NOON)
    asked("again", SOON)
    assert figures() == (9, 2)
    with pytest.raises(TooManyHolds):
        asked("more", SOON)
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize("asked", [by_itself, ranked, among_many])
def test_what_is_being_paid_is_not_over(asked: Callable[[str, datetime], None]) -> None:
    start_payment(reference="slow", by=SYSTEM, at=NOON)
    with pytest.raises(TooManyHolds):
        asked("again", SOON)
