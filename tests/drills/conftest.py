"""Each drill has a service of its own."""

import logging
import shutil
from collections.abc import Iterator

import pytest

from tests.drills.living import CHECKOUT, Service, serving

logging.getLogger("httpx").setLevel(logging.WARNING)  # thousands of requests
# Not pytest's folder: the next run of pytest would close it to the engines' user.
HOMES = CHECKOUT / ".embedded" / "drills"


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """The whole service, with the demonstration chain loaded; what it leaves behind can
    be looked at until the drill is begun again."""
    home = HOMES / request.node.name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    with serving(home) as running:
        yield running
