"""The small street, and a clean slate for its behaviour."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.omniretail.api.street import Behaviour


@pytest.fixture(autouse=True)
def _street(settings: Settings) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.omniretail.api.street"
    Behaviour.fail = None
    Behaviour.calls = 0
    Behaviour.entered.clear()
    Behaviour.go_on.set()
    yield
    Behaviour.fail = None
