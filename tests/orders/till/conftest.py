"""A town with a phone and a cable on the shelves."""

import pytest

from tests.factories.fulfilment import Town, stocked, town


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
