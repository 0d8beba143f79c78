"""Pages are looked at with a real browser, driven by Playwright."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.pages.browser import FLAGS, NONE, find_chromium, in_ci


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The browser of this machine; where there is none, the test is skipped (not in CI)."""
    chromium = find_chromium()
    if chromium is None and in_ci():
        pytest.fail(NONE)
    if chromium is None:
        pytest.skip(NONE)
    return {**browser_type_launch_args, "executable_path": chromium, "args": FLAGS}


@pytest.fixture(scope="session", autouse=True)
def django_beside_playwright() -> Iterator[None]:
    """Playwright runs an event loop in the test's thread; Django must not mind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield
