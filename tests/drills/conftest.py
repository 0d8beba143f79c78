"""Each drill has a service of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.living import Service, serving


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """The whole service, with the demonstration chain loaded."""
    with serving(tmp_path) as running:
        yield running
