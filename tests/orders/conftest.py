"""A town with a phone and a cable on the shelves."""

from collections.abc import Iterator

import pytest

from inventory.catalogue.models import Sku
from tests.factories.fulfilment import Town, stocked, town
from tests.lawbook import broken
from tests.orders.serials import LAWS, come, corrected


@pytest.fixture
def shops(db: None) -> Town:
    made = town()
    stocked(
        {
            "tverskaya": {"PHONE": 5, "CABLE": 10},
            "arbat": {"PHONE": 5, "CABLE": 10},
            "depot": {"PHONE": 50, "CABLE": 100},
        }
    )
    return made


@pytest.fixture
def serialised(shops: Town) -> Iterator[None]:
    """Phones have serial numbers; two of the five in Tverskaya were scanned."""
    Sku.objects.filter(code="PHONE").update(is_serialised=True)
    come("SN-1", "SN-2")
    corrected(5)
    yield
    assert broken(only=LAWS) == set()
