"""A small town whose people come in by the doors everybody comes in by."""

import pytest

from tests.journeys.town import Town, build_town


@pytest.fixture
def town(db: None) -> Town:
    """Two stores and a warehouse with goods, clerks, tills and one known customer."""
    return build_town()
