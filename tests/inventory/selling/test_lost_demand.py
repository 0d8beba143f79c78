"""Asked for, not here: counted once, and nobody named."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from inventory.catalogue.queries import SkuNotFound
from inventory.models import LostDemand
from inventory.selling.operations import record_lost_demand
from inventory.stock.operations import QuantityOutOfRange
from omniretail.kernel.actors import SYSTEM
from stores.network.queries import StoreNotFound
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.given import place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    """A place, and a SKU it does not have."""
    place("msk-1")
    SkuFactory.create(code="S-1")


def asked(**details: Any) -> None:
    known: dict[str, Any] = {
        "sku_code": "S-1",
        "store_code": "msk-1",
        "channel": "SITE",
        "session": "cart-1",
        "by": SYSTEM,
        "at": NOON,
    }
    record_lost_demand(**(known | details))


def units() -> list[int]:
    return list(LostDemand.objects.order_by("pk").values_list("quantity", flat=True))


def test_one_asker_counts_once_a_day_with_the_most_it_asked_for() -> None:
    for quantity in (1, 3, 2):
        asked(quantity=quantity)
    assert units() == [3]
    asked(at=NOON + timedelta(days=1))
    asked(session="cart-2")
    asked(store_code=None)
    asked(store_code=None)
    assert units() == [3, 1, 1, 1]


def test_a_day_is_the_places_own() -> None:
    place("vvo-1", time_zone="Asia/Vladivostok")
    asked(store_code="vvo-1", at=NOON.replace(hour=15))
    assert LostDemand.objects.get().day == (NOON + timedelta(days=1)).date()


def test_nobody_is_named() -> None:
    asked(session="anna@example.org")
    asked(session="anna@example.org", at=NOON + timedelta(days=1))
    first, second = LostDemand.objects.order_by("pk")
    told = " ".join(str(value) for value in vars(first).values())
    assert "anna" not in told
    assert first.session != second.session


def test_the_database_keeps_no_session_in_clear() -> None:
    asked()
    for change in ({"session": "cart-1"}, {"quantity": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LostDemand.objects.update(**change)


@pytest.mark.parametrize(
    ("details", "refusal"),
    [
        ({"sku_code": "S-9"}, SkuNotFound),
        ({"store_code": "x"}, StoreNotFound),
        ({"quantity": 0}, QuantityOutOfRange),
    ],
)
def test_odd_demand_is_refused(details: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        asked(**details)
    assert units() == []
